import { segmentContents, type SegmentContent } from './list-segments.js';
import type { WriterState } from './writer-state.js';

/** Numbers the records of a writer, and keeps count of them in its state file. */
export class RecordNumbers {
  readonly #state: WriterState;
  readonly #report: (cause: unknown) => void;
  /** Of the last record of each content, and of the last one that is in the file. */
  readonly #last: Record<SegmentContent, number> = { decisions: 0, feedback: 0 };
  readonly #noted = { ...this.#last };
  #isNoteDue = false;
  #isWritable = true;

  /** @param report told when the count cannot be written any more */
  constructor(state: WriterState, report: (cause: unknown) => void) {
    this.#state = state;
    this.#report = report;
  }

  /** Whether the last count could be written. */
  get isWritable(): boolean {
    return this.#isWritable;
  }

  /** The number of the next record. It is counted as soon as the work of this turn is done. */
  take(content: SegmentContent): number {
    if (!this.#isNoteDue) queueMicrotask(() => this.#note());
    this.#isNoteDue = true;
    return (this.#last[content] += 1);
  }

  #note(): void {
    this.#isNoteDue = false;
    try {
      for (const content of segmentContents) {
        const number = this.#last[content];
        if (number !== this.#noted[content]) this.#state.note(content, number);
        this.#noted[content] = number;
      }
      this.#isWritable = true;
    } catch (cause) {
      // Tried again with the next record: a disk may be full even for bytes that are replaced.
      if (this.#isWritable) this.#report(cause);
      this.#isWritable = false;
    }
  }
}
