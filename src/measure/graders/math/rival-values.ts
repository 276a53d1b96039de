import { findMarkedAnswers } from '../texts/find-marked-answers.js';
import { dropCheck } from './final-formula.js';
import { isNumber } from './measured-number.js';
import { isSameInOtherUnit } from './other-units.js';
import { readStatement, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';
import { areTerms, readMathSolutions, type MathSolution } from './solution-lines.js';

/**
 * Values that a text states without saying which one is the answer. Those of "either ... or ..." are rivals
 * whatever is wanted, others only where one of them is.
 */
export function findRivalValues(
  text: string,
  wanted: MathStatement,
): readonly string[] | undefined {
  const either = undecided.exec(text);
  if (either !== null) return either.slice(1, 3);
  if (findMarkedAnswers(text).length > 0) return undefined;
  return (
    findPlacedValue(text, wanted) ?? findSolutions(text, wanted) ?? findNamedValues(text, wanted)
  );
}

/** "It is either $x+3$ or $x-3$." */
const undecided =
  /(?:either|entweder|soit|o bien)\s\$([^$\n]{1,80})\$,?\s(?:or|oder|ou|soit|o|o bien)\s\$([^$\n]{1,80})\$[.!]?\s*$/i;

/** "$f_{max} = 9$ at $x = 2$", "$9$, attained when $x = 2$" */
const placedFormula =
  /(?:^|\s)\(?\$(?:([^$=]{1,40})=)?([^$=]{1,60})\$(?:\s[a-zA-Z²³/]{1,4})?(,?\s[^$\n]{1,40})\$([^$]{1,60})\$\)?[.\s]*$/;
/** "The maximum is 9 at x = 2." */
const placedValue =
  /(?:^|\s)(?:([A-Za-z][\w{}()']{0,12})\s?=\s?)?(-?\d[\w./^√π]{0,20})(?:\s[a-zA-Z²³/]{1,4})?(,?\s(?:[a-z]{2,10}\s){1,4})([a-z]\s?=\s?-?[\w./^√π]{1,20})(?:\s[a-zA-Z]{1,3})?[.\s]*$/;
const atPlace =
  /^,?\s\(?(?:(?:which|it|that|and)\s)?(?:is\s)?(?:(?:attained|achieved|reached|obtained|assumed|taken|occurs|occurring)\s)?(at|when|for|if)\s(?:the\spoint\s)?$/;
const functionName = /^\s*[A-Za-z\u0391-\u03c9](?:'|_\w|_\{\w+\}|\([^()]{1,20}\))*\s*$/;
const mostOrLeast = /max|min|most|least|largest|smallest|greatest|highest|lowest/i;
const extremum = /_\{?\\?(?:text\{|mathrm\{)?(?:max|min)/;

/**
 * A value and the place where it is taken, of which one is wanted: only the task says whether it asks for
 * the maximum or where it is. "$f(x) = 0$ when $x = 3$" states 3.
 */
function findPlacedValue(text: string, wanted: MathStatement): readonly string[] | undefined {
  const line = dropCheck(text).trim().split('\n').at(-1) ?? '';
  const [, left, value = '', between = '', place = ''] =
    placedFormula.exec(line) ?? placedValue.exec(line) ?? [];
  const preposition = atPlace.exec(between)?.[1];
  const isNamed = left === undefined || functionName.test(left) || extremum.test(left);
  if (preposition === undefined || !isNamed) return undefined;
  if (preposition !== 'at' && left !== undefined && !extremum.test(left)) return undefined;
  const [stated, placed] = [readStatement(value), readStatement(place)];
  if (stated === undefined || placed === undefined || !isNumber(stated)) return undefined;
  const isPlace = placed.kind === 'list' || placed.kind === 'relation';
  const isValue = compareMath(wanted, stated) === 'same';
  // "The area is $24\text{ cm}^2$ when $x = 4$": nobody asks for the place with a unit.
  const isMeasured = preposition !== 'at' && /\\(?:text|mathrm)\{/.test(value);
  if (isValue && isMeasured && !mostOrLeast.test(line)) return undefined;
  const isWanted = isValue || compareMath(wanted, placed) === 'same';
  return isPlace && isWanted ? [value.trim(), place.trim()] : undefined;
}

/** The values that lines at the end give one variable. */
function findSolutions(text: string, wanted: MathStatement): readonly string[] | undefined {
  const lines = readMathSolutions(dropCheck(text)) ?? [];
  const { variable = '' } = lines.at(-1) ?? {};
  const given = lines.filter((line) => line.variable === variable);
  const indices = given.map(({ index }) => index);
  if (areTerms(variable, indices)) return undefined;
  const rivals = given.filter(
    (one, index) => !given.slice(index + 1).some((later) => isSameValue(one, later)),
  );
  const isWanted = rivals.some(({ value }) => compareMath(wanted, value) === 'same');
  return rivals.length > 1 && isWanted ? rivals.map((rival) => rival.text) : undefined;
}

/** "x = π/4" and "x = 45°" */
function isSameValue(one: MathSolution, other: MathSolution): boolean {
  return (
    compareMath(one.value, other.value) === 'same' ||
    isSameInOtherUnit(
      { text: one.text, statement: one.value },
      { text: other.text, statement: other.value },
    )
  );
}

/** "The area is $45$ and the perimeter is $28$." */
const namedValues =
  /(?<=\s(?:is|are|equals|ist|est|es|è|é)\s)\$([^$\n]{1,80})\$[^$\n=;:]{0,30}?,?\s(?:and|und|et|y|e)\s(?:(?:the|der|die|das|le|la|el|il|o)\s|l')(?:\p{L}{2,20}\s){1,3}(?:is|are|equals|ist|est|es|è|é)\s\$([^$\n]{1,80})\$[^$\n]{0,20}$/iu;

/** Quantities that others are worked out from: "the radius is $3$ and the area is $9\pi$". */
const workedFrom =
  /(?<!\p{L})(?:radius|inradius|circumradius|diameter|sides?|side\slength|discriminant|quotient)\s(?:is|are)\s$/iu;

/** The values that the last sentence gives two quantities, where one of them is wanted. */
function findNamedValues(text: string, wanted: MathStatement): readonly string[] | undefined {
  const found = namedValues.exec(text.trimEnd());
  if (found === null || workedFrom.test(text.slice(0, found.index))) return undefined;
  const values = found.slice(1, 3);
  const isWanted = values.some((value) => {
    const given = readStatement(value);
    return given !== undefined && compareMath(wanted, given) === 'same';
  });
  return isWanted ? values : undefined;
}
