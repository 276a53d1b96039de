import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import { parseJsonObject, strangersJson } from '../util/parse-json.js';
import type { ToolCallPiece } from './types.js';

/** The `strict` of a tool's definition, which both protocols have; false says what is so anyway. */
export function readStrict(strict: JsonValue | undefined): JsonObject {
  return (strict ?? false) === false ? {} : { strict: strict as JsonValue };
}

/** More calls than any model makes in one turn; what comes after is dropped. */
const maxToolCalls = 128;

/** A piece of a tool call as a provider sends it. */
export interface ToolCallDelta {
  /** Which call of the turn the provider says it belongs to. */
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string;
  readonly argumentText: string;
}

interface OpenCall {
  readonly position: number;
  index: number | undefined;
  id: string;
  name: string;
  argumentText: string;
}

/** Finds out which pieces of tool calls belong together. */
export interface ToolCallJoiner {
  /** The piece with the position of its call; undefined if there are too many. */
  join(delta: ToolCallDelta, choice: number): ToolCallPiece | undefined;
}

/**
 * Creates a joiner for the calls of one choice. An id that is new together with a name begins a call,
 * as does a new name after arguments that are complete: servers send index 0 for every call
 * (ollama/ollama 15457) or none. A piece without index and id continues the last call, and a name
 * that is only repeated is not added again (NousResearch/hermes-agent 3468).
 */
export function createToolCallJoiner(): ToolCallJoiner {
  const calls: OpenCall[] = [];

  function find({ index, id, name, argumentText }: ToolCallDelta): OpenCall | undefined {
    const sameId = id === '' ? undefined : calls.findLast((call) => call.id === id);
    if (sameId !== undefined && (sameId.index === index || name === '' || index === undefined)) {
      return sameId;
    }
    const candidate =
      index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
    if (candidate === undefined || name === '') return candidate;
    if (id !== '' && candidate.id !== '') return undefined;
    if (candidate.name === '' || candidate.name === name) {
      return argumentText !== '' && isComplete(candidate.argumentText) ? undefined : candidate;
    }
    // Another name goes on with one that is still being spelled out under an explicit index.
    return index !== undefined && candidate.argumentText === '' ? candidate : undefined;
  }

  return {
    join(delta, choice) {
      let call = find(delta);
      if (call === undefined) {
        if (calls.length >= maxToolCalls) return undefined;
        call = { position: calls.length, index: delta.index, id: '', name: '', argumentText: '' };
        calls.push(call);
      }
      const id = call.id === '' ? delta.id : '';
      const name = findAddedName(call.name, delta.name);
      call.id ||= id;
      call.name += name;
      call.argumentText += delta.argumentText;
      const { position } = call;
      return {
        kind: 'tool_call',
        choice,
        call: position,
        id,
        name,
        argumentText: delta.argumentText,
      };
    },
  };
}

/** What a further name adds: nothing where it repeats the known one, or the rest of a longer one. */
function findAddedName(known: string, name: string): string {
  return name.startsWith(known) ? name.slice(known.length) : name;
}

function isComplete(argumentText: string): boolean {
  if (!argumentText.trimEnd().endsWith('}')) return false;
  return parseJsonObject(argumentText, strangersJson) !== undefined;
}

/** Arguments as a text: some servers send the JSON itself. Empty if there are none. */
export function readArguments(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : '';
}

/** Whether a tool call has what Gemini signs it with (ai.google.dev/gemini-api/docs/thought-signatures). */
export function isSignedCall(call: JsonObject): boolean {
  return (call['extra_content'] ?? null) !== null;
}
