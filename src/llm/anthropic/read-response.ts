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
  return createResponseReader(context, (evidence) => new EventReader(evidence));
}

/** Reads a whole answer of Anthropic's Messages as the events that a stream would have sent. */
export function readAnthropicAnswer(body: JsonObject, context: ReadContext, json = ''): ReadAnswer {
  const reader = createResponseReader(context, (evidence) => new EventReader(evidence));
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

/** Reads the events of one message. */
class EventReader implements DataReader {
  readonly #evidence: Evidence;
  readonly #joiner = createToolCallJoiner();
  /** What the event that is being read says. */
  #said: StreamEvent[] = [];
  #rawUsage: JsonObject | null = null;
  /** Whether the last block is a call of the caller's tools. The provider runs its own itself. */
  #isCall = false;
  /** The input that a call began with: it counts only if no pieces follow. */
  #heldInput: Pick<ToolCallDelta, 'index' | 'argumentText'> | undefined;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  isAnswer({ type }: JsonObject): boolean {
    return typeof type === 'string';
  }

  read(event: JsonObject): StreamEvent[] {
    this.#said = [];
    const index = typeof event['index'] === 'number' ? event['index'] : undefined;
    const { message, delta, content_block: block } = event;
    switch (event['type']) {
      case 'message_start':
        this.#evidence.noteChoice(0, null, true);
        if (!isJsonObject(message)) break;
        this.#said.push(...readServed(message));
        this.#addUsage(message['usage']);
        break;
      case 'content_block_start':
        this.#evidence.noteChoice(0, null, true);
        if (isJsonObject(block)) this.#readBlockStart(index, block);
        break;
      case 'content_block_delta':
        this.#evidence.noteChoice(0, null, true);
        if (isJsonObject(delta)) this.#readDelta(index, delta);
        break;
      case 'content_block_stop':
        this.#releaseInput();
        break;
      case 'message_delta':
        this.#releaseInput();
        this.#addUsage(event['usage']);
        this.#readStop(getMember(delta, 'stop_reason'));
        break;
      case 'message_stop':
        this.#said.push({ kind: 'end' });
        break;
      default:
      // A ping, or an event of a later version of the protocol.
    }
    return this.#said;
  }

  #readBlockStart(index: number | undefined, block: JsonObject): void {
    this.#releaseInput();
    const { type } = block;
    this.#isCall = type === 'tool_use';
    if (type === 'text') this.#addText('text', block['text']);
    this.#addText('reasoning', block['thinking']);
    if (this.#isCall) {
      this.#addCall({ index, id: readText(block['id']), name: readText(block['name']) });
      const argumentText = readBlockInput(block);
      if (argumentText !== '') this.#heldInput = { index, argumentText };
    } else if (typeof type === 'string' && type !== 'text') {
      this.#said.push({ kind: 'working' });
    }
  }

  #readDelta(index: number | undefined, delta: JsonObject): void {
    switch (delta['type']) {
      case 'text_delta':
        this.#addText('text', delta['text']);
        return;
      case 'thinking_delta':
        this.#addText('reasoning', delta['thinking']);
        return;
      case 'input_json_delta': {
        const argumentText = readText(delta['partial_json']);
        if (argumentText === '') return;
        if (!this.#isCall) {
          this.#said.push({ kind: 'working' });
          return;
        }
        this.#heldInput = undefined;
        this.#addCall({ index, argumentText });
        return;
      }
      default:
      // Signatures and citations.
    }
  }

  #readStop(value: JsonValue | undefined): void {
    const reason = typeof value === 'string' ? value : null;
    this.#evidence.noteChoice(0, reason);
    if (reason !== null) this.#said.push({ kind: 'finish', reason, choice: 0 });
  }

  #releaseInput(): void {
    if (this.#heldInput === undefined) return;
    this.#addCall(this.#heldInput);
    this.#heldInput = undefined;
  }

  #addUsage(usage: JsonValue | undefined): void {
    if (!isJsonObject(usage)) return;
    this.#rawUsage = mergeRawUsage(this.#rawUsage, usage);
    this.#said.push({ kind: 'usage', rawUsage: this.#rawUsage });
  }

  #addText(kind: 'text' | 'reasoning', value: JsonValue | undefined): void {
    const text = readText(value);
    if (text !== '') this.#said.push({ kind, text, choice: 0 });
  }

  #addCall(piece: Partial<ToolCallDelta> & Pick<ToolCallDelta, 'index'>): void {
    this.#said.push(...this.#joiner.join({ id: '', name: '', argumentText: '', ...piece }, 0));
  }
}

/** The input of a tool call as JSON; empty if it has none yet. */
function readBlockInput({ input }: JsonObject): string {
  return isJsonObject(input) && Object.keys(input).length > 0 ? writeExactJson(input) : '';
}
