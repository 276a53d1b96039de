import { collectGarbage } from '../../util/collect-garbage.js';
import type { SettledCells } from '../sweep/settled-cells.js';
import type { SweepPlan } from '../sweep/plan-sweep.js';
import type { Database } from './database.js';
import { startLaneControl } from './lane-control.js';
import { claimRun, describeLocked } from './find-run.js';
import { insertPrompts } from './queue-prompts.js';
import { nameLaneQueue, type QueueJobs } from './queue-jobs.js';
import type { QueuePlan } from './queue-plan.js';
import type { RunHandle } from './queue-run.js';

export interface NewRun extends RunHandle {
  readonly jobs: QueueJobs;
  readonly name: string;
  readonly planDigest: string;
  readonly coordinator: string;
  readonly limitUsd: number | undefined;
  /** What earlier sweeps into the folder have used. */
  readonly spentUsd: number;
  readonly possibleUsd: number;
  readonly judgeUsd: number;
  /** Upper bound of the cost of the judge's calls without a known charge; not in `possibleUsd`. @default 0 */
  readonly judgePossibleUsd?: number;
}

/** Prompts and cells that are written in one transaction. */
const promptsAtOnce = 500;
const placesAtOnce = 20_000;

/** Adds the row of a run, in the state `planning`. */
export async function insertRun(run: NewRun): Promise<void> {
  const { database, runId, plan } = run;
  const { schema } = database.address;
  await database.transaction(async (query) => {
    await query(
      `insert into ${schema}.run (id, name, state, plan, plan_digest, limit_usd, spent_usd,
         possible_usd, judge_before_usd, judge_possible_before_usd, coordinator, coordinator_seen_at)
       values ($1, $2, 'planning', $3, $4, $5, $6, $7, $8, $9, $10, now()) on conflict (id) do nothing`,
      [
        runId,
        run.name,
        JSON.stringify(plan),
        run.planDigest,
        run.limitUsd ?? null,
        run.spentUsd,
        run.possibleUsd,
        run.judgeUsd,
        run.judgePossibleUsd ?? 0,
        run.coordinator,
      ],
    );
    const control = JSON.stringify(startLaneControl(plan.laneMaximum));
    await query(
      `insert into ${schema}.lane (run_id, number, control)
       select $1, number, $3 from generate_series(0, $2::int - 1) as e (number) on conflict do nothing`,
      [runId, plan.lanes.length, control],
    );
  });
}

/** A run whose plan this coordinator writes. */
export interface WrittenRun extends RunHandle {
  readonly jobs: QueueJobs;
  readonly coordinator: string;
  readonly signal: AbortSignal;
}

/**
 * Writes the prompts of a run and a job for each pending cell, and opens the run. A plan that a killed
 * coordinator has begun is continued where it ended; one that the signal interrupts can be continued.
 *
 * @param isPending whether a cell is to be called
 * @param hasChargeLine whether an earlier sweep has recorded what its calls may have cost. @default none
 * @throws RoutesmithError `run_locked` if another coordinator writes it
 */
export async function writePlan(
  run: WrittenRun,
  plan: SweepPlan,
  isPending: (number: number) => boolean,
  hasChargeLine: (number: number) => boolean = () => false,
): Promise<void> {
  const { database, runId, jobs, coordinator, signal } = run;
  const { schema } = database.address;
  for (const lane of run.plan.lanes.keys()) {
    await jobs.createLane(nameLaneQueue(runId, lane), run.plan.leaseSeconds);
  }
  collectGarbage();
  await writePrompts(run, plan);
  const laneOf = mapModelsToLanes(run.plan);
  for (let first = await readPlannedPlaces(database, runId); first < plan.cellCount;) {
    if (signal.aborted) return;
    const next = Math.min(plan.cellCount, first + placesAtOnce);
    const cellsOf = groupPending({ plan, laneOf, isPending, hasChargeLine }, first, next);
    await database.transaction(async (query) => {
      // The condition and the row's lock let only one coordinator plan these places.
      const moved = await query(
        `update ${schema}.run set planned_places = $3, coordinator_seen_at = now()
         where id = $1 and planned_places = $2 and coordinator = $4 returning id`,
        [runId, first, next, coordinator],
      );
      if (moved.length === 0) throw describeLocked(runId);
      for (const [lane, cells] of cellsOf) {
        await jobs.add(nameLaneQueue(runId, lane), cells, query);
        await query(
          `update ${schema}.lane set total = total + $3 where run_id = $1 and number = $2`,
          [runId, lane, cells.length],
        );
      }
    });
    first = next;
  }
  // Without statistics, Postgres sorts all waiting jobs for each delivery.
  await database.query(`analyze ${schema}_jobs.job_common`);
  await database.query(
    `update ${schema}.run set state = 'open' where id = $1 and state = 'planning'`,
    [runId],
  );
}

type PlannedCell = Parameters<QueueJobs['add']>[1][number];

/** The pending cells of some places, by lane. */
function groupPending(
  {
    plan,
    laneOf,
    isPending,
    hasChargeLine,
  }: {
    readonly plan: SweepPlan;
    readonly laneOf: readonly number[];
    readonly isPending: (number: number) => boolean;
    readonly hasChargeLine: (number: number) => boolean;
  },
  first: number,
  next: number,
): ReadonlyMap<number, readonly PlannedCell[]> {
  const cellsOf = new Map<number, PlannedCell[]>();
  for (let place = first; place < next; place++) {
    const number = plan.order[place] as number;
    if (!isPending(number)) continue;
    const lane = laneOf[plan.findModelIndex(number)] as number;
    const cells = cellsOf.get(lane) ?? [];
    cellsOf.set(lane, cells);
    cells.push({ number, rank: place, hasChargeLine: hasChargeLine(number) });
  }
  return cellsOf;
}

async function writePrompts(run: WrittenRun, plan: SweepPlan): Promise<void> {
  const { database, runId, coordinator, signal } = run;
  const { schema } = database.address;
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int as count from ${schema}.prompt where run_id = $1`,
    [runId],
  );
  for (let first = row?.count ?? 0; first < plan.prompts.length; first += promptsAtOnce) {
    if (signal.aborted) return;
    await claimRun(database, runId, coordinator);
    const examples = plan.prompts.slice(first, first + promptsAtOnce).map(({ example }) => example);
    await insertPrompts(database.query, { schema, runId, first }, examples);
  }
}

/** Reads up to which place of its order the cells of a run are planned. */
export async function readPlannedPlaces(database: Database, runId: string): Promise<number> {
  const [row] = await database.query<{ planned: number }>(
    `select planned_places as planned from ${database.address.schema}.run where id = $1`,
    [runId],
  );
  return row?.planned ?? 0;
}

function mapModelsToLanes({ lanes, models }: QueuePlan): readonly number[] {
  return models.map((_, model) => lanes.findIndex((indexes) => indexes.includes(model)));
}

/** Which cells a sweep calls: those that are not settled, or only those whose last call failed. */
export function createPendingTest(
  settled: Pick<SettledCells, 'isSettled' | 'hasFailed'>,
  isRetry: boolean,
): (number: number) => boolean {
  return isRetry ? settled.hasFailed : (number) => !settled.isSettled(number);
}
