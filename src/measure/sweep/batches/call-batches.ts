import { Agent } from 'undici';
import { RoutesmithError } from '../../../util/errors.js';
import { batchPriceShare } from '../call-charge.js';
import type { CallSettings } from '../call-cells.js';
import { describeFailure, startCellRun } from '../cell-run.js';
import type { SweepRecords } from '../open-sweep-records.js';
import type { SweepPlan } from '../plan-sweep.js';
import { createCellsReport } from '../report-cells.js';
import type { SweepProgress } from '../sweep-progress.js';
import { computeWorstCaseCostUsd } from '../worst-case-cost.js';
import { BatchCallError } from './batch-api.js';
import { buildBatchLanes, type BatchLane } from './batch-lane.js';
import {
  openBatchRecords,
  readOpenBatches,
  removeBatchRecords,
  type BatchRecords,
  type OpenBatch,
} from './batch-records.js';
import type { SentBatch } from './open-batch.js';
import { BatchRun } from './run-batches.js';

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
 * @param file of the run's batches
 * @throws RoutesmithError `usage` if earlier batches have cells that are not in the plan
 */
export async function callBatches(
  plan: SweepPlan,
  records: SweepRecords,
  {
    batches,
    file,
    ...settings
  }: CallSettings & { readonly batches: BatchSettings; readonly file: string },
): Promise<SweepProgress> {
  const { clock, apiKeys } = settings;
  const dispatcher = new Agent();
  const now = (): Date => clock.date();
  const lanes = buildBatchLanes(plan.models, { apiKeys, dispatcher, now });
  const laneOf = new Map(lanes.flatMap((lane) => lane.models.map(({ id }) => [id, lane] as const)));
  try {
    const batchRecords = await openBatchRecords(file);
    const earlier = await adoptBatches(plan, records, batchRecords, { ...settings, laneOf, file });
    const taken = new Set(
      earlier.flatMap(({ cells }) => [...cells.values()].map(({ run }) => run.place)),
    );
    const places = listPlaces(plan, records, settings.isRetry).filter((place) => !taken.has(place));
    const readFlow: SweepProgress['readFlow'] = (id) => {
      const { inFlight, waiting } = run.countCells(id);
      return { inFlight, waiting, limit: inFlight + waiting, isPaused: false };
    };
    const report = createCellsReport(plan, records, settings, readFlow, false);
    const run: BatchRun = new BatchRun(places, earlier, {
      ...settings,
      plan,
      ledger: records.ledger,
      laneOf,
      records: batchRecords,
      secrets: [...apiKeys.values()],
      pollMs: batches.pollMs ?? defaultPollMs,
      onEvent: report.onEvent,
      onEntry: report.onEntry,
    });
    report.begin();
    await run.finish();
    if ((await readOpenBatches(file)).length === 0) await removeBatchRecords(file);
    return report.end((id) => {
      const { inFlight, waiting } = run.countCells(id);
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

/** Takes over the batches of earlier processes; what they may cost is reserved. */
async function adoptBatches(
  plan: SweepPlan,
  { settled }: SweepRecords,
  records: BatchRecords,
  settings: CallSettings & {
    readonly laneOf: ReadonlyMap<string, BatchLane>;
    readonly file: string;
  },
): Promise<SentBatch[]> {
  if (records.open.length === 0) return [];
  const { laneOf, budget, clock, file } = settings;
  const placeOf = new Map(
    Array.from(plan.order, (number, place) => [plan.computeKey(number), place] as const),
  );
  const adopted: SentBatch[] = [];
  for (const open of records.open) {
    const lane = open.models.map((id) => laneOf.get(id)).find((found) => found !== undefined);
    if (lane === undefined || open.cellKeys.some((key) => !placeOf.has(key))) {
      throw describeOtherPlan(file);
    }
    const batchId = open.batchId ?? (await findBatch(open, lane, records.known));
    if (batchId === undefined) {
      await records.append({ kind: 'ended', token: open.token });
      continue;
    }
    if (open.batchId === undefined) {
      await records.append({ kind: 'submitted', token: open.token, batchId });
    }
    const cells: SentBatch['cells'] = new Map();
    for (const key of open.cellKeys) {
      const place = placeOf.get(key) as number;
      const number = plan.order[place] as number;
      if (settled.isSettled(number)) continue;
      const cell = plan.buildCell(number);
      const worstUsd = batchPriceShare * computeWorstCaseCostUsd(cell.model, cell.example.prompt);
      const run = startCellRun(cell, place, clock.now());
      cells.set(key, { run, reservation: budget.adopt(worstUsd) });
    }
    const { token, at, cellKeys } = open;
    const { form } = lane;
    adopted.push({
      token,
      batchId,
      lane,
      form,
      at,
      ids: new Set(cellKeys),
      cells,
      shown: '',
      failures: 0,
    });
  }
  return adopted;
}

/** @throws RoutesmithError `provider_unreachable` where nobody knows whether the batch exists */
async function findBatch(
  { token, cellKeys, at }: OpenBatch,
  lane: BatchLane,
  known: ReadonlySet<string>,
): Promise<string | undefined> {
  try {
    return await lane.api.find({ token, requests: cellKeys.length, at: new Date(at), known });
  } catch (error) {
    if (!(error instanceof BatchCallError)) throw error;
    throw new RoutesmithError(
      'provider_unreachable',
      `it is not known whether a batch arrived: ${describeFailure(error.failure)}`,
      { where: lane.models[0]?.id ?? '', fix: 'Run the same command again later.' },
    );
  }
}

function describeOtherPlan(where: string): RoutesmithError {
  return new RoutesmithError('usage', 'batches of this run are for other cells', {
    where,
    fix: 'Give the tasks, models, repeats and limit with which they were sent: they are paid for.',
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
  throw new RoutesmithError('usage', `${left.length} batches of this run have not been collected`, {
    where: file,
    fix: 'Run the same command with --batch to collect them: they have been paid for.',
  });
}
