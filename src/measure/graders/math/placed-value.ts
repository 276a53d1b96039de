import { isNumber } from './measured-number.js';
import { parseMath, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';

/** "$f_{max} = 9$ at $x = 2$", "$9$, attained when $x = 2$" */
const formulas =
  /(?:^|\s)\(?\$(?:([^$=]{1,40})=)?([^$=]{1,60})\$(?:\s[a-zA-Z²³/]{1,4})?(,?\s[^$\n]{1,40})\$([^$]{1,60})\$\)?[.\s]*$/;
/** "The maximum is 9 at x = 2." */
const plainText =
  /(?:^|\s)(?:([A-Za-z][\w{}()']{0,12})\s?=\s?)?(-?\d[\w./^√π]{0,20})(?:\s[a-zA-Z²³/]{1,4})?(,?\s(?:[a-z]{2,10}\s){1,4})([a-z]\s?=\s?-?[\w./^√π]{1,20})(?:\s[a-zA-Z]{1,3})?[.\s]*$/;
const at =
  /^,?\s\(?(?:(?:which|it|that|and)\s)?(?:is\s)?(?:(?:attained|achieved|reached|obtained|assumed|taken|occurs|occurring)\s)?(at|when|for|if)\s(?:the\spoint\s)?$/;
const name = /^\s*[A-Za-z\u0391-\u03c9](?:'|_\w|_\{\w+\}|\([^()]{1,20}\))*\s*$/;
const mostOrLeast = /max|min|most|least|largest|smallest|greatest|highest|lowest/i;
const extremum = /_\{?\\?(?:text\{|mathrm\{)?(?:max|min)/;

/**
 * A value and the place where it is taken, of which one is wanted: only the task says whether it asks for
 * the maximum or where it is. "$f(x) = 0$ when $x = 3$" states 3.
 */
export function findPlacedValue(
  text: string,
  wanted: MathStatement,
): readonly [string, string] | undefined {
  const line = text.trim().split('\n').at(-1) ?? '';
  const [, left, value = '', between = '', place = ''] =
    formulas.exec(line) ?? plainText.exec(line) ?? [];
  const preposition = at.exec(between)?.[1];
  const isNamed = left === undefined || name.test(left) || extremum.test(left);
  if (preposition === undefined || !isNamed) return undefined;
  if (preposition !== 'at' && left !== undefined && !extremum.test(left)) return undefined;
  const [stated, placed] = [value, place].map((part) => {
    const parsed = parseMath(part);
    return parsed.kind === 'math' ? parsed.statement : undefined;
  });
  if (stated === undefined || placed === undefined || !isNumber(stated)) return undefined;
  const isPlace = placed.kind === 'list' || placed.kind === 'relation';
  const isValue = compareMath(wanted, stated) === 'same';
  // "The area is $24\text{ cm}^2$ when $x = 4$": nobody asks for the place with a unit.
  const isMeasured = preposition !== 'at' && /\\(?:text|mathrm)\{/.test(value);
  if (isValue && isMeasured && !mostOrLeast.test(line)) return undefined;
  const isWanted = isValue || compareMath(wanted, placed) === 'same';
  return isPlace && isWanted ? [value.trim(), place.trim()] : undefined;
}
