import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { replaceFile, privateMode } from '../../util/replace-file.js';
import { claimState, type StateClaim } from './claim-state.js';
import { decodeLogLine } from './decode-record.js';
import { formatHead, readNumber } from './format-line.js';
import { listSegments, nameSegment, segmentContents, type SegmentFile } from './list-segments.js';
import { packSegment } from './pack-segment.js';
import { readLines } from './read-lines.js';
import type { LostRecord } from './record.js';

/** What was left behind by writers that were killed. */
export interface LogRepair {
  readonly writers: number;
  /** Ends of files in the middle of a line, which were cut off. */
  readonly tornLines: number;
  /** Records that were accepted and never reached a segment. */
  readonly lostRecords: number;
}

/**
 * Repairs what killed writers left in a log: cuts off torn lines, notes how many records were lost,
 * and closes the segments. What a running writer uses stays as it is.
 *
 * @param onProblem told of a writer that cannot be repaired now, which the next start tries again,
 * and of a segment that cannot be read
 * @throws Error of the file system if the folder cannot be read
 */
export async function repairLog(
  directory: string,
  now: Date,
  onProblem: (cause: unknown) => void,
): Promise<LogRepair> {
  let [writers, tornLines, lostRecords] = [0, 0, 0];
  for (const name of await readdir(directory)) {
    try {
      const claim = await claimState(directory, name, now);
      if (claim === undefined) continue;
      try {
        const repaired = await repairWriter(directory, claim, now, onProblem);
        writers += 1;
        tornLines += repaired.tornLines;
        lostRecords += repaired.lostRecords;
        await claim.remove();
      } catch (cause) {
        await claim.giveBack();
        throw cause;
      }
    } catch (cause) {
      onProblem(cause);
    }
  }
  return { writers, tornLines, lostRecords };
}

async function repairWriter(
  directory: string,
  { writer, state }: StateClaim,
  now: Date,
  onProblem: (cause: unknown) => void,
): Promise<Omit<LogRepair, 'writers'>> {
  const files = (await listSegments(directory)).filter((file) => file.writer === writer);
  let [tornLines, lostRecords, lastSegment] = [0, 0, 0];
  /** Noted by a repair that then failed. */
  let noted: number | undefined;
  for (const content of segmentContents) {
    const own = files.filter((file) => file.content === content);
    for (const file of own) {
      if (!file.isPacked && (await cutTornLine(file.path))) tornLines += 1;
    }
    const last = await readLastRecord(own, onProblem);
    noted ??= last.lost;
    if (last.number !== undefined) {
      lostRecords += Math.max(0, (state?.accepted[content] ?? 0) - last.number);
    }
    if (content === 'decisions') lastSegment = own.at(-1)?.segment ?? 0;
    for (const file of own) await closeSegment(file);
  }
  lostRecords = noted ?? lostRecords;
  if (lostRecords > 0 && noted === undefined && state !== undefined) {
    const segment = lastSegment + 1;
    const path = join(directory, nameSegment({ content: 'decisions', writer, segment }));
    const at = now.toISOString();
    const lost: LostRecord = { kind: 'lost', at, records: lostRecords };
    const head = formatHead({ level: state.level, writer, segment, at, after: 0 });
    await replaceFile(path, `${head}${JSON.stringify(lost)}\n`, { mode: privateMode });
    await packSegment(path);
  }
  await removeDrafts(directory, writer);
  return { tornLines, lostRecords };
}

async function closeSegment({ path, isPacked }: SegmentFile): Promise<void> {
  // An interrupted compression may leave both files.
  if (isPacked) await rm(path.replace(/\.gz$/, ''), { force: true });
  else if ((await stat(path)).size === 0) await rm(path);
  else await packSegment(path);
}

const chunkBytes = 64 * 1024;

/** Cuts off what follows the last line break of a file. @returns whether there was something */
async function cutTornLine(path: string): Promise<boolean> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const chunk = Buffer.alloc(chunkBytes);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - chunkBytes);
      const { bytesRead } = await file.read(chunk, 0, end - start, start);
      const lineBreak = chunk.subarray(0, bytesRead).lastIndexOf('\n');
      if (lineBreak >= 0) {
        end = start + lineBreak + 1;
        break;
      }
      end = start;
    }
    if (end < size) await file.truncate(end);
    return end < size;
  } finally {
    await file.close();
  }
}

/** What the last segments of a writer say. */
interface LastRecord {
  /** The number of the last record; undefined if the segment that holds it cannot be read. */
  readonly number: number | undefined;
  /** How many records an earlier repair noted as lost; undefined if none has. */
  readonly lost: number | undefined;
}

/** The last of the segments may not even have its first line. */
async function readLastRecord(
  files: readonly SegmentFile[],
  onProblem: (cause: unknown) => void,
): Promise<LastRecord> {
  for (const file of [...files].reverse()) {
    let number: number | undefined;
    let lost: number | undefined;
    try {
      for await (const { lines } of readLines(file)) {
        for (const line of lines) {
          number = Math.max(number ?? 0, readNumber(line));
          if (line.startsWith('{"kind":"lost"')) lost = readLost(line);
        }
      }
    } catch (cause) {
      onProblem(unreadable(file.path, cause));
      return { number: undefined, lost: undefined };
    }
    if (number !== undefined) return { number, lost };
  }
  return { number: 0, lost: undefined };
}

function unreadable(path: string, cause: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', 'a segment of the log cannot be read', {
    where: path,
    fix: 'How many records its writer lost is not known. Remove the file if it is damaged.',
    cause,
  });
}

function readLost(text: string): number | undefined {
  const line = decodeLogLine(text);
  return line.ok && line.value.kind === 'lost' ? line.value.records : undefined;
}

/** Removes what an interrupted compression began. */
async function removeDrafts(directory: string, writer: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.includes(`-${writer}-`) && name.endsWith('.tmp')) {
      await rm(join(directory, name), { force: true });
    }
  }
}
