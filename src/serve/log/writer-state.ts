import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { privateMode } from '../../util/replace-file.js';
import { isJsonObject } from '../../util/json.js';
import {
  identifyProcess,
  isProcessGone,
  type ProcessIdentity,
} from '../../util/process-identity.js';
import { tryParseJson } from '../../util/parse-json.js';
import type { SegmentContent } from './list-segments.js';
import { logLevels, type LogLevel } from './record.js';

/**
 * The file in which a writer counts the records that it has accepted. It survives a killed process,
 * so that the next start can tell how many of them never reached a segment.
 */
export interface WriterState {
  readonly path: string;
  /** Writes 16 bytes to the page cache. */
  note(content: SegmentContent, accepted: number): void;
  close(): void;
}

/** What the state file of a writer says. */
export interface ReadState extends ProcessIdentity {
  readonly accepted: Readonly<Record<SegmentContent, number>>;
  readonly host: string;
  readonly level: LogLevel;
}

const digits = 16;
/** Each count has a line of its own. */
const offsets: Readonly<Record<SegmentContent, number>> = { decisions: 0, feedback: digits + 1 };

/** Whether writers of this thread are open. */
const ownWriters = new Map<string, boolean>();

function nameState(writer: string): string {
  return `writer-${writer}.state`;
}

/** Begins to count. @throws Error of the file system */
export function createWriterState(directory: string, writer: string, level: LogLevel): WriterState {
  const path = join(directory, nameState(writer));
  const file = openSync(path, 'wx', privateMode);
  const zero = `${'0'.repeat(digits)}\n`;
  const owner = JSON.stringify({ ...identifyProcess(), host: hostname(), level });
  writeSync(file, `${zero}${zero}${owner}\n`, 0);
  ownWriters.set(writer, true);
  const bytes = Buffer.alloc(digits);
  return {
    path,
    note(content, accepted) {
      bytes.write(String(accepted).padStart(digits, '0'), 'latin1');
      writeSync(file, bytes, 0, digits, offsets[content]);
    },
    close() {
      // Its file may be left, as where the folder is not there now.
      ownWriters.set(writer, false);
      closeSync(file);
    },
  };
}

/** Reads a state file; undefined for one that was cut off as it was made. */
export async function readWriterState(path: string): Promise<ReadState | undefined> {
  const [decisions, feedback, rest] = (await readFile(path, 'utf8')).split('\n');
  const owner = tryParseJson(rest ?? '');
  const { pid, startTicks, host, level } = isJsonObject(owner) ? owner : {};
  const accepted = { decisions: Number(decisions), feedback: Number(feedback) };
  const isWhole =
    Number.isSafeInteger(accepted.decisions) &&
    Number.isSafeInteger(accepted.feedback) &&
    typeof pid === 'number' &&
    typeof host === 'string' &&
    logLevels.some((one) => one === level);
  if (!isWhole) return undefined;
  const by = { pid, ...(typeof startTicks === 'string' && { startTicks }) };
  return { accepted, ...by, host, level: level as LogLevel };
}

/** A writer or a repair of another machine, or of an unknown one, counts as ended after so long in silence. */
export const silentMs = 86_400_000;

/**
 * Whether a writer has ended without closing its log.
 *
 * @param state undefined where it cannot be read
 * @param idleMs time since it last accepted a record
 */
export function isAbandoned(writer: string, state: ReadState | undefined, idleMs: number): boolean {
  if (state === undefined || state.host !== hostname()) return idleMs > silentMs;
  const isOpen = ownWriters.get(writer);
  // Other threads of this process, and other copies of this module, have writers, too.
  return isOpen === undefined ? isProcessGone(state) : !isOpen;
}
