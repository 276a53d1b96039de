import type { JsonObject, JsonValue } from '../../util/json.js';
import {
  UnwritableAnswerError,
  type AnswerHead,
  type StreamWriter,
  type WrittenEvent,
} from '../answer-writer.js';
import { foldAnswer } from '../answer-fold.js';
import type { StreamEvent, ToolCallPiece } from '../types.js';
import {
  isCutOff,
  readToolInput,
  unwritableInput,
  unwritableMedia,
  writeAnthropicUsage,
  writeMessageHead,
  writeStopReason,
  writeToolUseId,
} from './write-answer.js';

/** A block of the message that is being written. */
interface Block {
  readonly index: number;
  /** The position of the tool call; undefined for text. */
  readonly call: number | undefined;
  argumentText: string;
}

type Piece = ToolCallPiece | Extract<StreamEvent, { kind: 'text' | 'refusal' }>;

/**
 * Creates the writer of a streamed message of Anthropic's. Blocks follow one another: a piece that
 * would interrupt a tool call waits until the answer ends.
 */
export function createAnthropicStreamWriter(head: AnswerHead): StreamWriter {
  let block: Block | undefined;
  let blockCount = 0;
  const calls = new Set<number>();
  const waiting: Piece[] = [];
  let hasBegun = false;
  /** Whether the calls need not be whole. */
  let isCut = false;

  function begin(): WrittenEvent[] {
    if (hasBegun) return [];
    hasBegun = true;
    const rest = { content: [], stop_reason: null, stop_sequence: null };
    // Clients such as the AI SDK refuse null here, and replace numbers by those of the last event.
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = { ...writeMessageHead(head), ...rest, usage };
    return [event('message_start', { message })];
  }

  function close(): WrittenEvent[] {
    if (block === undefined) return [];
    const { index, call, argumentText } = block;
    const isWhole = call === undefined || readToolInput(argumentText) !== undefined;
    if (!isWhole && !isCut) throw unwritableInput();
    block = undefined;
    return [event('content_block_stop', { index })];
  }

  function open(call: number | undefined, contentBlock: JsonObject): WrittenEvent[] {
    const closed = close();
    block = { index: blockCount++, call, argumentText: '' };
    const { index } = block;
    return [...closed, event('content_block_start', { index, content_block: contentBlock })];
  }

  function mayClose(): boolean {
    if (block?.call === undefined) return true;
    const { argumentText } = block;
    return argumentText.trim() !== '' && readToolInput(argumentText) !== undefined;
  }

  function writePiece(piece: Piece): WrittenEvent[] {
    return piece.kind === 'tool_call' ? writeCall(piece) : writeText(piece.text);
  }

  function writeText(text: string): WrittenEvent[] {
    const opened =
      block !== undefined && block.call === undefined
        ? []
        : open(undefined, { type: 'text', text: '' });
    return [...opened, delta({ type: 'text_delta', text })];
  }

  function writeCall({ call, id, name, argumentText }: ToolCallPiece): WrittenEvent[] {
    const events: WrittenEvent[] = [];
    const isMixed = block?.call === call ? name !== '' : calls.has(call);
    if (isMixed) throw new UnwritableAnswerError('the pieces of a tool call come out of order');
    if (block?.call !== call) {
      calls.add(call);
      const toolUseId = writeToolUseId(id, call, head);
      events.push(...open(call, { type: 'tool_use', id: toolUseId, name, input: {} }));
    }
    if (argumentText === '') return events;
    (block as Block).argumentText += argumentText;
    events.push(delta({ type: 'input_json_delta', partial_json: argumentText }));
    return events;
  }

  function delta(content: JsonObject): WrittenEvent {
    return event('content_block_delta', { index: (block as Block).index, delta: content });
  }

  function isNext(piece: Piece): boolean {
    const call = piece.kind === 'tool_call' ? piece.call : undefined;
    if (block !== undefined && block.call === call) return true;
    if (piece.kind === 'tool_call' && piece.name === '') return false;
    return waiting.length === 0 && mayClose();
  }

  /** What waits: texts, then the calls, each in one piece. */
  function listWaiting(): Piece[] {
    const texts = waiting.filter(({ kind }) => kind !== 'tool_call');
    const { toolCalls } = foldAnswer(waiting);
    const joined = toolCalls.map((folded, call): Piece => ({
      kind: 'tool_call',
      choice: 0,
      call,
      ...folded,
    }));
    // A list that begins with a later call has holes.
    return [...texts, ...joined.filter((piece) => piece !== undefined)];
  }

  return {
    write({ events }) {
      const written: WrittenEvent[] = [];
      let isAtWork = false;
      for (const one of events) {
        if (one.kind === 'media' && one.choice === 0) throw unwritableMedia();
        if (one.kind === 'reasoning' || one.kind === 'working') isAtWork = true;
        if (one.kind !== 'text' && one.kind !== 'refusal' && one.kind !== 'tool_call') continue;
        if (one.choice !== 0) continue;
        if (isNext(one)) written.push(...writePiece(one));
        else waiting.push(one);
      }
      // Reasoning stays here, but callers and proxies must see that the answer has begun.
      if (written.length === 0 && isAtWork) written.push(event('ping', {}));
      return written.length === 0 ? [] : [...begin(), ...written];
    },
    end({ finishReason, usage, extra }) {
      isCut = isCutOff(finishReason);
      const written = [...begin(), ...listWaiting().flatMap(writePiece), ...close()];
      const stop = { stop_reason: writeStopReason(finishReason, calls.size > 0) };
      const changes = { delta: { ...stop, stop_sequence: null } };
      const counts = { usage: writeAnthropicUsage(usage) };
      written.push(event('message_delta', { ...changes, ...counts, ...extra }));
      return [...written, event('message_stop', {})];
    },
  };
}

export function event(type: string, members: Readonly<Record<string, JsonValue>>): WrittenEvent {
  return { type, data: { type, ...members } };
}

/**
 * Creates a writer that passes the events of a message on as the provider sent them. The one that
 * names the stop reason waits for the end of the whole answer.
 */
export function createAnthropicRelay(): StreamWriter {
  const held: JsonObject[] = [];
  return {
    write({ data, json }) {
      if (data['type'] === 'message_delta') {
        held.push(data);
        return [];
      }
      return [{ type: String(data['type'] ?? ''), data: json ?? data }];
    },
    end({ extra }) {
      const last = held.pop();
      const deltas = last === undefined ? held : [...held, { ...last, ...extra }];
      return [
        ...deltas.map((data): WrittenEvent => ({ type: 'message_delta', data })),
        event('message_stop', {}),
      ];
    },
  };
}
