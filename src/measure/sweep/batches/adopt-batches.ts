import { isDeepStrictEqual } from 'node:util';
import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import { RoutesmithError } from '../../../util/errors.js';
import type { Budget } from '../budget.js';
import type { Clock } from '../calls/clock.js';
import { startCellRun } from '../cell-run.js';
import type { SweepPlan } from '../plan-sweep.js';
import type { SettledCells } from '../settled-cells.js';
import type { SweepEvent } from '../sweep-event.js';
import type { BatchLane } from './batch-lane.js';
import type { BatchRecords, OpenBatch } from './batch-records.js';
import { buildFindContext, findSent, look } from './find-sent.js';
import { describeForm, openBatch, type SentBatch } from './open-batch.js';
import {
  describeOtherCellsInBatches,
  readRecorded,
  type OpenReservations,
} from './reserve-open.js';

/** What batches of earlier processes are taken over into. */
export interface AdoptContext {
  readonly laneOf: ReadonlyMap<string, BatchLane>;
  /** For their cells that are not settled; what no batch takes over is released. */
  readonly reservations: OpenReservations;
  readonly settled: Pick<SettledCells, 'hasChargeLine'>;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Ends the search for a batch that may still be arriving. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SweepEvent) => void;
  /** The run's batches and ledger. */
  readonly file: string;
  readonly ledgerFile: string;
}

/**
 * Takes over the batches of earlier processes, with what is reserved for them.
 *
 * @throws RoutesmithError `usage` if they have cells that are not in the plan, `provider_unreachable`
 * where nobody knows whether one exists, `interrupted` where the search for it was
 */
export async function adoptBatches(
  plan: SweepPlan,
  records: BatchRecords,
  context: AdoptContext,
): Promise<SentBatch[]> {
  if (records.open.length === 0) return [];
  const placeOf = new Map(
    Array.from(plan.order, (number, place) => [plan.computeKey(number), place] as const),
  );
  const isRecorded = await readRecorded(context.ledgerFile, records.open);
  const taken = new Set<string>();
  const adopted: SentBatch[] = [];
  // The latest first: a cell that is in several was sent again because an earlier answer was a failure.
  for (const open of records.open.toReversed()) {
    const lane = findLane(open, placeOf, context);
    const located = await locate(open, lane, records, context);
    if (located === undefined) continue;
    const { token, at, cellKeys } = open;
    const isLatest = !adopted.some((later) => later.lane === lane);
    const form = restoreForm(lane, open, isLatest);
    const keys = cellKeys.filter((key) => !taken.has(key) && !isRecorded(key, at));
    for (const key of keys) taken.add(key);
    const places = keys.map((key) => [key, placeOf.get(key) as number] as const);
    const cells = takeCells(plan, places, context);
    adopted.push(openBatch({ token, ...located, lane, form, at, cells, cellKeys }));
  }
  for (const reservation of context.reservations.values()) context.budget.settle(reservation, 0);
  return adopted.reverse();
}

/** The form of a batch's requests. That of the latest is the form of its lane again. */
function restoreForm(lane: BatchLane, { form }: OpenBatch, isLatest: boolean): ResolvedRequestForm {
  if (form === undefined || isDeepStrictEqual(form, describeForm(lane.form))) return lane.form;
  const restored = { ...lane.form, ...form };
  if (isLatest) lane.form = restored;
  return restored;
}

function takeCells(
  plan: SweepPlan,
  places: readonly (readonly [key: string, place: number])[],
  { reservations, settled, clock }: AdoptContext,
): SentBatch['cells'] {
  const cells: SentBatch['cells'] = new Map();
  for (const [key, place] of places) {
    const reservation = reservations.get(key);
    // Settled in the meantime.
    if (reservation === undefined) continue;
    reservations.delete(key);
    const number = plan.order[place] as number;
    const hasChargeLine = settled.hasChargeLine(number);
    const run = startCellRun(plan.buildCell(number), place, clock.now(), { hasChargeLine });
    cells.set(key, { run, reservation });
  }
  return cells;
}

function findLane(
  open: OpenBatch,
  placeOf: ReadonlyMap<string, number>,
  { laneOf, file }: AdoptContext,
): BatchLane {
  const { models, cellKeys } = open;
  const lane = models.map((id) => laneOf.get(id)).find((found) => found !== undefined);
  if (lane !== undefined && cellKeys.every((key) => placeOf.has(key))) return lane;
  throw describeOtherCellsInBatches(file, open, placeOf);
}

/**
 * Finds the id of a batch whose process did not learn it; undefined if it never arrived.
 *
 * @throws RoutesmithError `provider_unreachable` where nobody knows whether the batch exists
 */
async function locate(
  { token, cellKeys, at, batchId: known, isFound }: OpenBatch,
  lane: BatchLane,
  records: BatchRecords,
  context: AdoptContext,
): Promise<Pick<SentBatch, 'batchId' | 'isFound'> | undefined> {
  if (known !== undefined) return { batchId: known, isFound };
  const sent = { token, requests: cellKeys.length, at: new Date(at), known: records.known };
  let found = await findSent(lane.api, sent, buildFindContext(lane, context));
  // Another batch of this size may have been found in its place. The results show whose they are.
  if (found.kind === 'absent') {
    found = await look(lane.api, { ...sent, known: records.listOthers(token) });
  }
  switch (found.kind) {
    case 'unknown':
      throw new RoutesmithError(
        context.signal.aborted ? 'interrupted' : 'provider_unreachable',
        `it is not known whether a batch arrived: ${found.why}`,
        { where: lane.models[0]?.id ?? '', fix: 'Run the same command again later.' },
      );
    case 'absent':
      await records.append({ kind: 'ended', token, isAbsent: true });
      return undefined;
    case 'found': {
      const { batchId } = found;
      await records.append({ kind: 'submitted', token, batchId, isFound: true });
      return { batchId, isFound: true };
    }
  }
}
