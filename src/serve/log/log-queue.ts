import type { SegmentContent } from './list-segments.js';
import type { QueuedLine, SegmentWriter } from './segment-writer.js';

export interface LogQueueSettings {
  readonly writers: Readonly<Record<SegmentContent, SegmentWriter>>;
  /** How much may wait, in characters. */
  readonly maxQueueBytes: number;
  /** How long a line waits for others. */
  readonly flushMs: number;
  /** How long the queue waits after a failed write. */
  readonly retryMs: number;
  /** A line for the next write of decisions, such as what was dropped. */
  readonly takeNote: () => QueuedLine | undefined;
  readonly onProblem: (error: unknown) => void;
}

/** Lines that wait to be written. Adding one never waits. */
export interface LogQueue {
  /** How full it is; 1 or more is full. */
  readonly fill: number;
  /** @param number the line's `n` */
  push(content: SegmentContent, line: QueuedLine, number: number): void;
  /** Writes what waits. @throws what the last write failed with */
  flush(): Promise<void>;
  /** Stops waiting, and writes what is left at once: for the end of the process. */
  writeNow(): void;
}

interface Waiting {
  readonly lines: QueuedLine[];
  characters: number;
  last: number;
}

/** So much is written at once, without waiting for more. */
const promptFlushCharacters = 256 * 1024;

const contents = ['decisions', 'feedback'] as const;

export function createLogQueue(settings: LogQueueSettings): LogQueue {
  const { writers, maxQueueBytes, flushMs, retryMs, takeNote, onProblem } = settings;
  const waiting: Record<SegmentContent, Waiting> = {
    decisions: { lines: [], characters: 0, last: 0 },
    feedback: { lines: [], characters: 0, last: 0 },
  };
  /** Of lines that wait, and of those that are being written. */
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;
  let isWriting = false;
  /** Writes are made one after the other. */
  let turn: Promise<void> = Promise.resolve();

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      drain().catch((error: unknown) => {
        onProblem(error);
        schedule(retryMs);
      });
    }, delayMs);
  }

  function drain(): Promise<void> {
    const next = turn.then(writeAll, writeAll);
    turn = next.catch(() => undefined);
    return next;
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      for (const content of contents) await writeWaiting(content);
    } finally {
      isWriting = false;
    }
  }

  async function writeWaiting(content: SegmentContent): Promise<void> {
    const note = content === 'decisions' ? takeNote() : undefined;
    if (note !== undefined) add(waiting[content], note);
    const batch = waiting[content];
    if (batch.lines.length === 0) return;
    waiting[content] = { lines: [], characters: 0, last: batch.last };
    try {
      await writers[content].write(batch.lines, batch.last);
      characters -= batch.characters;
    } catch (error) {
      const since = waiting[content];
      waiting[content] = {
        lines: [...batch.lines, ...since.lines],
        characters: batch.characters + since.characters,
        last: since.last,
      };
      throw error;
    }
  }

  function add(target: Waiting, line: QueuedLine): void {
    target.lines.push(line);
    target.characters += line.text.length;
    characters += line.text.length;
  }

  return {
    get fill() {
      return characters / maxQueueBytes;
    },
    push(content, line, number) {
      add(waiting[content], line);
      waiting[content].last = number;
      schedule(characters > promptFlushCharacters && !isWriting ? 0 : flushMs);
    },
    async flush() {
      clearTimeout(timer);
      timer = undefined;
      try {
        await drain();
      } catch (error) {
        schedule(retryMs);
        throw error;
      }
    },
    writeNow() {
      clearTimeout(timer);
      // A write that is under way may or may not be made: writing it again could repeat its lines.
      if (isWriting) return;
      for (const content of contents) writers[content].writeNow(waiting[content].lines);
    },
  };
}
