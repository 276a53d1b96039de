import { changesNumbers, keepSources, listSources, writeExactJson } from '../../util/exact-json.js';
import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { readText } from '../content-parts.js';
import type { Evidence } from '../evidence.js';
import { findError } from '../provider-error.js';
import { createResponseReader, readServed, type DataReader } from '../response-reader.js';
import { createToolCallJoiner, type ToolCallDelta } from '../tool-calls.js';
import type { ReadAnswer, ReadContext, StreamEvent, StreamReader } from '../types.js';
import { mergeRawUsage } from '../usage.js';

/** Creates a reader of a streamed answer of Anthropic's Messages. */
export function createAnthropicStreamReader(context: ReadContext): StreamReader {
  return createResponseReader(context, createEventReader);
}

/** Reads a whole answer of Anthropic's Messages as the events that a stream would have sent. */
export function readAnthropicAnswer(body: JsonObject, context: ReadContext, json = ''): ReadAnswer {
  const reader = createResponseReader(context, createEventReader);
  const { content, stop_reason: reason = null, usage = null } = body;
  if (changesNumbers(json)) {
    keepSources(content, listSources(json).get('content'), ['*', 'input']);
  }
  const stream: JsonObject[] = Array.isArray(content)
    ? [
        { type: 'message_start', message: body },
        ...(content as readonly JsonValue[]).map((block, index) => ({
          type: 'content_block_start',
          index,
          content_block: block,
        })),
        { type: 'message_delta', delta: { stop_reason: reason }, usage },
      ]
    : [];
  const error = findError(body, Array.isArray(content));
  const events =
    error === undefined
      ? stream.flatMap((data) => reader.acceptData(data).events)
      : [...reader.acceptData(error, true).events];
  return { events: [...events, ...reader.end().events], conclusion: reader.conclude() };
}

function createEventReader(evidence: Evidence): DataReader {
  const joiner = createToolCallJoiner();
  let rawUsage: JsonObject | null = null;
  /** Whether the last block is a call of the caller's tools. The provider runs its own itself. */
  let isCall = false;
  /** The input that a call began with: it counts only if no pieces follow. */
  let heldInput: { readonly index: number | undefined; readonly text: string } | undefined;

  function addUsage(usage: JsonValue | undefined, events: StreamEvent[]): void {
    if (!isJsonObject(usage)) return;
    rawUsage = mergeRawUsage(rawUsage, usage);
    events.push({ kind: 'usage', rawUsage });
  }

  function addCall(delta: ToolCallDelta, events: StreamEvent[]): void {
    events.push(...joiner.join(delta, 0));
  }

  function addText(
    kind: 'text' | 'reasoning',
    value: JsonValue | undefined,
    events: StreamEvent[],
  ) {
    const text = readText(value);
    if (text !== '') events.push({ kind, text, choice: 0 });
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
    releaseInput(events);
    isCall = block['type'] === 'tool_use';
    if (block['type'] === 'text') addText('text', block['text'], events);
    addText('reasoning', block['thinking'], events);
    if (!isCall) {
      if (typeof block['type'] === 'string' && block['type'] !== 'text') {
        events.push({ kind: 'working' });
      }
      return;
    }
    const name = readText(block['name']);
    addCall({ index, id: readText(block['id']), name, argumentText: '' }, events);
    const text = readBlockInput(block);
    if (text !== '') heldInput = { index, text };
  }

  function readDelta(index: number | undefined, delta: JsonObject, events: StreamEvent[]): void {
    switch (delta['type']) {
      case 'text_delta':
        addText('text', delta['text'], events);
        return;
      case 'thinking_delta':
        addText('reasoning', delta['thinking'], events);
        return;
      case 'input_json_delta': {
        const json = readText(delta['partial_json']);
        if (json === '') return;
        if (!isCall) {
          events.push({ kind: 'working' });
          return;
        }
        heldInput = undefined;
        addCall({ index, id: '', name: '', argumentText: json }, events);
        return;
      }
      default:
      // Signatures and citations.
    }
  }

  return {
    isAnswer: ({ type }) => typeof type === 'string',
    read(event) {
      const events: StreamEvent[] = [];
      const index = typeof event['index'] === 'number' ? event['index'] : undefined;
      const { message, delta, content_block: block } = event;
      switch (event['type']) {
        case 'message_start':
          evidence.noteChoice(0, null, true);
          if (!isJsonObject(message)) break;
          events.push(...readServed(message));
          addUsage(message['usage'], events);
          break;
        case 'content_block_start':
          evidence.noteChoice(0, null, true);
          if (isJsonObject(block)) readBlockStart(index, block, events);
          break;
        case 'content_block_delta':
          evidence.noteChoice(0, null, true);
          if (isJsonObject(delta)) readDelta(index, delta, events);
          break;
        case 'content_block_stop':
          releaseInput(events);
          break;
        case 'message_delta': {
          releaseInput(events);
          addUsage(event['usage'], events);
          const reason = getMember(delta, 'stop_reason');
          evidence.noteChoice(0, typeof reason === 'string' ? reason : null);
          if (typeof reason !== 'string') break;
          events.push({ kind: 'finish', reason, choice: 0 });
          break;
        }
        case 'message_stop':
          events.push({ kind: 'end' });
          break;
        default:
        // A ping, or an event of a later version of the protocol.
      }
      return events;
    },
  };
}

/** The input of a tool call as JSON; empty if it has none yet. */
function readBlockInput({ input }: JsonObject): string {
  return isJsonObject(input) && Object.keys(input).length > 0 ? writeExactJson(input) : '';
}
