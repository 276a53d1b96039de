import { openSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { privateMode } from '../../util/replace-file.js';
import { writeFully } from '../../util/write-fully.js';
import { formatHead, formatLine } from './format-line.js';
import { nameSegment, type SegmentContent } from './list-segments.js';
import { packSegment } from './pack-segment.js';
import type { LoggedPolicy, LogLevel } from './record.js';

/** A line that waits to be written. */
export interface QueuedLine {
  /** About how many characters it has. */
  readonly size: number;
  /** Its text, with the line break: made when it is written, which no request waits for. */
  format(): string;
  /** The policy that it refers to, which its segment has to hold; undefined if none. */
  readonly policy: LoggedPolicy | undefined;
  /** The `n` of its record; undefined for a line without one. */
  readonly number: number | undefined;
}

export interface SegmentWriterSettings {
  readonly directory: string;
  readonly content: SegmentContent;
  readonly writer: string;
  readonly level: LogLevel;
  readonly maxSegmentBytes: number;
  readonly maxSegmentMs: number;
  readonly now: () => Date;
  /** Called when a segment has been closed and compressed. */
  readonly onClosed: () => void;
  /** Called where it could not be. */
  readonly onProblem: (cause: unknown) => void;
}

interface OpenSegment {
  readonly file: FileHandle;
  readonly path: string;
  readonly startedMs: number;
  /** Numbers of the policies that it holds. */
  readonly policies: Set<number>;
  bytes: number;
}

/** Writes lines of one content into segments, one write at a time. */
export class SegmentWriter {
  readonly #settings: SegmentWriterSettings;
  #current: OpenSegment | undefined;
  #segment = 0;
  #lastWritten = 0;
  readonly #packing = new Set<Promise<void>>();

  constructor(settings: SegmentWriterSettings) {
    this.#settings = settings;
  }

  /**
   * Appends lines. After a failure, the segment ends where it ended before.
   *
   * @throws Error of the file system; the lines can be written again
   */
  async write(lines: readonly QueuedLine[]): Promise<void> {
    if (this.#current !== undefined && this.#isFull(this.#current)) {
      await this.#closeSegment(this.#current);
    }
    this.#current ??= await this.#openSegment();
    const { policies } = this.#current;
    await this.#append(this.#current, formatLines(lines, policies));
    for (const { policy, number } of lines) {
      if (policy !== undefined) policies.add(policy.policy);
      this.#lastWritten = number ?? this.#lastWritten;
    }
  }

  /** Appends lines as the process exits. */
  writeNow(lines: readonly QueuedLine[]): void {
    if (lines.length === 0) return;
    const current = this.#current;
    const text = formatLines(lines, current?.policies);
    if (current !== undefined) {
      writeFully(current.file.fd, text);
      return;
    }
    const { path, head } = this.#beginSegment();
    writeFully(openSync(path, 'ax', privateMode), head + text);
  }

  /** Closes and compresses the segment. Resolves when all earlier ones are compressed, too. */
  async close(): Promise<void> {
    if (this.#current !== undefined) await this.#closeSegment(this.#current);
    await Promise.all(this.#packing);
  }

  #isFull({ bytes, startedMs }: OpenSegment): boolean {
    const { maxSegmentBytes, maxSegmentMs, now } = this.#settings;
    return bytes > maxSegmentBytes || now().getTime() - startedMs > maxSegmentMs;
  }

  #beginSegment(): { readonly path: string; readonly at: Date; readonly head: string } {
    const { directory, content, writer, level, now } = this.#settings;
    const segment = ++this.#segment;
    const path = join(directory, nameSegment({ content, writer, segment }));
    const at = now();
    const after = this.#lastWritten;
    const head = formatHead({ level, writer, segment, after, at: at.toISOString() });
    return { path, at, head };
  }

  async #openSegment(): Promise<OpenSegment> {
    const { path, at, head } = this.#beginSegment();
    const file = await open(path, 'ax', privateMode);
    try {
      await file.writeFile(head);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    const bytes = Buffer.byteLength(head);
    return { file, path, startedMs: at.getTime(), policies: new Set(), bytes };
  }

  async #append(target: OpenSegment, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await target.file.write(bytes, done)).bytesWritten;
      }
      target.bytes += bytes.length;
    } catch (error) {
      // A part of a line would damage the next one; a segment that cannot be cut is left.
      await target.file.truncate(target.bytes).catch(() => this.#abandon(target));
      throw error;
    }
  }

  async #abandon({ file }: OpenSegment): Promise<void> {
    this.#current = undefined;
    await file.close().catch(() => undefined);
  }

  async #closeSegment({ file, path }: OpenSegment): Promise<void> {
    this.#current = undefined;
    await file.close();
    const done = packSegment(path)
      .then(this.#settings.onClosed, this.#settings.onProblem)
      .finally(() => this.#packing.delete(done));
    this.#packing.add(done);
  }
}

/** The text of lines, with the policies that their segment does not hold yet. */
function formatLines(lines: readonly QueuedLine[], policies?: ReadonlySet<number>): string {
  const added = new Set(policies);
  let text = '';
  for (const { policy, format } of lines) {
    if (policy !== undefined && !added.has(policy.policy)) {
      added.add(policy.policy);
      text += formatLine(policy);
    }
    text += format();
  }
  return text;
}
