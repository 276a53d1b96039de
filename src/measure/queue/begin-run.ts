import { randomUUID } from 'node:crypto';
import type { Clock } from '../sweep/calls/clock.js';
import type { OpenSweepRun } from '../sweep/open-sweep-run.js';
import type { SweepPlan } from '../sweep/plan-sweep.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { formatUsd } from '../../util/format-number.js';
import { createEntryCollector } from './collect-entries.js';
import { drainRun } from './end-run.js';
import {
  describeOtherCellsOfRun,
  findRun,
  hasOtherCells,
  nameRun,
  releaseRun,
  startQueueFile,
  unfinishedStates,
  type FoundRun,
} from './find-run.js';
import { readOtherJudgeCosts } from './judge-before.js';
import type { OpenQueue } from './open-queue.js';
import { createPendingTest, insertRun, writePlan } from './plan-run.js';
import { readQueueFile, removeQueueFile, writeQueueFile, type QueueFile } from './queue-file.js';
import { buildQueuePlan, computePlanDigest, type QueuePlan } from './queue-plan.js';
import { readPlan, readRunRow, RunGoneError, type RunHandle } from './queue-run.js';

/** What a coordinator needs to begin a run or to go on with one. */
export interface BeginContext extends OpenQueue {
  readonly sweepPlan: SweepPlan;
  readonly records: OpenSweepRun;
  readonly runDirectory: string;
  /** Names this coordinator in the database, unless the folder has a name already. */
  readonly coordinator: string;
  readonly settings: Omit<Parameters<typeof buildQueuePlan>[1], 'retryFailed'>;
  readonly budgetUsd: number | undefined;
  /** Call only the cells whose last call failed. */
  readonly retryFailed: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ids of missing runs that were told: beginning is repeated when the connection was lost. */
  readonly missing: Set<string>;
  readonly onNotice: (notice: string) => void;
}

/** A run that workers can take cells of, unless the signal has aborted. */
export interface BegunRun {
  readonly file: QueueFile;
  readonly handle: RunHandle;
}

/**
 * Continues the run of a folder or begins a new one, and writes what is missing of its plan. It can be
 * repeated when the connection was lost.
 *
 * @returns undefined if the last lines of an earlier run of the folder were collected: they are in the
 * ledger now, and the records are to be opened again
 * @throws RoutesmithError as `findRun` does, and `usage` if the folder's run is unfinished and has other
 * cells because of `retryFailed`
 */
export async function beginRun(context: BeginContext): Promise<BegunRun | undefined> {
  const { database, sweepPlan, records, runDirectory, onNotice } = context;
  const planDigest = computePlanDigest(sweepPlan);
  const known = await readQueueFile(runDirectory);
  const coordinator = known?.coordinator ?? context.coordinator;
  const found = await findRun(database, { runDirectory, planDigest, known, coordinator });
  // Another folder may have collected lines that this one has not.
  const isOtherCells = found !== undefined && (await checkCells(context, found));
  if (found?.isSamePlan === false || found?.state === 'collected' || isOtherCells) {
    await drainEarlier(context, found);
    return undefined;
  }
  // A new run's lines can only come after those that are in the ledger.
  const { writtenBytes: ledgerBytes } = records.ledger;
  const file = found?.file ?? {
    ...startQueueFile(randomUUID(), coordinator, database.address),
    ledgerBytes,
  };
  if (known !== undefined && found?.file.runId !== known.runId) noteMissing(context, known, found);
  const { retryFailed } = context;
  const plan = buildQueuePlan(sweepPlan, { ...context.settings, retryFailed });
  const handle =
    found === undefined
      ? await insert(context, file, planDigest, plan)
      : await takeUp(context, file, plan);
  // Not before the run is in the database: until then, the file may name one with paid answers.
  await writeQueueFile(runDirectory, file);
  if (found === undefined || found.state === 'planning') {
    const { hasChargeLine } = records.settled;
    const isPending = createPendingTest(records.settled, retryFailed);
    const written = { ...handle, jobs: context.jobs, coordinator, signal: context.signal };
    if (found === undefined) onNotice(`Planning run ${file.runId}.`);
    await writePlan(written, sweepPlan, isPending, hasChargeLine);
  }
  return { file, handle };
}

function noteMissing(
  { missing, onNotice }: BeginContext,
  { runId }: QueueFile,
  found: FoundRun | undefined,
): void {
  if (missing.has(runId)) return;
  missing.add(runId);
  const instead =
    found === undefined
      ? ', so a new one begins'
      : `. Run ${found.file.runId} has the same name and plan, and is continued`;
  onNotice(
    `Run ${runId} of this folder is not in this database${instead}. Answers of the earlier one that ` +
      'were not collected stay where they are, and their cells are called again.',
  );
}

/**
 * Checks which cells a run was begun with.
 *
 * @returns whether they are others than this sweep calls, and the run has ended
 * @throws RoutesmithError `usage` if they are others and the run is unfinished
 */
async function checkCells(
  { database, retryFailed }: BeginContext,
  { file: { runId, coordinator }, state }: FoundRun,
): Promise<boolean> {
  if (!(await hasOtherCells(database, runId, retryFailed))) return false;
  if (!unfinishedStates.has(state)) return true;
  await releaseRun(database, runId, coordinator);
  throw describeOtherCellsOfRun(runId, retryFailed);
}

async function insert(
  { database, jobs, records, runDirectory, budgetUsd }: BeginContext,
  file: QueueFile,
  planDigest: string,
  plan: QueuePlan,
): Promise<RunHandle> {
  const { spentUsd, possibleUsd, judgeUsd, judgePossibleUsd } = records.settled;
  const handle = { database, runId: file.runId, plan };
  await insertRun({
    ...handle,
    jobs,
    name: nameRun(runDirectory),
    planDigest,
    coordinator: file.coordinator,
    limitUsd: budgetUsd,
    spentUsd,
    possibleUsd: possibleUsd - judgePossibleUsd,
    judgeUsd,
    judgePossibleUsd,
  });
  return handle;
}

/** Goes on with a run under the present settings and budget. */
async function takeUp(
  { database, budgetUsd, sweepPlan, records, onNotice }: BeginContext,
  { runId }: QueueFile,
  wanted: QueuePlan,
): Promise<RunHandle> {
  const { schema } = database.address;
  const planned = await readPlan(database, runId);
  if (planned === undefined) throw new RunGoneError(runId);
  onNotice(`Continuing run ${runId}.`);
  // Jobs have the lease with which they were planned.
  const plan = { ...wanted, leaseSeconds: planned.leaseSeconds };
  for (const notice of describeChanges(planned, wanted)) onNotice(notice);
  const before = await readRunRow(database, runId);
  const limitUsd = budgetUsd ?? null;
  if (before !== undefined && unfinishedStates.has(before.state) && before.limitUsd !== limitUsd) {
    onNotice(
      `The budget was ${describeLimit(before.limitUsd)} and is now ${describeLimit(limitUsd)}; this applies at once.`,
    );
  }
  // `grade` may have asked a judge since the run began; most runs have none. On another machine, the
  // ledger lacks what the run began with; what each has of its own is not added up.
  const { judgeUsd, judgePossibleUsd } = records.settled;
  const judged =
    judgeUsd > 0 || judgePossibleUsd > 0
      ? await readOtherJudgeCosts(database, runId, sweepPlan, records.ledger.file)
      : { usd: 0, possibleUsd: 0 };
  await database.query(
    `update ${schema}.run set plan = $3, limit_usd = $2, is_budget_tight = false,
       judge_before_usd = greatest(judge_before_usd, $4),
       judge_possible_before_usd = case when judge_possible_before_usd is not null
         then greatest(judge_possible_before_usd, $5::float8) end,
       state = case when state = 'budget_reached' then 'open' else state end where id = $1`,
    [runId, limitUsd, JSON.stringify(plan), judged.usd, judged.possibleUsd],
  );
  return { database, runId, plan };
}

function describeLimit(limitUsd: number | null): string {
  return limitUsd === null ? 'none' : formatUsd(limitUsd);
}

const changeable = [
  ['program', 'the version'],
  ['tools', 'what graders may use'],
  ['laneMaximum', '--concurrency'],
  ['retryLimits', 'the limits of retries'],
] as const;

/** Says what differs from the settings with which a run began, and from when it applies. */
export function describeChanges(planned: QueuePlan, wanted: QueuePlan): string[] {
  const changed = changeable.filter(
    // What is read from the database has its members in another order.
    ([name]) => canonicalJson(planned[name]) !== canonicalJson(wanted[name]),
  );
  const notices: string[] = [];
  if (changed.length > 0) {
    const names = changed.map(([, text]) => text).join(', ');
    notices.push(
      `Changed since the run began: ${names}. Workers that are working on it keep the earlier ` +
        'settings until they are started again.',
    );
  }
  if (changed.some(([name]) => name === 'tools')) {
    notices.push(
      'Answers that were recorded before keep their grades: routesmith grade grades them.',
    );
  }
  if (planned.leaseSeconds !== wanted.leaseSeconds) {
    notices.push(`The run keeps its lease of ${planned.leaseSeconds} seconds.`);
  }
  return notices;
}

/** Collects the last lines of a run of this folder that had another plan or other cells. */
async function drainEarlier(context: BeginContext, { file }: FoundRun): Promise<void> {
  const { database, jobs, records, runDirectory, clock, signal, onNotice } = context;
  const plan = await readPlan(database, file.runId);
  if (plan === undefined) return;
  const collector = await createEntryCollector(database, records.ledger, runDirectory, file);
  const run = { database, runId: file.runId, plan };
  await drainRun(run, { jobs, collector, clock, signal, onNotice });
  await removeQueueFile(runDirectory);
}
