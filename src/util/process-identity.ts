import { readFileSync } from 'node:fs';

/** What names a process in a file that may outlive it. */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * When it began, in ticks since the machine's start, as Linux says: systems give ids again, and a
   * restarted container gives the same ones. Absent on other systems, and in files of earlier versions.
   */
  readonly startTicks?: string;
}

/** The identity of this process. */
export function identifyProcess(): ProcessIdentity {
  const startTicks = readStat(process.pid)?.startTicks;
  return { pid: process.pid, ...(startTicks !== undefined && { startTicks }) };
}

/**
 * Whether a process of this machine has ended. This one has not, whichever of its threads or copies of this
 * module wrote its identity; where the system says when processes begin, an identity without that is
 * of an earlier one.
 */
export function isProcessGone({ pid, startTicks }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const stat = readStat(pid);
  if (stat === undefined) return false;
  if (stat.isOver) return true;
  const isKnown = startTicks !== undefined || pid === process.pid;
  return isKnown && startTicks !== stat.startTicks;
}

/** What Linux says of an id; undefined on other systems, and where it must not be read. */
function readStat(
  pid: number,
): { readonly isOver: boolean; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before the parenthesis may hold anything.
    const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startTicks = rest[18];
    if (startTicks === undefined || !/^\d+$/.test(startTicks)) return undefined;
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const group = /^Tgid:\s*(\d+)$/m.exec(status)?.[1];
    // A signal reaches threads by their ids, too, and processes that have ended without being waited for.
    const isThread = group !== undefined && group !== String(pid);
    return { isOver: isThread || state === 'Z' || state === 'X', startTicks };
  } catch {
    return undefined;
  }
}
