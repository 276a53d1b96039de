import { responseGraceMs } from '../../llm/response-limits.js';
import { createStreamMeter, isProgress, joinText } from '../../llm/stream-progress.js';
import type { Conclusion, StreamEvent } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import { checkConclusion } from '../../serve/router/check-conclusion.js';
import { attemptError } from '../../serve/router/failure.js';
import type { OpenStream, StreamChunk } from '../../serve/router/open-stream.js';
import { createReadLimits } from '../../serve/router/read-limits.js';
import type { ObjectAttempt } from './call-model.js';
import { readThrown } from './read-thrown.js';

/** Where the parts of an answer come from. */
export interface PartSource<Part> {
  /** The next part, or undefined at the end. */
  next(): Promise<Part | undefined>;
  /** Ends the answer early. */
  cancel(): void;
}

/** What a part says. */
export interface ReadPart {
  readonly events: readonly StreamEvent[];
  /** Whether the caller must see it, so that no other model can take over after it. */
  readonly isContent: boolean;
  /** Whether nothing of the answer comes after it. */
  readonly isLast: boolean;
}

/** Reads one streamed answer, part by part. */
export interface PartReader<Part> {
  /** @throws AttemptError for a part that reports a failure */
  read(part: Part): ReadPart;
  /** How the answer ended, given that its parts have. */
  conclude(): Conclusion;
  readTokens(): TokenUsage;
}

/**
 * Waits for the first content of an answer that comes in parts.
 *
 * @throws AttemptError for any failure before that
 */
export async function openPartStream<Part>(
  { cutoff, timeouts, elapsedMs, date }: ObjectAttempt,
  source: PartSource<Part>,
  reader: PartReader<Part>,
): Promise<OpenStream<Part>> {
  const limits = createReadLimits(timeouts, elapsedMs);
  const meter = createStreamMeter();
  const stopListening = cutoff.onCut(() => source.cancel());
  const state = { isOver: false, hasContent: false };
  let finishReason: string | null | undefined;

  async function pull(): Promise<StreamChunk<Part> | undefined> {
    try {
      const part = await limits.wait(cutoff, () => source.next());
      if (part === undefined) {
        end();
        return undefined;
      }
      limits.noteData();
      const { events, isContent, isLast } = reader.read(part);
      note(events);
      if (isContent) limits.noteProgress();
      state.hasContent ||= isContent;
      if (isLast) {
        end();
        void drain(source);
      }
      return { kind: 'chunk', text: joinText(events), data: part, events };
    } catch (error) {
      stopListening();
      source.cancel();
      throw readThrown(error, { isReading: true, now: date() });
    }
  }

  function end(): void {
    state.isOver = true;
    stopListening();
  }

  function note(events: readonly StreamEvent[]): void {
    let characters = 0;
    for (const event of events) {
      refuse(meter.note(event));
      if (isProgress(event)) limits.noteProgress();
      if ('text' in event) characters += event.text.length;
    }
    refuse(meter.add(characters, 1));
  }

  /** @throws AttemptError if the answer is not whole */
  function checkWhole(): string | null {
    finishReason ??= checkConclusion(reader.conclude(), false, reader.readTokens());
    return finishReason;
  }

  function isWhole(): boolean {
    try {
      checkWhole();
      return true;
    } catch {
      return false;
    }
  }

  const first: StreamChunk<Part>[] = [];
  while (!state.isOver && !state.hasContent) {
    const chunk = await pull();
    if (chunk !== undefined) first.push(chunk);
  }
  if (state.isOver) checkWhole();
  return {
    isWhole: false,
    first,
    async next() {
      const chunk = state.isOver ? undefined : await pull();
      if (chunk !== undefined) return [chunk];
      checkWhole();
      return undefined;
    },
    // Without a last part, the end is not known before the source says so.
    isComplete: () => state.isOver && isWhole(),
    summary: () => ({ finishReason: checkWhole(), tokens: reader.readTokens() }),
  };
}

async function drain<Part>(source: PartSource<Part>): Promise<void> {
  const timer = setTimeout(() => source.cancel(), responseGraceMs);
  try {
    while ((await source.next()) !== undefined);
  } catch {
    // The answer is complete, so errors of the connection no longer matter.
  } finally {
    clearTimeout(timer);
  }
}

/** @throws AttemptError if a stream exceeds a limit */
function refuse(excess: string | undefined): void {
  if (excess !== undefined) throw attemptError('malformed', `the stream ${excess}`);
}
