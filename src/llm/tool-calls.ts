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
  /** Empty arguments that it began with, until it is known whether others come. */
  heldText: string;
}

/** Finds out which pieces of tool calls belong together. */
export interface ToolCallJoiner {
  /**
   * The piece with the position of its call, after what earlier calls held back if it begins another;
   * nothing if it adds nothing, or there are too many.
   */
  join(delta: ToolCallDelta, choice: number): ToolCallPiece[];
  /** The arguments that are held back, before a text and at the end of the choice. */
  release(choice: number): ToolCallPiece[];
}

/**
 * Creates a joiner for the calls of one choice. An id that is new together with a name begins a call,
 * as does a name after arguments that are complete: servers send index 0 for every call
 * (ollama/ollama 15457), or none, or one id for all. A piece without index and id continues the last
 * call, and a name that is only repeated is not added again (NousResearch/hermes-agent 3468).
 *
 * @param holdsEmpty whether arguments that begin with a whole `{}` are held back, and dropped where
 * others follow: bridges to Claude send its empty input before the real one (BerriAI/litellm 4537), and
 * that before the next call
 */
export function createToolCallJoiner(holdsEmpty = false): ToolCallJoiner {
  const calls: OpenCall[] = [];

  function find({ index, id, name, argumentText }: ToolCallDelta): OpenCall | undefined {
    const beginsAnother = ({ argumentText: known }: Pick<OpenCall, 'argumentText'>): boolean =>
      name !== '' && !isBlank(argumentText) && isComplete(known);
    const sameId = id === '' ? undefined : calls.findLast((call) => call.id === id);
    if (sameId !== undefined && (sameId.index === index || name === '' || index === undefined)) {
      // Where id and name are repeated with each piece, a `{}` that is held back ends no call.
      const known = name === sameId.name ? sameId : withHeldText(sameId);
      return beginsAnother(known) ? undefined : sameId;
    }
    const candidate =
      index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
    if (candidate === undefined || name === '') return candidate;
    if (id !== '' && candidate.id !== '') return undefined;
    if (candidate.name === '' || candidate.name === name) {
      return beginsAnother(withHeldText(candidate)) ? undefined : candidate;
    }
    // Another name goes on with one that is still being spelled out under an explicit index.
    return index !== undefined && withHeldText(candidate).argumentText === ''
      ? candidate
      : undefined;
  }

  /** What a piece adds to the arguments, with or without what was held back. */
  function addText(call: OpenCall, text: string): string {
    if (holdsEmpty && call.argumentText === '') {
      if (emptyObject.test(text)) call.heldText = text.trim();
      if (call.heldText !== '' && (isBlank(text) || emptyObject.test(text))) return '';
    }
    const added = text.trimStart().startsWith('{') ? text : call.heldText + text;
    call.heldText = '';
    call.argumentText += added;
    return added;
  }

  function release(choice: number): ToolCallPiece[] {
    return calls.flatMap((call): ToolCallPiece[] => {
      const { position, heldText } = call;
      if (heldText === '') return [];
      call.argumentText = heldText;
      call.heldText = '';
      return [
        { kind: 'tool_call', choice, call: position, id: '', name: '', argumentText: heldText },
      ];
    });
  }

  return {
    join(delta, choice) {
      if (calls.some((call) => isSameCall(call, delta))) return [];
      let call = find(delta);
      const isNew = call === undefined;
      const released = isNew ? release(choice) : [];
      if (call === undefined) {
        if (calls.length >= maxToolCalls) return released;
        const { length: position } = calls;
        call = { position, index: delta.index, id: '', name: '', argumentText: '', heldText: '' };
        calls.push(call);
      }
      const id = call.id === '' ? delta.id : '';
      const name = findAddedName(call.name, delta.name);
      call.id ||= id;
      call.name += name;
      const argumentText = addText(call, delta.argumentText);
      if (!isNew && id === '' && name === '' && argumentText === '') return [];
      const { position } = call;
      return [...released, { kind: 'tool_call', choice, call: position, id, name, argumentText }];
    },
    release,
  };
}

const emptyObject = /^\s*\{\s*\}\s*$/;

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function withHeldText({ argumentText, heldText }: OpenCall): Pick<OpenCall, 'argumentText'> {
  return { argumentText: argumentText + heldText };
}

/** Whether a piece is a whole call once more: nobody gives another call its id, name and arguments. */
function isSameCall(call: OpenCall, { index, id, name, argumentText }: ToolCallDelta): boolean {
  return (
    id !== '' &&
    call.id === id &&
    call.index === index &&
    call.name === name &&
    call.argumentText === argumentText &&
    isComplete(argumentText)
  );
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
