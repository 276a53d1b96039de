import type { MathStatement } from './parse-math.js';
import { parseMath } from './parse-math.js';
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
  const isWanted = [value, place].some((one) => {
    const parsed = parseMath(one);
    return parsed.kind === 'math' && compareMath(wanted, parsed.statement) === 'same';
  });
  return isWanted ? [value.trim(), place.trim()] : undefined;
}
