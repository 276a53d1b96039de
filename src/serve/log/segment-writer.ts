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

/** Writes lines of one content into segments, one write at a time. */
export interface SegmentWriter {
  /**
   * Appends lines. After a failure, the segment ends where it ended before.
   *
   * @throws Error of the file system; the lines can be written again
   */
  write(lines: readonly QueuedLine[]): Promise<void>;
  /** Appends lines as the process exits. */
  writeNow(lines: readonly QueuedLine[]): void;
  /** Closes and compresses the segment. Resolves when all earlier ones are compressed, too. */
  close(): Promise<void>;
}

interface OpenSegment {
  readonly file: FileHandle;
  readonly path: string;
  readonly startedMs: number;
  /** Numbers of the policies that it holds. */
  readonly policies: Set<number>;
  bytes: number;
}

export function createSegmentWriter(settings: SegmentWriterSettings): SegmentWriter {
  const { directory, content, writer, level, now } = settings;
  let current: OpenSegment | undefined;
  let segment = 0;
  let lastWritten = 0;
  const packing = new Set<Promise<void>>();

  function beginSegment(): { readonly path: string; readonly at: Date; readonly head: string } {
    segment += 1;
    const path = join(directory, nameSegment({ content, writer, segment }));
    const at = now();
    const head = formatHead({ level, writer, segment, after: lastWritten, at: at.toISOString() });
    return { path, at, head };
  }

  async function openSegment(): Promise<OpenSegment> {
    const { path, at, head } = beginSegment();
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

  async function append(target: OpenSegment, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await target.file.write(bytes, done)).bytesWritten;
      }
      target.bytes += bytes.length;
    } catch (error) {
      // A part of a line would damage the next one; a segment that cannot be cut is left.
      await target.file.truncate(target.bytes).catch(() => abandon(target));
      throw error;
    }
  }

  async function abandon({ file }: OpenSegment): Promise<void> {
    current = undefined;
    await file.close().catch(() => undefined);
  }

  async function closeSegment({ file, path }: OpenSegment): Promise<void> {
    current = undefined;
    await file.close();
    const done = packSegment(path)
      .then(settings.onClosed, settings.onProblem)
      .finally(() => packing.delete(done));
    packing.add(done);
  }

  /** The text of lines, with the policies that the segment does not hold yet. */
  function format(lines: readonly QueuedLine[], policies?: ReadonlySet<number>): string {
    const added = new Set(policies);
    let text = '';
    for (const { policy, format: formatOne } of lines) {
      if (policy !== undefined && !added.has(policy.policy)) {
        added.add(policy.policy);
        text += formatLine(policy);
      }
      text += formatOne();
    }
    return text;
  }

  return {
    async write(lines) {
      const { maxSegmentBytes, maxSegmentMs } = settings;
      const isFull =
        current !== undefined &&
        (current.bytes > maxSegmentBytes || now().getTime() - current.startedMs > maxSegmentMs);
      if (current !== undefined && isFull) await closeSegment(current);
      current ??= await openSegment();
      await append(current, format(lines, current.policies));
      for (const { policy, number } of lines) {
        if (policy !== undefined) current.policies.add(policy.policy);
        lastWritten = number ?? lastWritten;
      }
    },
    writeNow(lines) {
      if (lines.length === 0) return;
      const first = current === undefined ? beginSegment() : undefined;
      const file = first === undefined ? current!.file.fd : openSync(first.path, 'ax', privateMode);
      writeFully(file, (first?.head ?? '') + format(lines, current?.policies));
    },
    async close() {
      if (current !== undefined) await closeSegment(current);
      await Promise.all(packing);
    },
  };
}
