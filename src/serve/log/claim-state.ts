import { rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { textHash } from '../../util/text-hash.js';
import {
  identifyProcess,
  isProcessGone,
  type ProcessIdentity,
} from '../../util/process-identity.js';
import { isAbandoned, readWriterState, silentMs, type ReadState } from './writer-state.js';

/** The state of a writer that has ended, in the hands of this process. */
export interface StateClaim {
  readonly writer: string;
  /** Undefined for one that was cut off as it was made. */
  readonly state: ReadState | undefined;
  /** Removes the state: the writer is repaired. */
  remove(): Promise<void>;
  /** Leaves the state to the next start. */
  giveBack(): Promise<void>;
}

/**
 * A state file, perhaps renamed by the process that repairs it: its host, hashed, its id, and the time at
 * which it began. Earlier versions leave out the last, or the first as well.
 */
const namePattern = /^writer-([\w.]+)\.state(?:\.(?:([0-9a-f]{8})\.)?(\d+)(?:-(\d+))?\.repair)?$/;

/** Repairs that this thread is making. */
const ownClaims = new Set<string>();

/**
 * Takes over the state of a writer that has ended, or of a repair that has, unless another process is
 * faster.
 *
 * @param name of a file in the log's folder
 * @returns undefined if it is no such state
 * @throws Error of the file system
 */
export async function claimState(
  directory: string,
  name: string,
  now: Date,
): Promise<StateClaim | undefined> {
  const [, writer, host, pid, startTicks] = namePattern.exec(name) ?? [];
  if (writer === undefined) return undefined;
  const path = join(directory, name);
  const original = join(directory, `writer-${writer}.state`);
  const claim = `${original}.${ownHost()}.${nameProcess()}.repair`;
  try {
    const idleMs = now.getTime() - (await stat(path)).mtimeMs;
    const state = await readWriterState(path);
    const isFree =
      pid === undefined
        ? isAbandoned(writer, state, idleMs)
        : isRepairOver({
            host,
            pid: Number(pid),
            ...(startTicks !== undefined && { startTicks }),
            idleMs,
          });
    if (!isFree || ownClaims.has(path) || ownClaims.has(claim)) return undefined;
    await rename(path, claim);
    ownClaims.add(claim);
    // Other machines go by this time.
    await utimes(claim, now, now).catch(() => undefined);
    return {
      writer,
      state,
      async remove() {
        ownClaims.delete(claim);
        await rm(claim, { force: true });
      },
      async giveBack() {
        ownClaims.delete(claim);
        // Where that fails, too, the claim is found once this process has ended.
        await rename(claim, original).catch(() => undefined);
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function ownHost(): string {
  return textHash(hostname()).toString(16).padStart(8, '0');
}

function nameProcess(): string {
  const { pid, startTicks } = identifyProcess();
  return startTicks === undefined ? String(pid) : `${pid}-${startTicks}`;
}

/** Whether the process that began a repair has ended without finishing it. */
function isRepairOver(
  by: ProcessIdentity & { readonly host: string | undefined; readonly idleMs: number },
): boolean {
  return by.host === ownHost() ? isProcessGone(by) : by.idleMs > silentMs;
}
