import { ownJson, tryParseJson } from '../../../util/parse-json.js';
import { findMarkedAnswers } from '../texts/find-marked-answers.js';

const objectStart = /\{\s*"/g;
/** Objects that are tried, each of which reads the text to its end. */
const maxTried = 20;

/**
 * A cut-off text whose JSON has an answer as a whole: closed behind the last member that is whole,
 * where the object was cut. Undefined where it has no such answer.
 */
export function closeCutJson(text: string): string | undefined {
  const closed = closeObject(text);
  if (closed === undefined) return undefined;
  return findMarkedAnswers(closed).some(({ kind }) => kind === 'json') ? closed : undefined;
}

/** The text itself where its first objects are closed; else up to the whole members of the open one. */
function closeObject(text: string): string | undefined {
  let from = 0;
  let isFound = false;
  for (let tried = 0; tried < maxTried; tried++) {
    objectStart.lastIndex = from;
    const start = objectStart.exec(text)?.index;
    if (start === undefined) return isFound ? text : undefined;
    const { end, members } = scanObject(text, start);
    if (end !== undefined) {
      isFound = true;
      from = end;
      continue;
    }
    const object = `${text.slice(start, members)}}`;
    return members === undefined || tryParseJson(object, ownJson) === undefined
      ? undefined
      : text.slice(0, start) + object;
  }
  return undefined;
}

/** Where an object ends, or where its last whole member does. */
function scanObject(
  text: string,
  start: number,
): { readonly end?: number; readonly members?: number } {
  let depth = 0;
  let inString = false;
  let isValue = false;
  let members: number | undefined;
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') {
        inString = false;
        if (depth === 1 && isValue) members = at + 1;
      }
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return { end: at + 1 };
      if (depth === 1) members = at + 1;
    } else if (depth === 1 && character === ':') isValue = true;
    else if (depth === 1 && character === ',') {
      members = at;
      isValue = false;
    }
  }
  return members === undefined ? {} : { members };
}
