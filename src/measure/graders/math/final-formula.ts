import { degreesAsRadians, hasDegrees } from './angles.js';
import { evaluateReal, listVariables } from './evaluate-expression.js';
import type { Expression } from './expression.js';
import {
  conclusionWords,
  contrastWords,
  contrastWordsAfterComma,
  spacelessContrasts,
} from '../texts/connectives.js';
import { reasonStart } from '../texts/reason-start.js';
import { parseMath } from './parse-math.js';
import { hasPercent, percentAsShares } from './shares.js';
import { areTerms, maxRounding } from './solution-lines.js';

/** Formulas between `$`, `$$`, `\(` and `\[`. */
const formulaPattern = /\${1,2}([^$]{1,400})\${1,2}|\\[([]([\s\S]{1,400}?)\\[)\]]/g;
/** "**Verification:**", "Let's check", "For example": what was stated before is only tried out. */
const check =
  /(?:\n|[.!]\s)[\s*_#>]{0,8}(?:(?:verification|verify|verifying|check|checking|quick check|sanity check|to (?:verify|check)|let(?:'s| me| us) (?:verify|check|double-check)|(?:we|you) can (?:verify|check)|(?:plug(?:ging)?|substitut(?:e|ing))(?:\s(?:it|this|these|them))?(?:\sback|(?=[^\n]{0,80}[✓✔✅]))|proof|probe|kontrolle|überprüfung|vérification|verificación|comprobación|verificação|verifica|проверка|sprawdzenie|controle|doğrulama|for example|for instance|zum beispiel|beispielsweise|par exemple|por ejemplo|por exemplo|ad esempio|например)(?!\p{L})|验证|检验|验算|検算|検証|검산|例如|たとえば|例えば|예를 들어)/iu;
/** What a check may find, so that what was stated before it does not stand. */
const refuted = new RegExp(
  String.raw`≠|\\ne|extraneous|reject|discard|invalid|wrong|mistake|error|incorrect|(?<!\p{L})(?:actually|wait|not|only|nicht|pas|non|не|${contrastWords})(?!\p{L})|,\s(?:${contrastWordsAfterComma})(?!\p{L})|n't|不|${spacelessContrasts}`,
  'iu',
);
/** "Indeed, 45 × 45 = 2025." ends a text, and gives no variable a value. */
const closingRemark =
  /[.!]\s{1,3}(?:indeed|recall|note|notice|remember|tatsächlich|en\seffet|de\shecho|en\sefecto|infatti|in\seffetti|de\sfato)(?!\p{L})(?![^\n]{0,300}(?:^|[\s$(])[a-z]\s?=)(?:[^.\n]|\.(?=\d)){1,300}\.?\s*$/iu;
/** What makes a sentence name a solution that does not count. */
const rejecting =
  /(?<!\p{L})(?:reject|discard|extraneous|inadmissible|(?:is|are)\s(?:not\s(?:a\s)?valid|invalid)|verworfen|verwerfen|rejet|descarta|scartia|scartata)/iu;
const concluded = new RegExp(
  String.raw`(?<!\p{L})(?:so|also|por|${conclusionWords})(?!\p{L})[^\n]{0,200}[$=]`,
  'iu',
);

/** Between a formula and the condition, the symbol or the example that goes with it. */
const condition =
  /^[,;]?\s\(?(?:which\s(?:is|equals|gives)\s-?[\d.,]{1,12}\s)?(?:for|when|whenever|if|with|as\slong\sas|provided|für|wenn|falls|mit|pour|si|avec|quand|para|con|cuando|per|se|com|quando|при|если|для)\s(?:that\s|(?:all|any|every|each|some|alle|tout|todo|ogni|всех)\s){0,2}(?:\p{L}{1,12}\s){0,2}$/iu;
const explained =
  /^(?:(?:[,;]\s?|\s?\(|[,;.]?\s{0,2}\n\s{0,4})(?:where|with|wobei|mit|où|avec|donde|con|dove|onde|com|где)\s(?:\p{L}{1,12}\s){0,2}|\s?[,，(（]\s?其中\s?)$/iu;
/** "(slope $-1$, intercept $5$)" */
const remark =
  /(?<=\$)\s\((?=[^()$\n]{0,60}\p{L}{3})[^()$\n]{0,60}(?:\$[^()$\n]{1,60}\$[^()$\n]{0,60}){1,4}\)/gu;
/** "..., since $a = 1 > 0$": why, and no longer what. */
const ground = new RegExp(
  String.raw`(?:^|[\p{L}\d),])(?:${reasonStart}|,?\scar|,\sda)(?:\s\p{L}{1,15}){0,8}\s?$`,
  'iu',
);
/** What is defined by an equation: a name, or a name of something. */
const defined =
  /^\s*(?:[A-Za-z](?:'|_\w|_\{\w+\}|\^\{?-1\}?|\([^()]{1,20}\))*|\\d?frac\{d[^{}]{0,20}\}\{d[^{}]{1,20}\}.{0,80})\s*$/;
const conjunction = /^,?\s(?:and|or|und|oder|et|ou|y|o|e)\s$/;

interface Formula {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The first formula of a line. */
export function findFirstFormula(line: string): string | undefined {
  return listFormulas(line)[0]?.text;
}

/** A text without the check that follows its solution, where the check confirms it. */
export function dropCheck(text: string): string {
  const found = check.exec(text) ?? closingRemark.exec(text);
  if (found === null || !/[\d$=]/.test(text.slice(0, found.index))) return text;
  const checked = text.slice(found.index);
  return refuted.test(checked) || concluded.test(checked) ? text : text.slice(0, found.index + 1);
}

/**
 * The last formula of a text, with those before it that are joined to it. A condition, an example and
 * what explains a symbol ("$y = kx$, where $k$ is a constant") belong to the formula before them.
 *
 * @param isListed whether several values are due, so that "$x = 2$, $y = 3$" is one answer
 */
export function findFinalFormula(text: string, isListed: boolean): string | undefined {
  const outside = blankRejected(text.replace(remark, (brackets) => ' '.repeat(brackets.length)));
  let formulas = listFormulas(outside);
  if (formulas.length === 0) formulas = listFormulas(text);
  for (;;) {
    const start = findJointStart(text, formulas, isListed);
    const [before, first] = [formulas[start - 1], formulas[start]];
    if (first === undefined) return undefined;
    const between = text.slice(before?.end, first.start);
    if (before === undefined || !isConditional(before, between, first.text)) {
      return formulas
        .slice(start)
        .map((formula) => formula.text)
        .join(', ');
    }
    formulas = formulas.slice(0, start);
  }
}

/** A text without the sentences that reject a solution, and without the solutions that they reject. */
function blankRejected(text: string): string {
  if (!rejecting.test(text)) return text;
  const blank = (part: string): string => ' '.repeat(part.length);
  const rejected = new Set<string>();
  const kept = text.replace(/(?:[^.;!\n]|\.(?=\d)){1,600}/g, (sentence) => {
    const value = listFormulas(sentence).at(-1)?.text;
    if (value === undefined || !rejecting.test(sentence) || keeps.test(sentence)) return sentence;
    rejected.add(readValue(value));
    return blank(sentence);
  });
  const left = kept.replace(formulaPattern, (match, dollars?: string, brackets?: string) =>
    rejected.has(readValue(dollars ?? brackets ?? '')) ? blank(match) : match,
  );
  return listFormulas(left).length > 0 ? left : text;
}

const keeps = new RegExp(
  String.raw`(?<!\p{L})(?:so|leaving|leaves|${conclusionWords})(?!\p{L})`,
  'iu',
);

function readValue(formula: string): string {
  return (formula.split('=').at(-1) as string).replace(/\s/g, '');
}

function listFormulas(text: string): readonly Formula[] {
  return [...text.matchAll(formulaPattern)].map((match) => ({
    text: match[1] ?? match[2] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Where the formulas that "and", "or" or a comma joins to the last one begin. */
function findJointStart(text: string, formulas: readonly Formula[], isListed: boolean): number {
  const names = formulas.map(({ text: formula }) => variable.exec(formula) ?? []);
  const indicesOf = new Map<string | undefined, (string | undefined)[]>();
  for (const [, name, index] of names) {
    const known = indicesOf.get(name);
    if (known === undefined) indicesOf.set(name, [index]);
    else known.push(index);
  }
  let start = formulas.length - 1;
  for (; start > 0; start--) {
    const between = text.slice(formulas[start - 1]?.end, formulas[start]?.start);
    const isJoined = conjunction.test(between);
    const [one, other] = names.slice(start - 1, start + 1).map(([, name]) => name);
    const isSame = one !== undefined && one === other;
    const indices = indicesOf.get(one) ?? [];
    // "$a_1 = 2$ and $a_2 = 5$" may be solutions as well.
    const isTerm = !isListed && isSame && areTerms(one, indices);
    if (isTerm && !(isJoined && indices.length === 2 && indices[0] === '1')) break;
    const isSolution = isListed
      ? one !== undefined && other !== undefined
      : isSame && areSolutions(formulas[start - 1]?.text, formulas[start]?.text);
    if (!isJoined && !(isSolution && /^[,;]\s$/.test(between))) break;
  }
  return start;
}

const variable = /^\s*([a-zA-Z\u0391-\u03c9])(?:_\{?(\d{1,3})\}?)?\s*=/;

/** Whether two equations of one variable are two solutions, of which neither only says what the other is. */
function areSolutions(one = '', other = ''): boolean {
  if (variable.exec(one)?.[2] !== undefined && variable.exec(other)?.[2] !== undefined) return true;
  const isMixed = hasDegrees(one) !== hasDegrees(other) || hasPercent(one) !== hasPercent(other);
  const [before, after] = [one, other].map((formula) =>
    readRightSide(isMixed ? percentAsShares(degreesAsRadians(formula)) : formula),
  );
  if (before === undefined || after === undefined) return false;
  const [names, remaining] = [listVariables(before), listVariables(after)];
  const [value, next] = [evaluateReal(before), evaluateReal(after)];
  if (value !== undefined && next !== undefined) {
    return Math.abs(value - next) > maxRounding * Math.abs(next);
  }
  // A formula comes before its result, not after it.
  if (value !== undefined && remaining.size > 0) return true;
  return (
    names.size > 0 &&
    names.size === remaining.size &&
    [...names].every((name) => remaining.has(name))
  );
}

function readRightSide(formula: string): Expression | undefined {
  const parsed = parseMath(formula.slice(formula.indexOf('=') + 1));
  return parsed.kind === 'math' && parsed.statement.kind === 'expression'
    ? parsed.statement.expression
    : undefined;
}

/** "$\\frac{x+1}{x-1}$, $x \\neq 1$" */
function isExcluding(formula: string, conditionText: string): boolean {
  const [, name] = /^\s*([a-zA-Z])\s*(?:≠|!=|\\neq?(?![a-z]))/.exec(conditionText) ?? [];
  return name !== undefined && new RegExp(`(?<![\\\\A-Za-z])${name}`).test(formula);
}

/** Whether what follows a formula only says for which values it holds, or what its symbols are. */
function isConditional(formula: Formula, between: string, conditionText: string): boolean {
  if (explained.test(between) || ground.test(between)) return true;
  if (/^,?\s\(?$/.test(between)) return isExcluding(formula.text, conditionText);
  if (!condition.test(between)) return false;
  if (/≠|\s!=|\\neq?(?![a-z])/.test(conditionText)) return true;
  // "$f(x) = 0$ when $x = 3$" states 3.
  const sides = formula.text.split('=');
  const right = (sides.at(-1) as string).replace(/\\[A-Za-z]+/g, ' ');
  const isDefinition = sides.length === 1 || defined.test(sides[0] as string);
  return isDefinition && /[A-Za-z]/.test(right) && !/[<>≤≥]|\\[lg]eq?\b/.test(formula.text);
}
