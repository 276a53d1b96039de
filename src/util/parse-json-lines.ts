import { failure, success, type Result } from './result.js';
import type { JsonValue } from './json.js';
import { ownJson, parseJson } from './parse-json.js';

/** One line of a JSONL text, with its number from 1. */
export type JsonLine<Value = unknown> = Result<Value> & { readonly line: number };

const parseStrictly = (text: string): JsonValue => parseJson(text, ownJson);

/** Parses a text of one JSON value per line; blank lines are skipped. */
export function parseJsonLines(text: string): Generator<JsonLine>;
/** @param parse reads a line, or throws; default: strict JSON */
export function parseJsonLines<Value>(
  text: string,
  parse: (line: string) => Value,
): Generator<JsonLine<Value>>;
export function* parseJsonLines(
  text: string,
  parse: (line: string) => unknown = parseStrictly,
): Generator<JsonLine> {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end);
    start = end + 1;
    if (content.trim() === '') continue;
    yield parseLine(content, line, parse);
  }
}

function parseLine(content: string, line: number, parse: (line: string) => unknown): JsonLine {
  try {
    return { line, ...success<unknown>(parse(content)) };
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : String(error);
    return { line, ...failure(`the line is not JSON (${detail})`) };
  }
}
