import { decodeLogLine } from './decode-record.js';
import type { SegmentFile } from './list-segments.js';
import { countLosses, noteProblem, type LogTotals } from './log-totals.js';
import { readLines } from './read-lines.js';
import type { LogLine } from './record.js';

/** A line that could be read. */
export interface PlacedLine {
  readonly line: LogLine;
  readonly text: string;
  readonly path: string;
  /** From 1. */
  readonly number: number;
}

/** The lines of a segment that can be read, in batches; the others are counted. */
export async function* readSegment(
  file: SegmentFile,
  totals: LogTotals,
): AsyncGenerator<PlacedLine[], void> {
  totals.segments += 1;
  try {
    for await (const { lines, first, isTorn } of readLines(file)) {
      if (isTorn) totals.tornLines += 1;
      yield decodeLines(lines, file.path, first, totals);
    }
  } catch (error) {
    noteProblem(totals, file.path, error instanceof Error ? error.message : String(error));
  }
}

function decodeLines(
  lines: readonly string[],
  path: string,
  first: number,
  totals: LogTotals,
): PlacedLine[] {
  const decoded: PlacedLine[] = [];
  lines.forEach((text, index) => {
    const line = decodeLogLine(text);
    const number = first + index;
    if (line.ok) {
      countLosses(totals, line.value);
      decoded.push({ line: line.value, text, path, number });
    } else noteProblem(totals, `${path}:${number}`, line.problem);
  });
  return decoded;
}
