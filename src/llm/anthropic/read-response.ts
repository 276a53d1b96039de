import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { readText } from '../content-parts.js';
import { createEvidence } from '../evidence.js';
import { parseEventData } from '../event-data.js';
import { createFailure, readFailure } from '../failure.js';
import { holdsError } from '../provider-error.js';
import { createToolCallJoiner } from '../tool-calls.js';
import type { ReadAnswer, ReadContext, ReadEvent, StreamEvent, StreamReader } from '../types.js';
import { mergeRawUsage } from '../usage.js';

const nothing: ReadEvent = { data: undefined, events: [] };

interface EventReader extends StreamReader {
  readEvent(event: JsonObject): ReadEvent;
  fail(body: JsonValue): ReadEvent;
}

/** Creates a reader of a streamed answer of Anthropic's Messages. */
export function createAnthropicStreamReader(context: ReadContext): StreamReader {
  return createEventReader(context);
}

/** Reads a whole answer of Anthropic's Messages as the events that a stream would have sent. */
export function readAnthropicAnswer(body: JsonObject, context: ReadContext): ReadAnswer {
  const reader = createEventReader(context);
  const { content, stop_reason: reason, usage } = body;
  if (holdsError(body, Array.isArray(content))) {
    return { events: reader.fail(body).events, conclusion: reader.conclude() };
  }
  const stop = { type: 'message_stop' };
  const stream: JsonObject[] = !Array.isArray(content)
    ? [stop]
    : [
        { type: 'message_start', message: body },
        ...(content as readonly JsonValue[]).map((block, index) => ({
          type: 'content_block_start',
          index,
          content_block: block,
        })),
        { type: 'message_delta', delta: { stop_reason: reason ?? null }, usage: usage ?? null },
        stop,
      ];
  return {
    events: stream.flatMap((event) => reader.readEvent(event).events),
    conclusion: reader.conclude(),
  };
}

function createEventReader(context: ReadContext): EventReader {
  const evidence = createEvidence(context);
  const joiner = createToolCallJoiner();
  let rawUsage: JsonObject | null = null;
  /** The input that a block began with: it counts only if no pieces follow. */
  let heldInput: { readonly index: number | undefined; readonly text: string } | undefined;

  function fail(body: JsonValue): ReadEvent {
    const failure = readFailure(
      { status: undefined, body, headers: context.headers?.() },
      { secrets: context.secrets, now: context.now() },
    );
    evidence.fail(failure);
    return { data: undefined, events: [{ kind: 'failure', failure }] };
  }

  function addUsage(usage: JsonValue | undefined, events: StreamEvent[]): void {
    if (!isJsonObject(usage)) return;
    rawUsage = mergeRawUsage(rawUsage, usage);
    events.push({ kind: 'usage', rawUsage });
  }

  function addCall(
    delta: { index: number | undefined; id: string; name: string; argumentText: string },
    events: StreamEvent[],
  ): void {
    const piece = joiner.join(delta, 0);
    if (piece !== undefined) events.push(piece);
  }

  function releaseInput(events: StreamEvent[]): void {
    if (heldInput === undefined) return;
    const { index, text } = heldInput;
    heldInput = undefined;
    addCall({ index, id: '', name: '', argumentText: text }, events);
  }

  function readBlockStart(
    index: number | undefined,
    block: JsonObject,
    events: StreamEvent[],
  ): void {
    const text = readText(block['text']);
    const thinking = readText(block['thinking']);
    if (block['type'] === 'text' && text !== '') events.push({ kind: 'text', text, choice: 0 });
    if (thinking !== '') events.push({ kind: 'reasoning', text: thinking, choice: 0 });
    if (!isToolUse(block)) return;
    releaseInput(events);
    const id = readText(block['id']);
    addCall({ index, id, name: readText(block['name']), argumentText: '' }, events);
    const input = readBlockInput(block);
    if (input !== '') heldInput = { index, text: input };
  }

  function readDelta(index: number | undefined, delta: JsonObject, events: StreamEvent[]): void {
    const text = readText(delta['text']);
    const thinking = readText(delta['thinking']);
    const json = readText(delta['partial_json']);
    if (delta['type'] === 'text_delta' && text !== '') {
      events.push({ kind: 'text', text, choice: 0 });
    }
    if (delta['type'] === 'thinking_delta' && thinking !== '') {
      events.push({ kind: 'reasoning', text: thinking, choice: 0 });
    }
    if (delta['type'] !== 'input_json_delta' || json === '') return;
    heldInput = undefined;
    addCall({ index, id: '', name: '', argumentText: json }, events);
  }

  function readEvent(event: JsonObject): ReadEvent {
    const events: StreamEvent[] = [];
    const index = typeof event['index'] === 'number' ? event['index'] : undefined;
    const { message, delta, content_block: block } = event;
    switch (event['type']) {
      case 'message_start':
        evidence.noteChoice(0, null);
        if (!isJsonObject(message)) break;
        events.push({
          kind: 'served',
          model: typeof message['model'] === 'string' ? message['model'] : null,
          provider: null,
          fingerprint: null,
        });
        addUsage(message['usage'], events);
        break;
      case 'content_block_start':
        evidence.noteChoice(0, null);
        if (isJsonObject(block)) readBlockStart(index, block, events);
        break;
      case 'content_block_delta':
        evidence.noteChoice(0, null);
        if (isJsonObject(delta)) readDelta(index, delta, events);
        break;
      case 'content_block_stop':
        releaseInput(events);
        break;
      case 'message_delta': {
        releaseInput(events);
        addUsage(event['usage'], events);
        const reason = isJsonObject(delta) ? delta['stop_reason'] : undefined;
        if (typeof reason !== 'string') break;
        evidence.noteChoice(0, reason);
        events.push({ kind: 'finish', reason, choice: 0 });
        break;
      }
      case 'message_stop':
        evidence.mark();
        return { data: undefined, events: [{ kind: 'end' }] };
      default:
      // A ping, or an event of a later version of the protocol.
    }
    for (const said of events) evidence.note(said);
    return { data: event, events };
  }

  return {
    readEvent,
    fail,
    accept(event) {
      if (evidence.isOver) return nothing;
      const isError = event.type === 'error';
      const data = parseEventData(event);
      if (data.kind === 'done') {
        evidence.mark();
        return { data: undefined, events: [{ kind: 'end' }] };
      }
      if (data.kind === 'empty') return isError ? fail('') : nothing;
      if (data.kind === 'object') {
        const { value } = data;
        const isKnown = typeof value['type'] === 'string' && value['type'] !== 'error';
        return isError || holdsError(value, isKnown) ? fail(value) : readEvent(value);
      }
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

function isToolUse(block: JsonObject): boolean {
  return block['type'] === 'tool_use' || block['type'] === 'server_tool_use';
}

/** The input of a tool call as JSON; empty if it has none yet. */
function readBlockInput({ input }: JsonObject): string {
  return isJsonObject(input) && Object.keys(input).length > 0 ? JSON.stringify(input) : '';
}
