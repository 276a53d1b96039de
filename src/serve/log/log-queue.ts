import { segmentContents, type SegmentContent } from './list-segments.js';
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
  /** Called when all that waited is written. */
  readonly onWritten: () => void;
}

/** Lines that wait to be written. Adding one never waits. */
export interface LogQueue {
  /** How full it is; 1 or more is full. */
  readonly fill: number;
  push(content: SegmentContent, line: QueuedLine): void;
  /** Writes what waits. @throws what the last write failed with */
  flush(): Promise<void>;
  /** Stops waiting, and writes what is left at once: for the end of the process. */
  writeNow(): void;
}

/** So much is written at once, without waiting for more. */
const promptFlushCharacters = 256 * 1024;

/** Lines are made as they are written: of so many, that takes about a millisecond. */
const linesPerWrite = 64;

/** Finite in any case: after a NaN, the queue would look full until the next start. */
function sizeOf({ size }: QueuedLine): number {
  return Number.isFinite(size) ? size : 0;
}

export function createLogQueue(settings: LogQueueSettings): LogQueue {
  const { writers, maxQueueBytes, flushMs, retryMs, takeNote, onProblem, onWritten } = settings;
  const waiting: Record<SegmentContent, QueuedLine[]> = { decisions: [], feedback: [] };
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
      for (const content of segmentContents) await writeWaiting(content);
      onWritten();
    } finally {
      isWriting = false;
    }
  }

  async function writeWaiting(content: SegmentContent): Promise<void> {
    const note = content === 'decisions' ? takeNote() : undefined;
    if (note !== undefined) add(content, note);
    const batch = waiting[content];
    waiting[content] = [];
    for (let start = 0; start < batch.length; start += linesPerWrite) {
      const lines = batch.slice(start, start + linesPerWrite);
      try {
        await writers[content].write(lines);
      } catch (error) {
        waiting[content] = [...batch.slice(start), ...waiting[content]];
        throw error;
      }
      for (const line of lines) characters -= sizeOf(line);
    }
  }

  function add(content: SegmentContent, line: QueuedLine): void {
    waiting[content].push(line);
    characters += sizeOf(line);
  }

  return {
    get fill() {
      return characters / maxQueueBytes;
    },
    push(content, line) {
      add(content, line);
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
      const note = takeNote();
      if (note !== undefined) add('decisions', note);
      for (const content of segmentContents) writers[content].writeNow(waiting[content]);
    },
  };
}
