import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from './find-marked-answers.js';
import { degreesAsRadians, hasDegrees } from './math/angles.js';
import { parseMath, type MathStatement } from './math/parse-math.js';
import { isSameMath } from './math/same-math.js';
import { unifyTypography } from './typography.js';

/**
 * The answer's final expression equals the reference, whatever its form: LaTeX or plain math with
 * variables, roots, powers, logarithms, trigonometric functions and factorials; equations and
 * inequalities; sets, tuples and intervals. The final expression is that of the last marked answer
 * (`\boxed{}`, `####`, "the answer is"), or else the last formula between `$`, or else the last line.
 *
 * A reference that is not understood as a whole is refused; an answer that is not understood stays
 * ungraded. Options: none.
 */
export const mathGrader = createGrader({
  name: 'math',
  version: 4,
  options: z.strictObject({}),
  example: (reference) => (typeof reference === 'object' ? undefined : reference?.toString()),
  prepare(reference) {
    if (typeof reference !== 'string' && typeof reference !== 'number') {
      return problem('reference: give an expression in LaTeX or plain math');
    }
    const wantedText = unifyTypography(String(reference));
    const wanted = parseMath(wantedText);
    if (wanted.kind === 'problem') return problem(`reference: ${wanted.problem}`);
    return ready((answer) => {
      const candidates = listCandidates(cutRunOn(unifyTypography(shortenAnswer(answer))));
      let unread: string | undefined;
      for (const candidate of candidates) {
        const given = parseMath(candidate);
        if (given.kind === 'math') {
          const right =
            isSameMath(wanted.statement, given.statement) ||
            isSameAngle(wantedText, wanted.statement, candidate, given.statement);
          return graded(right, right ? undefined : `read ${candidate.trim().slice(0, 60)}`);
        }
        unread ??= given.problem;
      }
      return { kind: 'ungraded', reason: `the answer was not read: ${unread ?? 'no expression'}` };
    });
  },
});

/** An angle in degrees is also one in radians, where only one of both texts has degrees. */
function isSameAngle(
  wantedText: string,
  wanted: MathStatement,
  givenText: string,
  given: MathStatement,
): boolean {
  const [wantedDegrees, givenDegrees] = [wantedText, givenText].map(hasDegrees);
  if (wantedDegrees === givenDegrees) return false;
  const radians = parseMath(degreesAsRadians(wantedDegrees ? wantedText : givenText));
  if (radians.kind !== 'math') return false;
  return isSameMath(
    wantedDegrees ? radians.statement : wanted,
    wantedDegrees ? given : radians.statement,
  );
}

/** The texts that may be the final expression, most reliable first. */
function listCandidates(text: string): readonly string[] {
  const marked = findMarkedAnswers(text).flatMap(({ kind, text: part }) => {
    if (kind !== 'announced' && kind !== 'hashes') return [part];
    const [line = ''] = part.split('\n', 1);
    const formula = firstFormula(line);
    return [
      ...(formula === undefined ? [] : [formula]),
      line.split(/[.!?](?=\s|$)/, 1)[0] as string,
    ];
  });
  if (marked.length > 0) return marked.slice(0, 6);
  const formulas = [...text.matchAll(formulaPattern)].map((match) => match[1] ?? match[2] ?? '');
  const last = text.trim().split('\n').at(-1) ?? '';
  const said = last.replace(/[.!]\s*$/, '').split(/[=≈∈]|\\in\b|\s(?:is|equals)\s/);
  const [, ...stated] = last.split(
    /\s(?:is|equals|are|gives|yields|(?:we|you|I)\s(?:get|obtain|have))\s(?:us\s)?(?:the\s)?/,
  );
  return [
    ...joinFormulas(text, formulas),
    last,
    ...readSolutions(last),
    ...stated.slice(-1),
    ...stated.slice(-1).map((one) => one.replace(/\s\([^()]{1,80}\)\.?$/, '')),
    said.at(-1) ?? '',
  ];
}

const formulaPattern = /\${1,2}([^$]{1,400})\${1,2}|\\[([]([\s\S]{1,400}?)\\[)\]]/g;

/** "The lines meet at x = 3 and y = 1": all that a line ends with. */
function readSolutions(line: string): readonly string[] {
  const solutions =
    /(?:^|\s)((?:[a-z]\s?=\s?[^=,\s]{1,30}(?:,|,?\s(?:and|or))\s){1,3}[a-z]\s?=\s?[^=,\s]{1,30})\.?$/;
  const found = solutions.exec(line.slice(-200))?.[1];
  return found === undefined ? [] : [found];
}

/** The last formula, with the one before it where "and" or "or" joins them. */
function joinFormulas(text: string, formulas: readonly string[]): readonly string[] {
  const matches = [...text.matchAll(formulaPattern)].slice(-2);
  const [previous, last] = matches;
  if (previous === undefined || last === undefined) return formulas.slice(-1);
  const between = text.slice(previous.index + previous[0].length, last.index);
  const [one, other] = formulas.slice(-2).map((formula) => /^\s*([a-z])\s*=/.exec(formula)?.[1]);
  const isJoint =
    /^,?\s(?:and|or|und|oder|et|ou|y|o|e)\s$/.test(between) ||
    (one !== undefined && one === other && /^[,;]\s$/.test(between));
  return isJoint ? [formulas.slice(-2).join(', ')] : formulas.slice(-1);
}

function firstFormula(line: string): string | undefined {
  const [match] = line.matchAll(formulaPattern);
  return match?.[1] ?? match?.[2];
}
