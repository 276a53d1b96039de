import { findNumberEnd } from '../../util/exact-json.js';
import type { JsonValue } from '../../util/json.js';
import { findStringEnd, parsePythonJson } from '../../util/parse-json.js';

/**
 * Parses the JSON of rows, with texts in place of numbers that a double does not keep: whole ones
 * beyond 2^53, and, as members of a row, those with zeros at their end, such as 1.10. An expected
 * answer would be another one without them.
 *
 * @param rowDepth how many brackets are open inside a row; without, all is inside a cell
 * @throws SyntaxError as `parsePythonJson` does
 */
export function parseSpelledJson(json: string, rowDepth?: number): JsonValue {
  return parsePythonJson(suspect.test(json) ? spellNumbers(json, rowDepth) : json);
}

const suspect = /\d{16}|\.\d*0(?!\d)/;
/** No text of 1.250, which has two readings, and which graders of numbers read as 1.25. */
const withZeros = /^-?\d+\.(?!\d{3}$|0$)\d*0$/;

function spellNumbers(json: string, rowDepth?: number): string {
  let spelled = '';
  let copied = 0;
  const open: string[] = [];
  for (let place = 0; place < json.length; place++) {
    const character = json.charAt(place);
    if (character === '"') place = findStringEnd(json, place);
    else if (character === '{' || character === '[') open.push(character);
    else if (character === '}' || character === ']') open.pop();
    else if (/[-\d]/.test(character)) {
      const end = findNumberEnd(json, place);
      const number = json.slice(place, end);
      const isMember = open.length === rowDepth && open.at(-1) === '{';
      if (isBeyondDouble(number) || (isMember && withZeros.test(number))) {
        spelled += `${json.slice(copied, place)}"${number}"`;
        copied = end;
      }
      place = end - 1;
    }
  }
  return spelled + json.slice(copied);
}

function isBeyondDouble(number: string): boolean {
  return /^-?\d{16,}$/.test(number) && !Number.isSafeInteger(Number(number));
}
