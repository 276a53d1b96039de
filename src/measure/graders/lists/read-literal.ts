import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { findJson } from '../json/find-json.js';
import { parsePythonLiteral } from '../tools/parse-python-calls.js';
import type { ListItem } from './read-list-line.js';

/** Members that hold an item, where an object has others beside it; "label" is also its class. */
const nameMember = /^(?:name|text|value|word|entity|title|item|term)$/i;
const classMember = /^label$/i;
/** Further members are not tried. */
const maxMembers = 20;

/** The items of a JSON or Python list, also of several in one object; undefined where a text is none. */
export function readLiteral(answer: string): readonly ListItem[] | undefined {
  const json = parseLiteral(answer);
  const lists = listArrays(json);
  if (lists.length > 0) return lists.flatMap((list) => list.map(toItem));
  const members = isJsonObject(json) ? Object.values(json) : [];
  return members.length > 0 ? members.map(toItem) : undefined;
}

/**
 * What a literal may list instead: one of the lists of an object, or one of the members that objects have,
 * as "city" of `[{"city": "Rome", "country": "Italy"}]`.
 */
export function readOtherLiterals(answer: string): readonly (readonly ListItem[])[] {
  const lists = listArrays(parseLiteral(answer)).filter((list) => list.length > 0);
  const single = lists.length > 1 ? lists.map((list) => list.map(toItem)) : [];
  const objects = lists.flat().filter(isJsonObject);
  if (objects.length < lists.flat().length) return single;
  const [first = {}] = objects;
  const named = Object.keys(first)
    .slice(0, maxMembers)
    .map((name) => objects.flatMap((one) => readMember(one, name)))
    .filter((items) => items.length === objects.length);
  return [...single, ...named];
}

function readMember(object: JsonObject, name: string): readonly ListItem[] {
  const member = object[name];
  return typeof member === 'string' || typeof member === 'number' ? [[String(member)]] : [];
}

/** The list, or those that an object wraps: `{"items": [...]}`. */
function listArrays(json: JsonValue | undefined): readonly (readonly JsonValue[])[] {
  if (Array.isArray(json)) return [json];
  const members: readonly JsonValue[] = isJsonObject(json) ? Object.values(json) : [];
  return members.filter((member) => Array.isArray(member));
}

function parseLiteral(answer: string): JsonValue | undefined {
  const bracket = readBracket(answer);
  const python = bracket === undefined ? undefined : parsePythonLiteral(bracket);
  return python ?? findJson(answer)?.value;
}

/** A list in brackets that is all of an answer, but for its name and a fence: `names = ["a"]`. */
function readBracket(answer: string): string | undefined {
  const start = /^[\s`]{0,20}(?:[\w ]{0,40}[:=]\s{0,20})?(?=\[|\(\s{0,5}['"])/.exec(answer)?.[0];
  if (start === undefined) return undefined;
  const close = answer[start.length] === '[' ? ']' : ')';
  const end = answer.lastIndexOf(close) + 1;
  return end > start.length && /^[\s`.]*$/.test(answer.slice(end))
    ? answer.slice(start.length, end)
    : undefined;
}

function toItem(value: JsonValue): ListItem {
  if (isJsonObject(value)) {
    const members = Object.entries(value);
    const named =
      members.length === 1
        ? members[0]
        : [nameMember, classMember]
            .map((pattern) => members.find(([name]) => pattern.test(name)))
            .find((member) => member !== undefined);
    if (typeof named?.[1] === 'string') return [named[1]];
  }
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
