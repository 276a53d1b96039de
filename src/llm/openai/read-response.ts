import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import type { Evidence } from '../evidence.js';
import { createResponseReader, readServed, type DataReader } from '../response-reader.js';
import { createToolCallJoiner, type ToolCallDelta, type ToolCallJoiner } from '../tool-calls.js';
import type { ReadAnswer, ReadContext, StreamEvent, StreamReader } from '../types.js';
import { addServiceTier } from '../unpriced-use.js';
import { mergeRawUsage } from '../usage.js';
import { findChoiceIndex, findUsage, readMessage, readReason } from './read-choice.js';

/** Creates a reader of a streamed chat completion. */
export function createOpenAiStreamReader(context: ReadContext): StreamReader {
  return createResponseReader(context, (evidence) => createChunkReader(evidence, false));
}

/** Reads a whole chat completion: one chunk whose end is the end of the body. */
export function readOpenAiAnswer(body: JsonObject, context: ReadContext): ReadAnswer {
  const reader = createResponseReader(context, (evidence) => createChunkReader(evidence, true));
  const { events } = reader.acceptData(body);
  return { events: [...events, ...reader.end().events], conclusion: reader.conclude() };
}

/** @param isWhole whether a chunk is a whole answer, in which every tool call is complete */
function createChunkReader(evidence: Evidence, isWhole: boolean): DataReader {
  let joiners: Map<number, ToolCallJoiner> | undefined;
  /** What the deltas of each choice of a stream have said. */
  const saidKinds = new Map<number, Set<StreamEvent['kind']>>();
  let rawUsage: JsonObject | null = null;
  let saysNull = false;
  /** The last that was named: chunks before or after the usage may say it. */
  let serviceTier: JsonValue | undefined;

  function addCall(call: ToolCallDelta, choice: number, events: StreamEvent[]): void {
    joiners ??= new Map();
    const joiner = joiners.get(choice) ?? createToolCallJoiner(!isWhole);
    joiners.set(choice, joiner);
    events.push(...joiner.join(call, choice));
  }

  function releaseCalls(choice: number): StreamEvent[] {
    return joiners?.get(choice)?.release(choice) ?? [];
  }

  /** Reads a delta or, with what the deltas of its choice have said, a message. */
  function readPiece(
    piece: JsonObject,
    index: number,
    said?: ReadonlySet<StreamEvent['kind']>,
  ): StreamEvent[] {
    const { events, toolCalls } = readMessage(piece, index);
    const added = said === undefined ? events : events.filter(({ kind }) => !said.has(kind));
    // A text ends the calls before it: they are whole before it is told. A line break ends none.
    const isText = added.some(
      (event) => (event.kind === 'text' || event.kind === 'refusal') && event.text.trim() !== '',
    );
    const found = [...(isText ? releaseCalls(index) : []), ...added];
    if (said?.has('tool_call') === true) return found;
    toolCalls.forEach((call, place) => {
      addCall(isWhole ? { ...call, index: place } : call, index, found);
    });
    return found;
  }

  function noteSaid(index: number, events: readonly StreamEvent[]): void {
    if (isWhole || events.length === 0) return;
    const said = saidKinds.get(index) ?? new Set();
    saidKinds.set(index, said);
    for (const { kind } of events) said.add(kind);
  }

  function readChoice(choice: JsonObject, index: number, events: StreamEvent[]): void {
    const reason = readReason(choice);
    // Servers that know of reasons say null until the last piece; others leave the member out.
    const isOpen = reason === null && 'finish_reason' in choice && 'delta' in choice;
    evidence.noteChoice(index, reason, isOpen);
    const { delta, message } = choice;
    if (isJsonObject(delta)) {
      const found = readPiece(delta, index);
      noteSaid(index, found);
      events.push(...found);
    } else if (isJsonObject(message)) {
      // MiniMax ends a stream with the whole message: only what no delta said is news.
      events.push(...readPiece(message, index, saidKinds.get(index)));
    } else if (typeof choice['text'] === 'string' && choice['text'] !== '') {
      events.push({ kind: 'text', text: choice['text'], choice: index });
    }
    saysNull ||= reason === null;
    // An empty reason beside each piece is the null of some servers.
    if (reason === null || (reason === '' && !saysNull)) return;
    events.push({ kind: 'finish', reason, choice: index });
  }

  return {
    isAnswer: (chunk) => Array.isArray(chunk['choices']) || findUsage(chunk) !== undefined,
    read(chunk) {
      const events: StreamEvent[] = [];
      const choices = listObjects(chunk['choices']);
      choices.forEach((choice, place) => {
        const index = findIndex(choice['index'], place, choices.length);
        readChoice(choice, index, events);
        if ((readReason(choice) ?? '') !== '') events.push(...releaseCalls(index));
      });
      const usage = findUsage(chunk);
      serviceTier = chunk['service_tier'] ?? serviceTier;
      const known: JsonObject | null =
        usage === undefined ? rawUsage : mergeRawUsage(rawUsage, usage);
      const tiered = known && addServiceTier(known, serviceTier);
      if (tiered !== null && (usage !== undefined || tiered !== rawUsage)) {
        rawUsage = tiered;
        events.push({ kind: 'usage', rawUsage });
      }
      events.push(...readServed(chunk));
      return events;
    },
    end: () => [...(joiners?.keys() ?? [])].flatMap(releaseCalls),
  };

  /** The number of a choice. */
  function findIndex(index: JsonValue | undefined, place: number, count: number): number {
    if (isWhole) return findChoiceIndex(index, place, count);
    return typeof index === 'number' ? index : 0;
  }
}
