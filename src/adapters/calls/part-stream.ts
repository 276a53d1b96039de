import { responseGraceMs } from '../../llm/response-limits.js';
import { createStreamMeter, isProgress, joinText } from '../../llm/stream-progress.js';
import type { Conclusion, StreamEvent } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import {
  openStream,
  refuseExcess,
  type OpenStream,
  type StreamChunk,
} from '../../serve/router/open-stream.js';
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
  readonly isLast?: boolean;
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

  async function pull(): Promise<StreamChunk<Part>[]> {
    try {
      const part = await limits.wait(cutoff, () => source.next());
      if (part === undefined) {
        end();
        return [];
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
      return [{ kind: 'chunk', text: joinText(events), data: part, events }];
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
      refuseExcess(meter.note(event));
      if (isProgress(event)) limits.noteProgress();
      if ('text' in event) characters += event.text.length;
    }
    refuseExcess(meter.add(characters, 1));
  }

  // Without a last part, the end is not known before the source says so.
  return openStream(state, pull, reader);
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
