import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import type { AnswerHead, StreamWriter } from '../answer-writer.js';
import type { StreamEvent } from '../types.js';
import { findChoiceIndex, readReasoningMember } from './read-choice.js';
import { completeCall, createDeltaWriter, createOpenAiRelay, isOfChoice } from './write-stream.js';

/**
 * Creates a writer that streams the whole chat completion of a server that does not stream, with all
 * of its choices and members: for each choice a chunk with its message, and one with its end.
 *
 * @param hasUsageChunk see `createOpenAiStreamWriter`
 */
export function createWholeCompletionWriter(
  head: AnswerHead,
  hasUsageChunk: boolean,
): StreamWriter {
  const relay = createOpenAiRelay(head, hasUsageChunk);
  return {
    write({ data, events }) {
      const choices = listObjects(data['choices']);
      const shared = events.filter((event) => !('choice' in event));
      return choices.flatMap((given, place) => {
        const index = findChoiceIndex(given['index'], place, choices.length);
        const own = events.filter((event) => isOfChoice(event, index));
        const choice = writeChoice(given, index, { events: own, head });
        const finish = own.filter(({ kind }) => kind === 'finish');
        const write = (piece: JsonObject, said: readonly StreamEvent[]) =>
          relay.write({
            data: { ...data, object: 'chat.completion.chunk', choices: [piece] },
            events: [...shared, ...said],
          });
        const message = write({ ...choice, finish_reason: null }, []);
        if (finish.length === 0) return message;
        const { finish_reason: reason = null } = given;
        return [...message, ...write({ index, delta: {}, finish_reason: reason }, finish)];
      });
    },
    end: relay.end,
  };
}

/** A choice with a delta in place of its message. */
function writeChoice(
  { message, delta: piece, ...choice }: JsonObject,
  index: number,
  { events, head }: { readonly events: readonly StreamEvent[]; readonly head: AnswerHead },
): JsonObject {
  const said = [piece, message].find(isJsonObject) ?? {};
  const { content: _content, tool_calls: given, ...members } = said;
  const writeDelta = createDeltaWriter(head);
  const hasReasoning = readReasoningMember(members) !== '';
  const written: Record<string, JsonValue> = {};
  const calls: JsonObject[] = [];
  for (const event of events) {
    if (event.kind === 'reasoning' && hasReasoning) continue;
    const { tool_calls: called, ...pieces } = writeDelta(event) ?? {};
    // Calls in the form before tools stay in it.
    for (const call of Array.isArray(given) ? listObjects(called) : []) {
      calls.push(completeCall(call, listObjects(given)[calls.length]));
    }
    Object.assign(written, pieces);
  }
  const delta = { role: 'assistant', content: null, ...members, ...written };
  return {
    ...choice,
    index,
    delta: calls.length === 0 ? delta : { ...delta, tool_calls: calls },
  };
}
