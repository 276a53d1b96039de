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
  return createResponseReader(context, (evidence) => new ChunkReader(evidence, false));
}

/** Reads a whole chat completion: one chunk whose end is the end of the body. */
export function readOpenAiAnswer(body: JsonObject, context: ReadContext): ReadAnswer {
  const reader = createResponseReader(context, (evidence) => new ChunkReader(evidence, true));
  const { events } = reader.acceptData(body);
  return { events: [...events, ...reader.end().events], conclusion: reader.conclude() };
}

/** Reads the chunks of one completion. */
class ChunkReader implements DataReader {
  readonly #evidence: Evidence;
  readonly #isWhole: boolean;
  readonly #joiners = new Map<number, ToolCallJoiner>();
  /** What the deltas of each choice of a stream have said. */
  readonly #saidKinds = new Map<number, Set<StreamEvent['kind']>>();
  #rawUsage: JsonObject | null = null;
  #saysNull = false;
  /** The last that was named: chunks before or after the usage may say it. */
  #serviceTier: JsonValue | undefined;

  /** @param isWhole whether a chunk is a whole answer, in which every tool call is complete */
  constructor(evidence: Evidence, isWhole: boolean) {
    this.#evidence = evidence;
    this.#isWhole = isWhole;
  }

  isAnswer(chunk: JsonObject): boolean {
    return Array.isArray(chunk['choices']) || findUsage(chunk) !== undefined;
  }

  read(chunk: JsonObject): StreamEvent[] {
    const choices = listObjects(chunk['choices']);
    const events = choices.flatMap((choice, place) => {
      const index = this.#findIndex(choice['index'], place, choices.length);
      const said = this.#readChoice(choice, index);
      const hasEnded = (readReason(choice) ?? '') !== '';
      return hasEnded ? [...said, ...this.#releaseCalls(index)] : said;
    });
    return [...events, ...this.#readUsage(chunk), ...readServed(chunk)];
  }

  end(): StreamEvent[] {
    return [...this.#joiners.keys()].flatMap((choice) => this.#releaseCalls(choice));
  }

  #findIndex(index: JsonValue | undefined, place: number, count: number): number {
    if (this.#isWhole) return findChoiceIndex(index, place, count);
    return typeof index === 'number' ? index : 0;
  }

  #readChoice(choice: JsonObject, index: number): StreamEvent[] {
    const reason = readReason(choice);
    // Servers that know of reasons say null until the last piece; others leave the member out.
    const isOpen = reason === null && 'finish_reason' in choice && 'delta' in choice;
    this.#evidence.noteChoice(index, reason, isOpen);
    const said = this.#readContent(choice, index);
    this.#saysNull ||= reason === null;
    // An empty reason beside each piece is the null of some servers.
    if (reason === null || (reason === '' && !this.#saysNull)) return said;
    return [...said, { kind: 'finish', reason, choice: index }];
  }

  #readContent({ delta, message, text }: JsonObject, index: number): StreamEvent[] {
    if (isJsonObject(delta)) {
      const said = this.#readPiece(delta, index);
      this.#noteSaid(index, said);
      return said;
    }
    // MiniMax ends a stream with the whole message: only what no delta said is news.
    if (isJsonObject(message)) return this.#readPiece(message, index, this.#saidKinds.get(index));
    return typeof text === 'string' && text !== '' ? [{ kind: 'text', text, choice: index }] : [];
  }

  /** Reads a delta or, with what the deltas of its choice have said, a message. */
  #readPiece(
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
    const found = [...(isText ? this.#releaseCalls(index) : []), ...added];
    if (said?.has('tool_call') === true) return found;
    const calls = toolCalls.flatMap((call, place) =>
      this.#joinCall(this.#isWhole ? { ...call, index: place } : call, index),
    );
    return [...found, ...calls];
  }

  #noteSaid(index: number, events: readonly StreamEvent[]): void {
    if (this.#isWhole || events.length === 0) return;
    const said = this.#saidKinds.get(index) ?? new Set();
    this.#saidKinds.set(index, said);
    for (const { kind } of events) said.add(kind);
  }

  #joinCall(call: ToolCallDelta, choice: number): StreamEvent[] {
    const joiner = this.#joiners.get(choice) ?? createToolCallJoiner(!this.#isWhole);
    this.#joiners.set(choice, joiner);
    return joiner.join(call, choice);
  }

  #releaseCalls(choice: number): StreamEvent[] {
    return this.#joiners.get(choice)?.release(choice) ?? [];
  }

  #readUsage(chunk: JsonObject): StreamEvent[] {
    const usage = findUsage(chunk);
    this.#serviceTier = chunk['service_tier'] ?? this.#serviceTier;
    const known: JsonObject | null =
      usage === undefined ? this.#rawUsage : mergeRawUsage(this.#rawUsage, usage);
    const tiered = known && addServiceTier(known, this.#serviceTier);
    if (tiered === null || (usage === undefined && tiered === this.#rawUsage)) return [];
    this.#rawUsage = tiered;
    return [{ kind: 'usage', rawUsage: tiered }];
  }
}
