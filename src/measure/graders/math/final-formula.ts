import { evaluateReal, listVariables } from './evaluate-expression.js';
import type { Expression } from './expression.js';
import {
  conclusionWords,
  contrastWords,
  contrastWordsAfterComma,
  reasonWords,
  spacelessContrasts,
} from '../texts/connectives.js';
import { reasonStart } from '../texts/reason-start.js';
import { readStatement } from './parse-math.js';
import { degreesAsRadians, hasDegrees, hasPercent, percentAsShares } from './other-units.js';
import { areRounded, areTerms } from './solution-lines.js';

/** Formulas between `$`, `$$`, `\(` and `\[`. */
const formulaPattern = /\${1,2}([^$]{1,400})\${1,2}|\\[([]([\s\S]{1,400}?)\\[)\]]/g;
/** "**Verification:**", "Let's check", "For example": what was stated before is only tried out. */
const check =
  /(?:\n|[.!]\s)[\s*_#>]{0,8}(?:(?:verification|verify|verifying|check|checking|quick check|sanity check|to (?:verify|check)|let(?:'s| me| us) (?:verify|check|double-check)|(?:we|you) can (?:verify|check)|probe|kontrolle|überprüfung|vérification|verificación|comprobación|verificação|verifica|проверка|sprawdzenie|controle|doğrulama|for example|for instance|zum beispiel|beispielsweise|par exemple|por ejemplo|por exemplo|ad esempio|например)(?!\p{L})|验证|检验|验算|検算|検証|검산|例如|たとえば|例えば|예를 들어)/iu;
/** What a check may find, so that what was stated before it does not stand. */
const refuted = new RegExp(
  String.raw`≠|\\ne|extraneous|reject|discard|invalid|wrong|mistake|error|incorrect|(?<!\p{L})(?:actually|wait|not|only|nicht|pas|non|не|${contrastWords})(?!\p{L})|,\s(?:${contrastWordsAfterComma})(?!\p{L})|n't|不|${spacelessContrasts}`,
  'iu',
);
/** "Substituting back, 5 × 7 = 35": a check, or the next step. */
const substitution =
  /(?:\n|[.!]\s)[\s*_#>]{0,8}(?:plug(?:ging)?|substitut(?:e|ing)|proof)(?!\p{L})/iu;
const confirmed = /[✓✔✅]|as\srequired/i;
/** "$f(3) = 10$" and "y = 4": what gives a variable or a function a value is no check. */
const givesValue = /[a-z](?:\([^()\n]{0,20}\))?\s?=/i;
/** "Indeed, 45 × 45 = 2025." ends a text with nothing but an equation between numbers. */
const closingRemark =
  /[.!]\s{1,3}(?:indeed|recall|remember|tatsächlich|en\seffet|de\shecho|en\sefecto|infatti|in\seffetti|de\sfato),?\s(?:that\s)?(?:[^\p{L}=\n.!?]|(?<=\d)\.(?=\d)|\\(?:cdot|times)(?!\p{L})){1,80}=(?:[^\p{L}=\n.!?]|(?<=\d)\.(?=\d)){1,80}\.?\s*$/iu;
/** What may make a sentence name a solution that does not count. */
const rejecting =
  /(?<!\p{L})(?:reject|discard|extraneous|inadmissible|not\s(?:a\s)?valid|invalid|verworfen|verwerfen|rejet|descarta|scart)/iu;
/** "We discard the root" before the formula of a sentence. */
const rejects =
  /(?<!\p{L})(?:reject|discard|verwerfen|rejet|descarta|scart)\p{L}{0,6}(?:\s(?:the|a|negative|second|other|root|solution|value|wir|die|negative|Lösung|la|solution|négative|racine|solución|negativa|raíz|soluzione|a|solução)){0,3}\s$/iu;
/** "is extraneous" after it, and nothing but words behind that. */
const isRejected =
  /^,?\s(?:is|are|was|must\sbe|can\sbe|should\sbe|wird|est|se|è|viene|é)\s(?:(?:therefore|thus|hence|also|an?)\s)?(?:reject|discard|extraneous|inadmissible|not\s(?:a\s)?valid|invalid|verworfen|rejet|descarta|scartat)[^\d:]*$/iu;
const denies =
  /n't(?!\p{L})|(?<!\p{L})(?:not|cannot|never|no|nicht|kein\p{L}*|ne|pas|non|não)(?!\p{L})/iu;
const closingReason = new RegExp(reasonStart, 'iu');
const openingReason = new RegExp(String.raw`^\s*(?:as|da|${reasonWords})\s[^,]{1,200},\s`, 'iu');
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
  const found = check.exec(text) ?? findSubstitution(text) ?? findClosingRemark(text);
  if (found === undefined || !/[\d$=]/.test(text.slice(0, found.index))) return text;
  const checked = text.slice(found.index);
  return refuted.test(checked) || concluded.test(checked) ? text : text.slice(0, found.index + 1);
}

/** "5x = 35", unlike "x = 4", which only gives a value. */
const solvedEquation = /\d[a-z][^=$\n]{0,40}=\s?(-?[\d.,]*\d)(?![\d.,]*\d)/g;

/** A substitution that only finds again what the text has stated: "5x = 35", and then "5 × 7 = 35". */
function findSubstitution(text: string): RegExpExecArray | undefined {
  const found = substitution.exec(text);
  if (found === null) return undefined;
  const tried = text.slice(found.index);
  if (givesValue.test(tried) || !tried.includes('=')) return undefined;
  const [, result] = /=\s?(-?[\d.,]*\d)[^=\d]*$/.exec(tried) ?? [];
  const isKnown =
    result !== undefined &&
    [...text.slice(0, found.index).matchAll(solvedEquation)].some(([, known]) => known === result);
  return isKnown || confirmed.test(tried) ? found : undefined;
}

/** A remark about the number that stands last before it. */
function findClosingRemark(text: string): RegExpExecArray | undefined {
  const found = closingRemark.exec(text);
  const stated = text
    .slice(0, found?.index)
    .match(/\d+(?:[.,]\d+)*/g)
    ?.at(-1);
  return found?.[0].match(/\d+(?:[.,]\d+)*/g)?.some((one) => one === stated) ? found : undefined;
}

/**
 * The last formula of a text, with those before it that are joined to it. A condition, an example and
 * what explains a symbol ("$y = kx$, where $k$ is a constant") belong to the formula before them.
 *
 * @param isListed whether several values are due, so that "$x = 2$, $y = 3$" is one answer
 * @param isExclusion whether "$x ≠ 2$" is due, and no condition. @default false
 */
export function findFinalFormula(
  text: string,
  isListed: boolean,
  isExclusion = false,
): string | undefined {
  const outside = blankRejected(text.replace(remark, (brackets) => ' '.repeat(brackets.length)));
  let formulas = listFormulas(outside);
  if (formulas.length === 0) formulas = listFormulas(text);
  for (;;) {
    const start = findJointStart(text, formulas, isListed);
    const [before, first] = [formulas[start - 1], formulas[start]];
    if (first === undefined) return undefined;
    if (before === undefined || isExclusion || !isConditional(text, before, first)) {
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
  let rejectedAt = 0;
  const kept = text.replace(/(?:[^.;!\n]|\.(?=\d)){1,600}/g, (sentence, start: number) => {
    const [said = ''] = sentence.replace(openingReason, '').split(closingReason, 1);
    const [formula, ...others] = listFormulas(said);
    if (formula === undefined || others.length > 0) return sentence;
    const before = said.slice(0, formula.start);
    if (denies.test(before)) return sentence;
    const isObject = rejects.test(before);
    if (!isObject && !isRejected.test(said.slice(formula.end))) return sentence;
    // "$100$ are invalid" counts them, where the text has not found it as a solution.
    const isCount =
      bareNumber.test(formula.text) && !hasFormula(text.slice(0, start), readValue(formula.text));
    if (isCount) return sentence;
    rejected.add(readValue(formula.text));
    rejectedAt = start;
    return blank(sentence);
  });
  const last = listFormulas(kept).at(-1);
  const isStatedAgain =
    last !== undefined && last.start > rejectedAt && rejected.has(readValue(last.text));
  if (rejected.size === 0 || isStatedAgain) return text;
  const left = kept.replace(formulaPattern, (match, dollars?: string, brackets?: string) =>
    rejected.has(readValue(dollars ?? brackets ?? '')) ? blank(match) : match,
  );
  return listFormulas(left).length > 0 ? left : text;
}

const bareNumber = /^\s*\d[\d.,{}]*\s*$/;

function hasFormula(text: string, value: string): boolean {
  return listFormulas(text).some((formula) => readValue(formula.text) === value);
}

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
    return !areRounded(value, next);
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
  const statement = readStatement(formula.slice(formula.indexOf('=') + 1));
  return statement?.kind === 'expression' ? statement.expression : undefined;
}

/** "$\\frac{x+1}{x-1}$, $x \\neq 1$", but not "For $\\frac{1}{x-2}$, $x \\neq 2$" */
function isExcluding(said: string, formula: string, conditionText: string): boolean {
  if (/∈|\\in(?![a-z])/.test(formula) || subjectOf.test(said)) return false;
  const [, name] = /^\s*([a-zA-Z])\s*(?:≠|!=|\\neq?(?![a-z]))/.exec(conditionText) ?? [];
  return name !== undefined && new RegExp(`(?<![\\\\A-Za-z])${name}`).test(formula);
}

const subjectOf =
  /(?<!\p{L})(?:for|of|in|on|with|domain|für|von|bei|pour|de|para|per|di)\s(?:\p{L}{1,12}\s){0,2}$/iu;

/** Whether what follows a formula only says for which values it holds, or what its symbols are. */
function isConditional(text: string, formula: Formula, following: Formula): boolean {
  const between = text.slice(formula.end, following.start);
  const conditionText = following.text;
  if (explained.test(between) || ground.test(between)) return true;
  if (/^,?\s\(?$/.test(between)) {
    return isExcluding(text.slice(0, formula.start), formula.text, conditionText);
  }
  if (!condition.test(between)) return false;
  if (/≠|\s!=|\\neq?(?![a-z])/.test(conditionText)) return true;
  // "$f(x) = 0$ when $x = 3$" states 3.
  const sides = formula.text.split('=');
  const right = (sides.at(-1) as string).replace(/\\[A-Za-z]+/g, ' ');
  const isDefinition = sides.length === 1 || defined.test(sides[0] as string);
  return isDefinition && /[A-Za-z]/.test(right) && !/[<>≤≥]|\\[lg]eq?\b/.test(formula.text);
}
