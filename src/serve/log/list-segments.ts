import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';

export const segmentContents = ['decisions', 'feedback'] as const;

/** What a segment holds: decisions with what served them, or feedback, which comes at any time. */
export type SegmentContent = (typeof segmentContents)[number];

/** One file of a log. */
export interface SegmentFile {
  readonly path: string;
  readonly content: SegmentContent;
  readonly writer: string;
  readonly segment: number;
  /** Whether it is closed, and compressed with gzip. */
  readonly isPacked: boolean;
}

const namePattern = /^(decisions|feedback)-([\w.]+)-(\d{6,})\.jsonl(\.gz)?$/;

/** The name of a segment's file. */
export function nameSegment(
  { content, writer, segment }: Pick<SegmentFile, 'content' | 'writer' | 'segment'>,
  isPacked = false,
): string {
  const number = String(segment).padStart(6, '0');
  return `${content}-${writer}-${number}.jsonl${isPacked ? '.gz' : ''}`;
}

/**
 * Lists the segments of a log: by writer, and in the order in which they were written. Of a segment
 * that is there twice, because compressing it was interrupted, the compressed one counts.
 *
 * @throws RoutesmithError `invalid_input` if the folder cannot be read
 */
export async function listSegments(directory: string): Promise<SegmentFile[]> {
  const found = new Map<string, SegmentFile>();
  for (const name of await listNames(directory)) {
    const [, content, writer, number, packed] = namePattern.exec(name) ?? [];
    if (content === undefined || writer === undefined || number === undefined) continue;
    const file: SegmentFile = {
      path: join(directory, name),
      content: content as SegmentContent,
      writer,
      segment: Number(number),
      isPacked: packed !== undefined,
    };
    const key = nameSegment(file);
    if (file.isPacked || !found.has(key)) found.set(key, file);
  }
  const byWriter = (a: SegmentFile, b: SegmentFile): number =>
    a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.segment - b.segment;
  return [...found.values()].sort(byWriter);
}

async function listNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'the folder of the log cannot be read', {
      where: directory,
      fix: 'Name a folder that "routesmith serve --log" or createDecisionLog writes to.',
      cause,
    });
  }
}
