import { buildCutOffEntry } from '../sweep/cell-entry.js';
import type { SweepEvent } from '../sweep/sweep-event.js';
import { buildCellLine, nameDelivery, omitPossibleCost, type LineJudge } from './exchange-types.js';
import {
  findLateExcessUsd,
  finishCells,
  insertLate,
  listEntries,
  type LaneScope,
} from './finish-cells.js';
import { noteSurcharge, type LaneControlState } from './lane-control.js';
import type { QueueJobs } from './queue-jobs.js';
import { createQueueCells } from './queue-plan.js';
import { readQueuePrompts } from './queue-prompts.js';
import { insertEntries, lockLane, RunGoneError, type RunHandle } from './queue-run.js';
import { noCharges, settleCharges, type Charges } from './shared-budget.js';
import type { SpooledAnswer, SpooledGrade, SpooledJudging, SpoolKey } from './spool-lines.js';

/** What became of an answer or a grade that a killed worker left. */
export type SpooledOutcome = 'recorded' | 'recorded_before' | 'late' | 'no_place';

type SpooledRun = RunHandle & {
  readonly jobs: QueueJobs;
  /** Called for a charge above its worst case. */
  readonly onEvent: (event: SweepEvent) => void;
};

/** The lane is locked, and its state may be changed. */
type SpooledScope = LaneScope & { readonly control: LaneControlState };

/**
 * Records an answer that a killed worker left in its file, unless its cell was given to another worker
 * or was recorded before the worker was killed. An answer that was to be graded is delivered to a
 * worker that grades it.
 *
 * @returns `recorded` if it is in the ledger now and was not before; `late` if its cell was called
 * again; `no_place` if its run was collected without it
 */
export function recordSpooled(run: SpooledRun, answer: SpooledAnswer): Promise<SpooledOutcome> {
  return inLane(run, answer, { text: answer.line, isWhole: true }, (scope) =>
    recordAnswer(scope, answer, run.onEvent),
  );
}

/**
 * Records a grade that a killed worker left in its file, with what its judge has cost.
 *
 * @returns `late` if another worker has the answer
 */
export function recordSpooledGrade(run: SpooledRun, grade: SpooledGrade): Promise<SpooledOutcome> {
  return inLane(run, grade, { text: grade.line, isWhole: true }, (scope) =>
    recordGrade(scope, grade),
  );
}

/**
 * Records that calls of the judge were cut off, with their worst case, unless the grade that they were
 * for is in the database.
 *
 * @returns never `late`
 */
export function recordSpooledJudging(
  run: SpooledRun,
  judging: SpooledJudging,
): Promise<SpooledOutcome> {
  const content = { text: judging.call.judging.id, isWhole: false };
  return inLane(run, judging, content, async (scope) => {
    if (await isRecorded(scope, judging.number, content)) return 'recorded_before';
    const { line, judge } = buildCellLine(buildCutOffEntry(judging.call));
    await settleCharges(scope.query, run, chargeJudge(judge));
    const entry = { number: judging.number, kind: 'further' as const, line };
    await insertEntries(scope.query, run, [entry]);
    return 'recorded';
  });
}

/** What shows that something is in the database: a line, or a part of one. */
interface Content {
  readonly text: string;
  readonly isWhole: boolean;
}

async function inLane(
  run: SpooledRun,
  { lane, number, workerId }: SpoolKey,
  content: Content,
  record: (scope: SpooledScope) => Promise<SpooledOutcome>,
): Promise<SpooledOutcome> {
  const { database } = run;
  try {
    return await database.transaction(async (query) => {
      const { control } = await lockLane(query, run, lane);
      return record({ run, workerId, lane, query, control });
    });
  } catch (error) {
    if (!(error instanceof RunGoneError)) throw error;
    const query = database.query.bind(database);
    return (await isRecorded({ run, query }, number, content)) ? 'recorded_before' : 'no_place';
  }
}

async function isRecorded(
  { run, query }: Pick<LaneScope, 'run' | 'query'>,
  number: number,
  { text, isWhole }: Content,
): Promise<boolean> {
  const isThere = isWhole ? 'md5(line) in (md5($3), md5($4))' : 'strpos(line, $3) > 0';
  const rows = await query(
    `select seq from ${run.database.address.schema}.entry
     where run_id = $1 and number = $2 and ${isThere} limit 1`,
    [run.runId, number, text, ...(isWhole ? [omitPossibleCost(text)] : [])],
  );
  return rows.length > 0;
}

async function recordAnswer(
  scope: SpooledScope,
  { chargedUsd, line, judge, isGrading = false, ...key }: SpooledAnswer,
  onEvent: SpooledRun['onEvent'],
): Promise<SpooledOutcome> {
  const { run, query, workerId } = scope;
  const { schema } = run.database.address;
  const [cell] = await query<{ isOpen: boolean; reservedUsd: number }>(
    `select is_open as "isOpen", reserved_usd as "reservedUsd" from ${schema}.cell
     where run_id = $1 and number = $2 and fence = $3 and worker_id = $4`,
    [run.runId, key.number, key.fence, workerId],
  );
  const finished = { ...key, record: { line, judge: readJudge(judge) }, chargedUsd, isGrading };
  const now = await finishCells(scope, [{ ...finished, outcome: 'settled' }], []);
  const ofJudge = chargeJudge(readJudge(judge));
  if (now.cells.length === 0) {
    if (!now.lost.has(nameDelivery(key))) return 'recorded_before';
    const late = await insertLate(query, run, [{ ...finished, outcome: 'settled' }]);
    if (late.length > 0) {
      const spentUsd = await findLateExcessUsd(query, run, late);
      await settleCharges(query, run, { ...ofJudge, spentUsd, lateAnswers: 1 });
      await reportCharge(scope, key.number, chargedUsd, onEvent);
      await saveLane(scope, 0);
    }
    return 'late';
  }
  const openUsd = cell?.isOpen === true ? cell.reservedUsd : undefined;
  const cutOffUsd = now.cutOff.get(nameDelivery(key)) ?? undefined;
  const isUncounted = openUsd !== undefined || cutOffUsd !== undefined;
  await settleCharges(query, run, {
    ...ofJudge,
    releasedUsd: openUsd === undefined ? [] : [openUsd],
    spentUsd: isUncounted ? (chargedUsd ?? 0) : 0,
    possibleUsd: ofJudge.possibleUsd + (chargedUsd === null ? (openUsd ?? 0) : -(cutOffUsd ?? 0)),
  });
  if (isUncounted) await reportCharge(scope, key.number, chargedUsd, onEvent);
  await saveLane(scope, 1);
  await insertEntries(query, run, listEntries(now));
  return 'recorded';
}

/** Reports a charge that is above its worst case, and raises the worst case of the model's next calls. */
async function reportCharge(
  { run: { database, runId, plan }, control }: SpooledScope,
  number: number,
  chargedUsd: number | null,
  onEvent: SpooledRun['onEvent'],
): Promise<void> {
  if (chargedUsd === null) return;
  const cells = createQueueCells(plan);
  const place = cells.findPromptPlace(number);
  const prompt = (await readQueuePrompts(database, runId, [place])).get(place);
  if (prompt === undefined) return;
  const event = noteSurcharge(control, cells.buildCell(number, prompt), chargedUsd);
  if (event !== undefined) onEvent(event);
}

async function saveLane({ run, lane, query, control }: SpooledScope, done: number): Promise<void> {
  await query(
    `update ${run.database.address.schema}.lane set done = done + $3, control = $4
     where run_id = $1 and number = $2`,
    [run.runId, lane, done, JSON.stringify(control)],
  );
}

async function recordGrade(
  scope: LaneScope,
  { line, judge, isHandedBack = false, ...key }: SpooledGrade,
): Promise<SpooledOutcome> {
  const { run, query } = scope;
  const record = { line, judge: readJudge(judge) };
  const further = { ...key, record, isHandedBack };
  const now = await finishCells(scope, [], [further]);
  const isLost = now.lost.has(nameDelivery(key));
  const added = isLost ? await insertLate(query, run, [further]) : [...now.grades, ...now.paid];
  if (added.length > 0) await settleCharges(query, run, chargeJudge(record.judge));
  if (isLost) return 'late';
  if (added.length === 0) return 'recorded_before';
  await insertEntries(query, run, listEntries(now));
  return 'recorded';
}

function readJudge(judge: SpooledAnswer['judge']): LineJudge | undefined {
  if (judge === undefined) return undefined;
  const { possibleUsd = 0, ...spend } = judge;
  return { ...spend, possibleUsd };
}

/** What a line's judge changes in the run's sums. */
function chargeJudge(judge: LineJudge | undefined): Charges {
  if (judge === undefined) return noCharges;
  const { calls, costUsd, guessed, unpriced, possibleUsd = 0 } = judge;
  return {
    ...noCharges,
    judgeCalls: calls,
    judgeUsd: costUsd,
    judgeGuessed: guessed,
    judgeUnpriced: unpriced,
    possibleUsd,
  };
}
