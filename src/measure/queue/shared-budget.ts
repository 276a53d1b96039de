import type { Query } from './database.js';
import { RunGoneError, type RunHandle, type RunState } from './queue-run.js';

/** What calls that have ended change in the run's sums, in USD. */
export interface Charges {
  /** Reservations that end. */
  readonly releasedUsd: readonly number[];
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge; negative where it has become known. */
  readonly possibleUsd: number;
  /** Answers that arrived after their cell was given to another worker. */
  readonly lateAnswers: number;
  readonly judgeCalls: number;
  readonly judgeUsd: number;
  /** Calls of the judge whose cost is partly an estimate. */
  readonly judgeGuessed: number;
  /** Answers whose judge has an unknown cost. */
  readonly judgeUnpriced: number;
}

export const noCharges: Charges = {
  releasedUsd: [],
  spentUsd: 0,
  possibleUsd: 0,
  lateAnswers: 0,
  judgeCalls: 0,
  judgeUsd: 0,
  judgeGuessed: 0,
  judgeUnpriced: 0,
};

/**
 * Replaces reservations by charges, and locks the run's row until the transaction ends.
 *
 * @returns the run's state
 */
export async function settleCharges(
  query: Query,
  { database, runId }: RunHandle,
  charges: Charges,
): Promise<RunState> {
  const [row] = await query<{ state: RunState }>(
    `update ${database.address.schema}.run set reserved_usd = reserved_usd - ${sum('$2')},
       spent_usd = spent_usd + $3, possible_usd = ${addPossible(charges)}, late_answers = late_answers + $5,
       judge_calls = judge_calls + $6, judge_usd = judge_usd + $7, judge_unpriced = judge_unpriced + $8,
       judge_guessed = judge_guessed + $9
     where id = $1 returning state`,
    [
      runId,
      charges.releasedUsd,
      charges.spentUsd,
      charges.possibleUsd,
      charges.lateAnswers,
      charges.judgeCalls,
      charges.judgeUsd,
      charges.judgeUnpriced,
      charges.judgeGuessed,
    ],
  );
  if (row === undefined) throw new RunGoneError(runId);
  return row.state;
}

/**
 * Reserves the worst cases of as many calls as fit into the budget, in order: no cheaper call of
 * the lane overtakes one that does not fit. That one waits until no call of the run is in flight; if it
 * does not fit then, the run ends.
 *
 * @returns how many calls fit
 */
export async function reserveCalls(
  query: Query,
  run: RunHandle,
  worstUsd: readonly number[],
): Promise<{ readonly count: number; readonly runState: RunState }> {
  if (worstUsd.length === 0) return { count: 0, runState: 'open' };
  const table = `${run.database.address.schema}.run`;
  // The condition is the budget: whatever the number of workers, no row is changed that exceeds it.
  const reserve = `update ${table} set reserved_usd = reserved_usd + ${sum('$2')}, is_budget_tight = false
    where id = $1 and state = 'open' and (not is_budget_tight or not ${hasOpenCalls(run)})
      and (limit_usd is null or spent_usd + possible_usd + reserved_usd + judge_usd + judge_before_usd
        + coalesce(judge_possible_before_usd, 0) + ${sum('$2')} <= limit_usd)
    returning id`;
  for (const count of [worstUsd.length, ...binarySteps(worstUsd.length)]) {
    const rows = await query(reserve, [run.runId, worstUsd.slice(0, count)]);
    if (rows.length > 0) {
      if (count < worstUsd.length) await markTight(query, run);
      return { count, runState: 'open' };
    }
  }
  const [row] = await query<{ state: RunState }>(
    `update ${table} set is_budget_tight = true,
       state = case when state = 'open' and not ${hasOpenCalls(run)} then 'budget_reached' else state end
     where id = $1 returning state`,
    [run.runId],
  );
  return { count: 0, runState: row?.state ?? 'cancelled' };
}

/** Where some is taken back, nothing is left by rounding. */
function addPossible({ possibleUsd }: Charges): string {
  if (possibleUsd >= 0) return 'possible_usd + $4';
  return 'greatest(0, round((possible_usd + $4)::numeric, 12))::float8';
}

/** Exact, so that nothing is left when all reservations have ended. */
function sum(parameter: string): string {
  return `(select coalesce(sum(one::numeric), 0) from unnest(${parameter}::float8[]) as e (one))`;
}

async function markTight(query: Query, { database, runId }: RunHandle): Promise<void> {
  await query(`update ${database.address.schema}.run set is_budget_tight = true where id = $1`, [
    runId,
  ]);
}

function hasOpenCalls({ database }: RunHandle): string {
  return `exists (select from ${database.address.schema}.cell
    where run_id = $1 and state = 'held' and is_open)`;
}

/** Smaller numbers to try: halves, down to one. */
function binarySteps(count: number): number[] {
  const steps: number[] = [];
  for (let half = Math.floor(count / 2); half >= 1; half = Math.floor(half / 2)) steps.push(half);
  return steps;
}
