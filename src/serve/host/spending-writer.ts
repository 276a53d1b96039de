import { appendFile, truncate } from 'node:fs/promises';
import { RoutesmithError } from '../../util/errors.js';
import type { FileLock } from '../../util/file-lock.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';
import type { SpendingEntry } from '../gateway/spending.js';
import type { SpendingSums } from './spending-sums.js';

/**
 * Writes spending to its file, one write after the other, each with all that was recorded meanwhile.
 * Entries are appended. The file is replaced by its shortest form when it would grow beyond its limit,
 * and after a failed write.
 */
export class SpendingWriter {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #sums: SpendingSums;
  readonly #date: () => Date;
  readonly #lock: FileLock | undefined;
  /** Of the entries that are whole in the file. */
  #writtenBytes = 0;
  #limitBytes = 0;
  #pending = '';
  /** Then nothing is kept for later: all is in the sums. */
  #isRewriteDue = true;
  #turn: Promise<void> | undefined;

  /** @param maxBytes the limit, unless twice the shortest form is more */
  constructor(
    file: string,
    {
      maxBytes,
      sums,
      date,
      lock,
    }: {
      readonly maxBytes: number;
      readonly sums: SpendingSums;
      readonly date: () => Date;
      readonly lock: FileLock | undefined;
    },
  ) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#sums = sums;
    this.#date = date;
    this.#lock = lock;
  }

  /** For the next write. */
  record(entry: SpendingEntry): void {
    this.#sums.add(entry);
    if (!this.#isRewriteDue) this.#pending += formatEntry(entry);
  }

  /** Writes what was recorded. */
  write(): Promise<void> {
    this.#turn ??= this.#writePending();
    return this.#turn;
  }

  async #writePending(): Promise<void> {
    // Entries of the same turn of the event loop are written together.
    await Promise.resolve();
    try {
      while (this.#pending !== '' || this.#isRewriteDue) {
        // Another holder has counted what is in the file: what is added to it now, or replaced, is wrong.
        if (this.#lock !== undefined && !(await this.#lock.isHeld()))
          throw describeLoss(this.#file);
        const bytes = this.#writtenBytes + Buffer.byteLength(this.#pending);
        await (this.#isRewriteDue || bytes > this.#limitBytes ? this.#rewrite() : this.#append());
      }
    } catch (error) {
      this.#isRewriteDue = true;
      this.#pending = '';
      throw error;
    } finally {
      // In the turn that found nothing pending: what is recorded after it needs another write.
      this.#turn = undefined;
    }
  }

  /** Replaces the file by its shortest form. A crash leaves either the old or the new one. */
  async #rewrite(): Promise<void> {
    const text = this.#sums.list(this.#date()).map(formatEntry).join('');
    this.#pending = '';
    this.#isRewriteDue = false;
    await replaceFile(this.#file, text, { mode: privateMode });
    this.#writtenBytes = Buffer.byteLength(text);
    this.#limitBytes = Math.max(this.#maxBytes, 2 * this.#writtenBytes);
  }

  async #append(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    try {
      await appendFile(this.#file, text, { mode: privateMode });
    } catch (error) {
      // A part of it may be there, and half a line would make the file unreadable.
      await truncate(this.#file, this.#writtenBytes).catch(() => undefined);
      throw error;
    }
    this.#writtenBytes += Buffer.byteLength(text);
  }
}

function describeLoss(file: string): RoutesmithError {
  const what = 'this gateway has lost its lock on this file, and records no spending in it';
  return new RoutesmithError('run_locked', what, {
    where: file,
    fix:
      'Another gateway took the lock over, as while this one was silent. Restart this one, with another ' +
      '"spending" if the other gateway keeps running.',
  });
}

function formatEntry(entry: SpendingEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
