import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { ambiguous, createGrader, graded, gradedShare, problem, ready } from './create-grader.js';
import { findJson } from './json/find-json.js';
import { findToolCalls, isShownCall, type ToolCall } from './tools/find-tool-calls.js';
import { chooseTolerance } from './numbers/same-number.js';
import { hasCallMark } from './tools/template-marks.js';
import { isSameValue } from './texts/same-value.js';

/**
 * The answer calls the reference's tools: `{"name": ..., "arguments": {...}}`, or a list of them
 * where several must be called; an empty list means that no tool may be called.
 *
 * A call is read as providers return it, and from JSON in the text; an answer with the marks of a
 * chat template whose call cannot be read is ungraded. Every argument of the reference
 * must be there with its value; others must not be, and null counts as absent. Texts are compared without case, white space
 * and a last full stop; whole numbers exactly, others within 1e-6.
 *
 * Options: `optional` (names of arguments that may also be absent, or there with any value where
 * the reference lacks them; default none), `alternatives` (by argument, further values that are as
 * good as the reference's), `exactText` (default false; true means that texts must be the same
 * character by character), `ordered` (default false; true means that the order of several calls
 * counts), `credit` ("all": 1 where all is right, and 0 otherwise; "share": the share of names and
 * arguments that are right; default "all").
 */
export const toolCallGrader = createGrader({
  name: 'tool_call',
  version: 10,
  options: z.strictObject({
    optional: z.array(z.string().min(1)).default([]),
    alternatives: z.record(z.string(), z.array(z.unknown()).min(1)).default({}),
    exactText: z.boolean().default(false),
    ordered: z.boolean().default(false),
    credit: z.enum(['all', 'share']).default('all'),
  }),
  example(reference) {
    const wanted = parseReference(reference);
    if (wanted === undefined || wanted.length === 0) return undefined;
    return JSON.stringify({ tool_calls: wanted });
  },
  prepare(reference, options) {
    const wanted = parseReference(reference);
    if (wanted === undefined) {
      return problem(
        'reference: give {"name": ..., "arguments": {...}}, or a list of such calls; [] for none',
      );
    }
    const rules: CallRules = {
      optional: new Set(options.optional),
      alternatives: new Map(Object.entries(options.alternatives as Record<string, JsonValue[]>)),
      exactText: options.exactText,
    };
    const names = new Set(wanted.map(({ name }) => name));
    return ready((answer, isCutOff) => {
      const calls = findToolCalls(answer, names);
      const isUnfinished = isCutOff && wanted.length > 0;
      if (calls.length === 0 && !isUnfinished && hasCallMark(answer)) {
        return { kind: 'ungraded', reason: 'calls a tool in a form that is not read' };
      }
      if (calls.length > 0 && isShownCall(answer))
        return ambiguous(['a call', 'an example of one']);
      if (wanted.length === 0) {
        return graded(calls.length === 0, calls.length === 0 ? undefined : 'calls a tool');
      }
      if (calls.length === 0) return graded(false, 'no tool call found');
      const matches = matchCalls(wanted, calls, rules, options.ordered);
      const right = matches.reduce((sum, match) => sum + match.right, 0);
      const total = matches.reduce((sum, match) => sum + match.total, 0);
      const excess = Math.max(0, calls.length - wanted.length);
      const problems = matches.flatMap((match) => match.problems);
      if (excess > 0) problems.push(`${excess} calls too many`);
      const detail = problems.length === 0 ? undefined : problems.slice(0, 5).join('; ');
      if (options.credit === 'all') return graded(problems.length === 0, detail);
      return gradedShare(right / (total + excess), detail);
    });
  },
});

interface CallRules {
  readonly optional: ReadonlySet<string>;
  readonly alternatives: ReadonlyMap<string, readonly JsonValue[]>;
  readonly exactText: boolean;
}

interface CallMatch {
  /** Of the call's name and its arguments, how many are right. */
  readonly right: number;
  readonly total: number;
  readonly problems: readonly string[];
}

/** A call of the reference, whose arguments are always known. */
interface WantedCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

function parseReference(reference: JsonValue | undefined): readonly WantedCall[] | undefined {
  if (reference === undefined || reference === null) return undefined;
  const calls: readonly JsonValue[] = Array.isArray(reference) ? reference : [reference];
  const parsed = calls.map((call): WantedCall | undefined => {
    if (!isJsonObject(call) || typeof call['name'] !== 'string') return undefined;
    if (Object.keys(call).some((key) => key !== 'name' && key !== 'arguments')) return undefined;
    const given = call['arguments'] ?? {};
    return isJsonObject(given) ? { name: call['name'], arguments: given } : undefined;
  });
  return parsed.every((call) => call !== undefined) ? parsed : undefined;
}

/** Each wanted call with the given one that fits it best, where the order does not count. */
function matchCalls(
  wanted: readonly WantedCall[],
  calls: readonly ToolCall[],
  rules: CallRules,
  ordered: boolean,
): readonly CallMatch[] {
  const left = calls.slice(0, 200);
  return wanted.map((call, index) => {
    if (ordered) return matchCall(call, calls[index], rules);
    let best = { match: matchCall(call, undefined, rules), at: -1 };
    for (const [at, candidate] of left.entries()) {
      const match = matchCall(call, candidate, rules);
      const isBetter = match.right / match.total > best.match.right / best.match.total;
      if (isBetter) best = { match, at };
    }
    if (best.at !== -1) left.splice(best.at, 1);
    return best.match;
  });
}

function matchCall(call: WantedCall, given: ToolCall | undefined, rules: CallRules): CallMatch {
  // Strict modes send every optional argument, and null for those that are not given.
  const wanted = { name: call.name, arguments: withoutNulls(call.arguments) };
  const names = Object.keys(wanted.arguments);
  const total = 1 + names.length;
  if (given === undefined || given.name !== wanted.name) {
    return { right: 0, total, problems: [`${wanted.name} is not called`] };
  }
  if (given.arguments === undefined) {
    return { right: 0, total, problems: [`${wanted.name}: broken arguments`] };
  }
  const { isUntyped = false } = given;
  const found = {
    arguments: withoutNulls(dropUnset(given.arguments, wanted.arguments)),
    isUntyped,
  };
  const wrong = names.filter((name) => !isRightArgument(name, wanted, found, rules));
  const extra = Object.entries(found.arguments).flatMap(([name, value]) => {
    const isNull = isUntyped && parseTyped(value) === null;
    const isWanted = Object.hasOwn(wanted.arguments, name) || rules.optional.has(name);
    return isNull || isWanted ? [] : [name];
  });
  return {
    right: total - wrong.length,
    total: total + extra.length,
    problems: [
      ...wrong.map((name) => `${wanted.name}: wrong ${name}`),
      ...extra.map((name) => `${wanted.name}: needless ${name}`),
    ],
  };
}

function isRightArgument(
  name: string,
  wanted: WantedCall,
  found: { readonly arguments: JsonObject; readonly isUntyped: boolean },
  rules: CallRules,
): boolean {
  if (!Object.hasOwn(found.arguments, name)) {
    return rules.optional.has(name) || rules.alternatives.get(name)?.includes(null) === true;
  }
  const accepted = [wanted.arguments[name] as JsonValue, ...(rules.alternatives.get(name) ?? [])];
  const tolerance = chooseTolerance(undefined, 1e-6);
  const comparison = { tolerance, exactText: rules.exactText, ordered: true };
  const given = found.arguments[name] as JsonValue;
  const readings = found.isUntyped ? [given, parseTyped(given)] : [given];
  return accepted.some((value) =>
    readings.some((reading) => isSameValue(value, reading, comparison)),
  );
}

function withoutNulls(object: JsonObject): JsonObject {
  const members = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([name, value]) => [name, dropNulls(value as JsonValue)]));
}

function dropNulls(value: JsonValue): JsonValue {
  if (isJsonObject(value)) return withoutNulls(value);
  return Array.isArray(value) ? value.map(dropNulls) : value;
}

/** The arguments without objects that the reference lacks and whose members are all null. */
function dropUnset(found: JsonObject, wanted: JsonObject): JsonObject {
  const kept = Object.entries(found).filter(
    ([name, value]) => Object.hasOwn(wanted, name) || !isUnset(value as JsonValue),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const other = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
      const areObjects = isJsonObject(value) && isJsonObject(other);
      return [name, areObjects ? dropUnset(value, other) : (value as JsonValue)];
    }),
  );
}

function isUnset(value: JsonValue): boolean {
  if (!isJsonObject(value)) return value === null;
  const members = Object.values(value) as JsonValue[];
  return members.length > 0 && members.every(isUnset);
}

/** As templates write them that print a value of Python. */
const pythonConstants = new Map<JsonValue, JsonValue>([
  ['None', null],
  ['True', true],
  ['False', false],
]);

/** The value that a text without a type may stand for. */
function parseTyped(value: JsonValue): JsonValue {
  const constant = pythonConstants.get(value);
  if (constant !== undefined) return constant;
  const parsed = typeof value === 'string' ? findJson(value) : undefined;
  return parsed?.isWhole === true ? parsed.value : value;
}
