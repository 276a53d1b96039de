import { version } from '../../version.js';
import type { LogLine, SegmentHead } from './record.js';

/** The first line of a segment. */
export function formatHead(
  head: Pick<SegmentHead, 'level' | 'writer' | 'segment' | 'after' | 'at'>,
): string {
  const { level, writer, segment, after, at } = head;
  return formatLine({
    kind: 'segment',
    version: 1,
    level,
    writer,
    segment,
    after,
    at,
    createdBy: `routesmith ${version}`,
  });
}

export function formatLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** The beginning of a line with a number, and the number before a segment in its head. */
const numberPattern = /^\{"kind":"(?:decision|served|feedback)","n":(\d+),/;
const afterPattern = /^\{"kind":"segment",.{0,400}?"after":(\d+),/;

/** The number of the record in a line, or that of the last one before a segment; 0 for others. */
export function readNumber(line: string): number {
  return Number((numberPattern.exec(line) ?? afterPattern.exec(line))?.[1] ?? 0);
}
