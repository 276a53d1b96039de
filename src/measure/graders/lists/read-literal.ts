import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { findJson } from '../json/find-json.js';
import { parsePythonLiteral } from '../tools/parse-python-calls.js';
import type { ListItem } from './read-list-line.js';

/** Members that hold an item, where an object has others beside it; "label" is also its class. */
const nameMember = /^(?:name|text|value|word|entity|title|item|term)$/i;
const classMember = /^label$/i;
/** Further members are not tried. */
const maxMembers = 20;
const maxName = 100;

/** Members that hold what is not listed, or what was given: "excluded", "not_mentioned", "inputItems". */
const rejectedWord =
  /^(?:excluded|exclusions?|rejected|ignored|omitted|discarded|removed|irrelevant|unmentioned|not|non|no|negatives?|input|inputs)$/;
/** These may be what was asked for. */
const faultyWord = /^(?:incorrect|wrong|false|invalid)$/;

/** The items of a JSON or Python list, also of several in one object; undefined where a text is none. */
export function readLiteral(answer: string): readonly ListItem[] | undefined {
  const json = parseLiteral(answer);
  if (json === null) return [];
  const lists = listArrays(json);
  if (lists.length > 0) return toItems(withoutRejected(lists).flatMap(({ items }) => items));
  const members = isJsonObject(json) ? Object.values(json) : [];
  return members.length > 0 ? toItems(members) : undefined;
}

/**
 * What a literal may list instead: one or all of the lists of an object, or one of the members that objects
 * have, as "city" of `[{"city": "Rome", "country": "Italy"}]`.
 */
export function readOtherLiterals(answer: string): readonly (readonly ListItem[])[] {
  const named = listArrays(parseLiteral(answer));
  const isSplit = named.some((list) => isNamed(list, rejectedWord) || isNamed(list, faultyWord));
  const lists = named.map(({ items }) => items).filter((list) => isSplit || list.length > 0);
  const all = lists.flat();
  const single = lists.length > 1 ? [...lists.map(toItems), toItems(all)] : [];
  const objects = all.filter(isJsonObject);
  if (objects.length < all.length) return single;
  const [first = {}] = objects;
  const members = Object.keys(first)
    .slice(0, maxMembers)
    .map((name) => objects.flatMap((one) => readMember(one, name)))
    .filter((items) => items.length === objects.length);
  return [...single, ...members];
}

/** A list, and the words of the name of the member that holds it. */
interface NamedList {
  readonly words: readonly string[];
  readonly items: readonly JsonValue[];
}

function isNamed({ words }: NamedList, pattern: RegExp): boolean {
  return words.some((word) => pattern.test(word));
}

/** The lists without those that an object sets apart from them: of "included" and "excluded", the first. */
function withoutRejected(lists: readonly NamedList[]): readonly NamedList[] {
  const kept = lists.filter((list) => !isNamed(list, rejectedWord));
  const right = kept.filter((list) => !isNamed(list, faultyWord));
  // Nothing that is correct, and something that is not: who asked for errors is answered.
  if (right.some(({ items }) => items.length > 0)) return right;
  return kept.length > 0 ? kept : lists;
}

function readMember(object: JsonObject, name: string): readonly ListItem[] {
  const member = object[name];
  return typeof member === 'string' || typeof member === 'number' ? [[String(member)]] : [];
}

/** The list, or those that an object holds: `{"items": [...]}`. */
function listArrays(json: JsonValue | undefined): readonly NamedList[] {
  if (Array.isArray(json)) return [{ words: [], items: json }];
  return Object.entries(isJsonObject(json) ? json : {}).flatMap(([name, items]) =>
    Array.isArray(items) ? [{ words: divideName(name), items: items as JsonValue[] }] : [],
  );
}

/** "notMentioned", "not_mentioned" and "not mentioned" are "not" and "mentioned". */
function divideName(name: string): readonly string[] {
  return name
    .slice(0, maxName)
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[\s_-]+/);
}

function parseLiteral(answer: string): JsonValue | undefined {
  const bracket = readBracket(answer);
  const python = bracket === undefined ? undefined : parsePythonLiteral(bracket);
  return unwrap(python ?? findJson(answer)?.value);
}

/** What an object holds that has no other member: `{"result": {"cities": [...]}}`. */
function unwrap(json: JsonValue | undefined): JsonValue | undefined {
  const members = isJsonObject(json) ? Object.values(json) : [];
  const [inner] = members;
  if (members.length !== 1 || !isJsonObject(inner) || findName(inner) !== undefined) return json;
  return unwrap(inner);
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

function toItems(values: readonly JsonValue[]): readonly ListItem[] {
  return values.filter((value) => value !== null).map(toItem);
}

function toItem(value: JsonValue): ListItem {
  const name = isJsonObject(value) ? findName(value) : undefined;
  return [name ?? (typeof value === 'string' ? value : JSON.stringify(value))];
}

/** The text that an object has as its name, or as its only member. */
function findName(object: JsonObject): string | undefined {
  const members = Object.entries(object);
  const texts = members.filter(([, member]) => typeof member === 'string');
  const named =
    members.length === 1
      ? texts[0]
      : [nameMember, classMember]
          .map((pattern) => texts.find(([name]) => pattern.test(name)))
          .find((member) => member !== undefined);
  return named?.[1] as string | undefined;
}
