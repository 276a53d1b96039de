import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';
import type { AnswerEnd, AnswerHead, StreamWriter, WrittenEvent } from '../answer-writer.js';
import { createCallId } from '../call-ids.js';
import type { StreamEvent } from '../types.js';
import { dropUsage } from './read-choice.js';
import {
  completeHead,
  writeOpenAiFinishReason,
  writeOpenAiHead,
  writeOpenAiUsage,
} from './write-answer.js';

/**
 * Creates the writer of a streamed chat completion.
 *
 * @param hasUsageChunk whether the caller asked for the usage in a chunk of its own; if not, it is in
 * the chunk with the finish reason, because some clients fail at a chunk without a choice
 */
export function createOpenAiStreamWriter(head: AnswerHead, hasUsageChunk: boolean): StreamWriter {
  const begin = writeOpenAiHead(head, 'chat.completion.chunk');
  const writeDelta = createDeltaWriter(head);
  let hasBegun = false;

  function writeChunk(delta: JsonObject, reason: string | null): JsonObject {
    return { ...begin, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] };
  }

  function open(): JsonObject[] {
    if (hasBegun) return [];
    hasBegun = true;
    return [writeChunk({ role: 'assistant', content: '' }, null)];
  }

  return {
    write({ events }) {
      const deltas = events
        .filter((event) => isOfChoice(event, 0))
        .map(writeDelta)
        .filter((delta) => delta !== undefined);
      const chunks = deltas.map((delta) => writeChunk(delta, null));
      return [...(deltas.length === 0 ? [] : open()), ...chunks].map((data) => ({ data }));
    },
    end({ finishReason, usage, extra }) {
      const finish = writeChunk({}, writeOpenAiFinishReason(finishReason));
      const ending = { usage: usage === null ? null : writeOpenAiUsage(usage), ...extra };
      const last = hasUsageChunk
        ? [finish, { ...begin, choices: [], ...ending }]
        : [{ ...finish, ...ending }];
      return [...open(), ...last].map((data): WrittenEvent => ({ data })).concat(doneEvent);
    },
  };
}

export function isOfChoice(event: StreamEvent, choice: number): boolean {
  return 'choice' in event && event.choice === choice;
}

/** Creates a function that writes events as deltas of their choice; undefined for those without content. */
export function createDeltaWriter(
  head: AnswerHead,
): (event: StreamEvent) => JsonObject | undefined {
  const begunCalls = new Set<string>();
  return (event) => {
    switch (event.kind) {
      case 'text':
        return { content: event.text };
      case 'reasoning':
        return { reasoning_content: event.text };
      case 'refusal':
        return { refusal: event.text };
      case 'media':
        return writeMedia(event.members);
      case 'tool_call': {
        const { choice, call, id, name, argumentText } = event;
        const called: Record<string, JsonValue> = { arguments: argumentText };
        if (name !== '') called['name'] = name;
        const place = `${choice} ${call}`;
        const isNew = !begunCalls.has(place);
        begunCalls.add(place);
        const given = id === '' ? createCallId('call', head, call) : id;
        const opening = isNew ? { id: given, type: 'function' } : {};
        return { tool_calls: [{ index: call, ...opening, function: called }] };
      }
      default:
        return undefined;
    }
  };
}

/** A call that was written from a message, with what else that says of it. A custom call stays one. */
export function completeCall(written: JsonObject, given: JsonObject | undefined): JsonObject {
  if (!isJsonObject(given?.['custom'])) return { ...given, ...written };
  const { type: _type, function: _function, ...place } = written;
  return { ...given, ...place };
}

/**
 * Media of a message as a delta, whose `content` is always text: parts of the content go to `images`, as
 * at OpenRouter, and the first audio to `audio`, as at OpenAI.
 */
function writeMedia({ content, images, audio: given, ...others }: JsonObject): JsonObject {
  const parts = [...listObjects(images), ...listObjects(content)];
  const spoken =
    given === undefined ? parts.find((part) => readAudio(part) !== undefined) : undefined;
  const audio = given ?? (spoken && readAudio(spoken));
  const listed = parts.filter((part) => part !== spoken);
  return {
    ...others,
    ...(audio === undefined ? {} : { audio }),
    ...(listed.length === 0 ? {} : { images: listed }),
  };
}

/** The audio of a part that holds some inline. */
function readAudio({ type, audio, ...members }: JsonObject): JsonObject | undefined {
  if (type !== 'audio' && type !== 'output_audio') return undefined;
  if (isJsonObject(audio)) return audio;
  return typeof members['data'] === 'string' ? members : undefined;
}

const doneEvent: WrittenEvent = { data: '[DONE]' };

/**
 * Creates a writer that passes the chunks of a chat completion on as the provider sent them, except
 * for those that say that a choice ended and the usage, which wait for the end of the whole answer.
 * Usage is sent only there, because clients may add up what they find in chunks, and so is what chunks
 * without a choice hold, at which some clients fail. Where a choice has a whole message in place of a
 * delta, its delta is what the message adds.
 */
export function createOpenAiRelay(head: AnswerHead, hasUsageChunk: boolean): StreamWriter {
  const writeDelta = createDeltaWriter(head);
  /** Chunks with a finish reason. */
  const finishes: JsonObject[] = [];
  /** Members of chunks without a choice, such as Azure's `prompt_filter_results`. */
  let bare: JsonObject = {};
  /** The last chunk with a piece of the answer. */
  let lastPiece: JsonObject = {};
  let usage: JsonValue | undefined;

  function writeChoice(choice: JsonObject, events: readonly StreamEvent[]): JsonObject {
    if (!isWholeMessage(choice)) return choice;
    const { message, ...others } = choice;
    const given = listObjects(getMember(message, 'tool_calls'));
    const index = typeof others['index'] === 'number' ? others['index'] : 0;
    const delta: Record<string, JsonValue> = { role: 'assistant' };
    const calls: JsonObject[] = [];
    for (const event of events) {
      if (!isOfChoice(event, index)) continue;
      const { tool_calls: called, ...content } = writeDelta(event) ?? {};
      calls.push(
        ...listObjects(called).map((call) => completeCall(call, given[Number(call['index'])])),
      );
      Object.assign(delta, content);
    }
    return {
      ...others,
      index,
      delta: calls.length === 0 ? delta : { ...delta, tool_calls: calls },
    };
  }

  /** The chunk with deltas only. */
  function writeDeltas(data: JsonObject, events: readonly StreamEvent[]): JsonObject {
    const choices = listObjects(data['choices']);
    if (!choices.some(isWholeMessage)) return data;
    const written = choices.map((choice) => writeChoice(choice, events));
    return { ...data, object: 'chat.completion.chunk', choices: written };
  }

  function releaseLast({ extra }: AnswerEnd): JsonObject[] {
    const { choices: _choices, ...shared } =
      finishes.at(-1) ?? completeHead(lastPiece, head, 'chat.completion.chunk');
    const ending = { usage: usage ?? null, ...extra };
    if (hasUsageChunk) return [...finishes, { ...shared, ...bare, choices: [], ...ending }];
    // A server that names no finish reason may send the usage beside a piece of the answer.
    const empty = { ...shared, choices: [{ index: 0, delta: {}, finish_reason: null }] };
    const last = finishes.pop() ?? empty;
    // What the chunk with the finish reason says itself counts: others may have nulls for it.
    return [...finishes, { ...bare, ...last, ...ending }];
  }

  return {
    write({ data: given, json, events }) {
      let rest = given;
      for (const event of events) {
        if (event.kind !== 'usage') continue;
        usage = event.rawUsage;
        rest = dropUsage(given);
      }
      const data = writeDeltas(completeHead(rest, head, 'chat.completion.chunk'), events);
      const { choices } = data;
      if (!Array.isArray(choices) || choices.length === 0) {
        bare = { ...bare, ...dropHead(data) };
        return [];
      }
      lastPiece = data;
      const isFinish = events.some(({ kind }) => kind === 'finish');
      // What is sent on unchanged need not be written again.
      if (!isFinish) return [{ data: data === given && json !== undefined ? json : data }];
      finishes.push(data);
      return [];
    },
    end: (end) => [...releaseLast(end).map((data): WrittenEvent => ({ data })), doneEvent],
  };
}

/**
 * The members of a chunk besides those that each has, because Azure's first one has an empty id and model,
 * and the type of one that is a ping.
 */
function dropHead({
  id: _id,
  object: _object,
  created: _created,
  model: _model,
  choices: _choices,
  type: _type,
  ...members
}: JsonObject): JsonObject {
  return members;
}

function isWholeMessage(choice: JsonObject): boolean {
  return isJsonObject(choice['message']) && !isJsonObject(choice['delta']);
}
