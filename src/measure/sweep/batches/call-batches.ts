import path from 'node:path';
import { Agent } from 'undici';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import type { CallSettings } from '../call-cells.js';
import { runFiles } from '../../outcomes/run.js';
import type { SweepRecords } from '../open-sweep-records.js';
import type { SweepPlan } from '../plan-sweep.js';
import { CellsReport } from '../report-cells.js';
import type { SweepProgress } from '../sweep-progress.js';
import { adoptBatches } from './adopt-batches.js';
import type { BatchesContext } from './batches-context.js';
import { buildBatchLanes } from './build-batch-lanes.js';
import { openBatchRecords, readOpenBatches, removeBatchRecords } from './batch-records.js';
import type { OpenReservations } from './reserve-open.js';
import { BatchRun } from './run-batches.js';

/** How a sweep waits for the batches of providers. */
export interface BatchSettings {
  /** Time between two looks at the batches, in milliseconds. @default 30_000 */
  readonly pollMs?: number;
}

const defaultPollMs = 30_000;

/**
 * Runs the pending cells of a plan in the providers' batches, reports progress, and returns the final
 * progress. Batches of earlier processes are collected first; those that have not ended when the
 * signal aborts stay with their providers, for the next run.
 *
 * @param settings `file` is that of the run's batches; `reservations` are for those of earlier processes
 * @throws RoutesmithError `usage` if earlier batches have cells that are not in the plan
 */
export async function callBatches(
  plan: SweepPlan,
  records: SweepRecords,
  {
    batches,
    file,
    reservations,
    ...settings
  }: CallSettings & {
    readonly batches: BatchSettings;
    readonly file: string;
    readonly reservations: OpenReservations;
    readonly findTools: BatchesContext['findTools'];
  },
): Promise<SweepProgress> {
  const { clock, apiKeys } = settings;
  const dispatcher = new Agent();
  const now = (): Date => clock.date();
  const lanes = buildBatchLanes(plan.models, { apiKeys, dispatcher, now });
  const laneOf = new Map(lanes.flatMap((lane) => lane.models.map(({ id }) => [id, lane] as const)));
  try {
    const batchRecords = await openBatchRecords(file);
    const ledgerFile = path.join(path.dirname(file), runFiles.ledger);
    let run: BatchRun | undefined;
    const readFlow: SweepProgress['readFlow'] = (id) => {
      const { inFlight, waiting } = run?.countCells(id) ?? { inFlight: 0, waiting: 0 };
      return { inFlight, waiting, limit: inFlight + waiting, isPaused: false };
    };
    const report = new CellsReport(plan, records, settings, { readFlow, hasPace: false });
    const earlier = await adoptBatches(plan, batchRecords, {
      ...settings,
      reservations,
      settled: records.settled,
      laneOf,
      onEvent: report.onEvent,
      file,
      ledgerFile,
    });
    const taken = new Set(
      earlier.flatMap(({ cells }) => [...cells.values()].map(({ run }) => run.place)),
    );
    const places = listPlaces(plan, records, settings.isRetry).filter((place) => !taken.has(place));
    const started = new BatchRun(places, earlier, {
      ...settings,
      plan,
      settled: records.settled,
      ledger: records.ledger,
      laneOf,
      records: batchRecords,
      secrets: [...apiKeys.values()],
      pollMs: batches.pollMs ?? defaultPollMs,
      onEvent: report.onEvent,
      onEntry: report.onEntry,
      onChargeLine: report.onChargeLine,
    });
    run = started;
    report.begin();
    await started.finish();
    if ((await readOpenBatches(file)).length === 0) await removeBatchRecords(file);
    return report.end((id) => {
      const { inFlight, waiting } = started.countCells(id);
      return inFlight + waiting;
    });
  } finally {
    await dispatcher.destroy();
  }
}

/** Places in the plan's order of the cells to send. */
function listPlaces(plan: SweepPlan, { settled }: SweepRecords, isRetry: boolean): number[] {
  return [...plan.order.keys()].filter((place) => {
    const number = plan.order[place] as number;
    return isRetry ? settled.hasFailed(number) : !settled.isSettled(number);
  });
}

/**
 * Checks that a sweep without batches calls nothing that a batch is answering.
 *
 * @throws RoutesmithError `usage`
 */
export async function checkNoBatches(file: string): Promise<void> {
  const left = await readOpenBatches(file);
  if (left.length === 0) return;
  const batches = formatCount(left.length, 'batch of this run has', 'batches of this run have');
  throw new RoutesmithError('usage', `${batches} not been collected`, {
    where: file,
    fix: 'Run the same command with --batch to collect them: they have been paid for.',
  });
}
