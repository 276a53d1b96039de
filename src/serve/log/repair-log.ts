import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, privateMode } from '../../util/replace-file.js';
import { formatHead, readNumber } from './format-line.js';
import { listSegments, nameSegment, type SegmentFile } from './list-segments.js';
import { packSegment } from './pack-segment.js';
import { readLines } from './read-lines.js';
import type { LostRecord } from './record.js';
import { isAbandoned, readWriterState, type ReadState } from './writer-state.js';

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
 * @throws Error of the file system
 */
export async function repairLog(directory: string, now: Date): Promise<LogRepair> {
  let [writers, tornLines, lostRecords] = [0, 0, 0];
  for (const name of await readdir(directory)) {
    const [, writer] = /^writer-([\w.]+)\.state$/.exec(name) ?? [];
    if (writer === undefined) continue;
    const claim = await claimState(join(directory, name), writer, now);
    if (claim === undefined) continue;
    const files = await listSegments(directory);
    const repaired = await repairWriter(
      directory,
      writer,
      files.filter((file) => file.writer === writer),
      claim.state,
      now,
    );
    writers += 1;
    tornLines += repaired.tornLines;
    lostRecords += repaired.lostRecords;
    await rm(claim.path, { force: true });
  }
  return { writers, tornLines, lostRecords };
}

/** Takes over the state of a writer that has ended, unless another process is faster. */
async function claimState(
  path: string,
  writer: string,
  now: Date,
): Promise<{ readonly path: string; readonly state: ReadState | undefined } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    const state = await readWriterState(path);
    if (!isAbandoned(writer, state, now.getTime() - mtimeMs)) return undefined;
    const claim = `${path}.${process.pid}.repair`;
    await rename(path, claim);
    return { path: claim, state };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function repairWriter(
  directory: string,
  writer: string,
  files: readonly SegmentFile[],
  state: ReadState | undefined,
  now: Date,
): Promise<Omit<LogRepair, 'writers'>> {
  let [tornLines, lostRecords, lastSegment] = [0, 0, 0];
  for (const content of ['decisions', 'feedback'] as const) {
    const own = files.filter((file) => file.content === content);
    for (const file of own) {
      if (!file.isPacked && (await cutTornLine(file.path))) tornLines += 1;
    }
    const written = await readLastNumber(own);
    lostRecords += Math.max(0, (state?.accepted[content] ?? 0) - written);
    if (content === 'decisions') lastSegment = own.at(-1)?.segment ?? 0;
    for (const file of own) await closeSegment(file);
  }
  if (lostRecords > 0 && state !== undefined) {
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

/** The number of the last record in segments; the last of these may not even have its first line. */
async function readLastNumber(files: readonly SegmentFile[]): Promise<number> {
  for (const file of [...files].reverse()) {
    let last: number | undefined;
    for await (const { lines } of readLines(file)) {
      for (const line of lines) last = Math.max(last ?? 0, readNumber(line));
    }
    if (last !== undefined) return last;
  }
  return 0;
}

/** Removes what an interrupted compression began. */
async function removeDrafts(directory: string, writer: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.includes(`-${writer}-`) && name.endsWith('.tmp')) {
      await rm(join(directory, name), { force: true });
    }
  }
}
