import type { Clock } from '../sweep/calls/clock.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import type { CollectedEntry, EntryCollector } from './collect-entries.js';
import { ConnectedTime } from './connected-time.js';
import { countBusyCells, recoverLostCells } from './keep-run.js';
import { leasesUntilLost, nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import type { RunHandle } from './queue-run.js';

/** How often the state of a run is read. */
export const pollMs = 500;

/** What a worker still does for a run that has ended. */
export function describeBusy(count: number): string {
  return `The run has ended. Waiting for ${formatCount(count, 'call')} in flight or being graded.`;
}

/**
 * Collects the last lines of a run that has ended, and removes what is left of it: waits until the
 * workers' calls in flight are recorded, or their leases have run out.
 *
 * @throws RoutesmithError `run_locked` if the signal aborts before that
 */
export async function drainRun(
  run: RunHandle,
  {
    jobs,
    collector,
    clock,
    signal,
    onNotice,
  }: {
    readonly jobs: QueueJobs;
    readonly collector: EntryCollector;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly onNotice: (notice: string) => void;
  },
): Promise<void> {
  const connected = new ConnectedTime(clock);
  for (let isFirst = true; ; isFirst = false) {
    // Counted before the lines are read: those of calls that are not in flight are there.
    const busy = await countBusyCells(run);
    while (await collector.collect(() => {}));
    await collector.save();
    if (busy === 0) break;
    if (isFirst) onNotice(describeBusy(busy));
    if (signal.aborted) {
      throw new RoutesmithError('run_locked', 'calls of the earlier run are still in flight', {
        where: `run ${run.runId}`,
        fix: 'Run the same command again.',
      });
    }
    await clock.sleep(pollMs, signal);
    if (connected.isLongerThan(1000 * leasesUntilLost * run.plan.leaseSeconds))
      await recoverLostCells({ ...run, jobs });
  }
  await closeRun(run, jobs, collector);
}

/**
 * Marks a run as collected, removes what only an unfinished run needs, and collects the lines that came
 * just before that, such as what a killed worker had left. Later ones have no place in it.
 *
 * @param onEntry called for each of these lines. @default nothing
 */
export async function closeRun(
  run: RunHandle,
  jobs: QueueJobs,
  collector: EntryCollector,
  onEntry: (collected: CollectedEntry) => void = () => {},
): Promise<void> {
  await removeCells(run, jobs);
  while (await collector.collect(onEntry));
  await collector.save();
}

/**
 * Marks a run as collected and removes what only an unfinished run needs; its lines stay until the run
 * is purged.
 */
export async function removeCells({ database, runId }: RunHandle, jobs: QueueJobs): Promise<void> {
  const { schema } = database.address;
  const lanes = await database.transaction(async (query) => {
    // A cell is only changed while its lane is locked.
    const rows = await query<{ number: number }>(
      `select number from ${schema}.lane where run_id = $1 order by number for update`,
      [runId],
    );
    await query(`update ${schema}.run set state = 'collected' where id = $1`, [runId]);
    await query(`delete from ${schema}.cell where run_id = $1`, [runId]);
    await query(`delete from ${schema}.prompt where run_id = $1`, [runId]);
    return rows;
  });
  for (const { number } of lanes) await jobs.removeLane(nameLaneQueue(runId, number));
}
