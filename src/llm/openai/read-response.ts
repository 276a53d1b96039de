import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { createEvidence } from '../evidence.js';
import { createFailure, readFailure } from '../failure.js';
import { holdsError } from '../provider-error.js';
import { parseEventData } from '../event-data.js';
import { createToolCallJoiner, type ToolCallDelta, type ToolCallJoiner } from '../tool-calls.js';
import type { ReadAnswer, ReadContext, ReadEvent, StreamEvent, StreamReader } from '../types.js';
import { mergeRawUsage } from '../usage.js';
import { findUsage, readMessage, readReason, readServed } from './read-choice.js';

const nothing: ReadEvent = { data: undefined, events: [] };

interface ChunkReader extends StreamReader {
  /** Reads a chunk, or a whole answer as the only one. */
  readChunk(chunk: JsonObject, isWhole: boolean, isError: boolean): ReadEvent;
  end(): ReadEvent;
}

/** Creates a reader of a streamed chat completion. */
export function createOpenAiStreamReader(context: ReadContext): StreamReader {
  return createChunkReader(context);
}

/** Reads a whole chat completion: one chunk whose end is the end of the body. */
export function readOpenAiAnswer(body: JsonObject, context: ReadContext): ReadAnswer {
  const reader = createChunkReader(context);
  const { events } = reader.readChunk(body, true, false);
  return { events: [...events, ...reader.end().events], conclusion: reader.conclude() };
}

function createChunkReader(context: ReadContext): ChunkReader {
  const evidence = createEvidence(context);
  let joiners: Map<number, ToolCallJoiner> | undefined;
  let rawUsage: JsonObject | null = null;

  function fail(body: JsonValue): ReadEvent {
    const failure = readFailure(
      { status: undefined, body, headers: context.headers?.() },
      { secrets: context.secrets, now: context.now() },
    );
    evidence.fail(failure);
    return { data: undefined, events: [{ kind: 'failure', failure }] };
  }

  /** @param place which call of a whole answer this is; in a stream that is to be found out */
  function addCall(
    call: ToolCallDelta,
    choice: number,
    place: number | undefined,
    events: StreamEvent[],
  ): void {
    joiners ??= new Map();
    const joiner = joiners.get(choice) ?? createToolCallJoiner();
    joiners.set(choice, joiner);
    const piece = joiner.join(place === undefined ? call : { ...call, index: place }, choice);
    if (piece !== undefined) events.push(piece);
  }

  function readChoice(choice: JsonObject, place: number | undefined, events: StreamEvent[]): void {
    const index = typeof choice['index'] === 'number' ? choice['index'] : (place ?? 0);
    const reason = readReason(choice);
    evidence.noteChoice(index, reason);
    const delta = choice['delta'] ?? choice['message'];
    if (isJsonObject(delta)) {
      const message = readMessage(delta, index);
      events.push(...message.events);
      message.toolCalls.forEach((call, position) => {
        addCall(call, index, place === undefined ? undefined : position, events);
      });
    } else if (typeof choice['text'] === 'string' && choice['text'] !== '') {
      events.push({ kind: 'text', text: choice['text'], choice: index });
    }
    if (reason !== null) events.push({ kind: 'finish', reason, choice: index });
  }

  function readChunk(chunk: JsonObject, isWhole: boolean, isError: boolean): ReadEvent {
    const choices = Array.isArray(chunk['choices'])
      ? (chunk['choices'] as readonly JsonValue[]).filter(isJsonObject)
      : undefined;
    const usage = findUsage(chunk);
    if (isError || holdsError(chunk, choices !== undefined || usage !== undefined)) {
      return fail(chunk);
    }
    // OpenRouter ends a choice with an error of its own.
    const broken = choices?.find(
      ({ error }) => isJsonObject(error) && Object.keys(error).length > 0,
    );
    if (broken !== undefined) return fail(broken);
    const events: StreamEvent[] = [];
    choices?.forEach((choice, place) => readChoice(choice, isWhole ? place : undefined, events));
    for (const event of events) evidence.note(event);
    if (usage !== undefined) {
      rawUsage = mergeRawUsage(rawUsage, usage);
      events.push({ kind: 'usage', rawUsage });
    }
    const served = readServed(chunk);
    if (served !== undefined) events.push(served);
    return { data: chunk, events };
  }

  function end(): ReadEvent {
    if (evidence.isOver) return nothing;
    evidence.mark();
    return { data: undefined, events: [{ kind: 'end' }] };
  }

  return {
    readChunk,
    end,
    accept(event) {
      if (evidence.isOver) return nothing;
      const isError = event.type === 'error';
      const data = parseEventData(event);
      if (data.kind === 'empty') return isError ? fail('') : nothing;
      if (data.kind === 'done') return end();
      if (data.kind === 'object') return readChunk(data.value, false, isError);
      if (isError) return fail(data.text);
      const detail = 'an event of the stream is not JSON';
      const failure = createFailure('malformed', detail, { ...context, text: data.text });
      evidence.fail(failure);
      return { data: undefined, events: [{ kind: 'failure', failure }] };
    },
    get isOver() {
      return evidence.isOver;
    },
    conclude: evidence.conclude,
  };
}
