import { findMarkedAnswers } from '../texts/find-marked-answers.js';
import { dropCheck, findFinalFormula, findFirstFormula } from './final-formula.js';
import type { MathStatement } from './parse-math.js';
import { readClaim } from './read-claim.js';
import { readMathSolutions, type MathSolution } from './solution-lines.js';

/**
 * The texts that may be the final expression, most reliable first.
 *
 * @param wanted the reference: several values are read together, and "x ≠ 2" is no condition
 */
export function listCandidates(text: string, wanted: MathStatement): readonly string[] {
  const isListed = wanted.kind === 'list';
  const marked = findMarkedAnswers(text).flatMap(({ kind, text: part }) => {
    if (kind !== 'announced' && kind !== 'hashes') return [part];
    const [line = ''] = part.split('\n', 1);
    const formula = findFirstFormula(line);
    return [
      ...readClaim(line),
      ...(formula === undefined ? [] : [formula, ...readEvaluated(formula)]),
      line.split(/[.!?](?=\s|$)/, 1)[0] as string,
    ];
  });
  if (marked.length > 0) return marked.slice(0, 6);
  const solution = dropCheck(text).replace(symbolExplained, '$1');
  const isExclusion = wanted.kind === 'relation' && wanted.relation === '≠';
  const formula = findFinalFormula(solution, isListed, isExclusion);
  const last = (solution.trim().split('\n').at(-1) ?? '').replace(roundedAside, '');
  const lines = isListed ? readMathSolutions(solution) : undefined;
  const said = last.replace(/[.!]\s*$/, '').split(/[=≈∈]|\\in\b|\s(?:is|equals)\s/);
  const [, ...stated] = last.split(
    /\s(?:is|equals|are|gives|yields|(?:we|you|I)\s(?:get|obtain|have))\s(?:us\s)?(?:the\s)?/,
  );
  return [
    ...(lines === undefined ? [] : [lines.map(joinLine).join(', ')]),
    ...readClaim(last),
    ...(formula === undefined ? [] : [formula, ...readEvaluated(formula)]),
    last,
    ...readSolutions(last),
    ...stated.slice(-1),
    ...stated.slice(-1).map((one) => one.replace(/\s\([^()]{1,80}\)\.?$/, '')),
    said.at(-1) ?? '',
    ...[...last.matchAll(/\*\*([^*]{1,120})\*\*/g)].slice(-1).map(([, bold = '']) => bold),
  ];
}

function joinLine({ name, text }: MathSolution): string {
  return `${name} = ${text}`;
}

/** What an integral, a sum or a limit, which are not understood themselves, is said to be. */
function readEvaluated(formula: string): readonly string[] {
  const isOperator = /^\s*(?:\\displaystyle\s?)?\\(?:i{0,2}int|oint|sum|prod|lim)(?![A-Za-z])/.test(
    formula,
  );
  const sides = formula.split('=');
  return isOperator && sides.length > 1 ? sides.slice(-1) : [];
}

/** "x = 2 + k, where $k$ is an integer": the only formula between `$` is what a symbol is. */
const symbolExplained =
  /(?<=^|\n)([^$\n]{1,400}?),?\s\(?(?:where|with)\s\$[A-Za-z]\$\s[^$\n]{1,200}$/i;

/** "1/6 (≈ 16.7 %)" */
const roundedAside =
  /\s\((?:≈|~|about|approx(?:imately|\.)?|roughly|ca\.|circa|environ|etwa|unos)\s?[^()]{1,40}\)(?=[.!]?$)/;

/** "The lines meet at x = 3 and y = 1": all that a line ends with. */
function readSolutions(line: string): readonly string[] {
  const solutions =
    /(?:^|\s)((?:[a-z]\s?=\s?[^=,\s]{1,30}(?:,|,?\s(?:and|or))\s){1,3}[a-z]\s?=\s?[^=,\s]{1,30})\.?$/;
  const found = solutions.exec(line.slice(-200))?.[1];
  return found === undefined ? [] : [found];
}
