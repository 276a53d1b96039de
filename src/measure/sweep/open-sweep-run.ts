import type { GraderTool, GradingTools } from '../graders/grade.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Pool } from '../models/model.js';
import type { TaskSet } from '../tasks/example.js';
import type { BatchSettings } from './batches/call-batches.js';
import { reserveOpenBatches, type OpenReservations } from './batches/reserve-open.js';
import { createBudget, mayFitLater, type Budget } from './budget.js';
import { describeReached } from './call-charges.js';
import { PaidTools } from './judge-budget.js';
import { openSweepRecords, type SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import { judgeRefused, type JudgedAgain } from './judge-refused.js';
import { regradeSettled } from './regrade-settled.js';
import { appendRenamed } from './renamed-models.js';
import { startSettledProgress } from './report-cells.js';
import type { SweepEvent } from './sweep-event.js';
import type { SweepProgress } from './sweep-progress.js';
import { formatWhole } from '../../util/format-number.js';
import { keepAmbiguousRule, listRepriced, writeRunDirectory } from './run-directory.js';

/** A run whose folder and ledger are ready for calls. The caller closes the ledger. */
export interface OpenSweepRun extends SweepRecords {
  /** Settled cells whose grade was made again. */
  readonly regraded: number;
  /** Other settled cells whose example or model has another name now. */
  readonly renamed: number;
  /** Settled cells that still have to be, because the signal ended it. */
  readonly toRegrade: number;
  /** Answers that are ungraded so far, because a call of the judge did not fit into the budget. */
  readonly countUnjudged: () => number;
  /** Whether what batches hold may leave room for one of those calls. */
  readonly mayJudgeLater: () => boolean;
  /** Of the run, with what earlier sweeps have used. */
  readonly budget: Budget;
  /** The given tools, with a judge that is paid from the budget. */
  readonly tools: GradingTools;
  /** The same for the answer of one cell, which `judgeRefused` asks about again where it does not fit. */
  readonly findTools: (cellKey: string) => GradingTools;
  /** Asks the judge about what the budget did not cover while calls were reserved. */
  readonly judgeRefused: (signal: AbortSignal) => Promise<JudgedAgain>;
  /** What is reserved for the batches of earlier processes. */
  readonly reservations: OpenReservations;
}

/**
 * Opens a run for a plan: locks and reads the ledger, writes `run.json` and `tasks.jsonl`, and brings
 * recorded grades and names up to date.
 *
 * @throws RoutesmithError `run_locked`, `ledger_corrupt` or `invalid_input`
 */
export async function openSweepRun<Journal extends CallJournal | undefined>(
  plan: SweepPlan,
  run: {
    readonly runDirectory: string;
    readonly taskSet: TaskSet;
    readonly pool: Pool;
    /** In USD. @default no limit */
    readonly budgetUsd?: number;
    /** Present if reservations may last for hours. @default none */
    readonly batches?: BatchSettings;
    readonly onEvent?: (event: SweepEvent) => void;
    /** Ends the regrading of recorded answers. */
    readonly signal?: AbortSignal;
    /** Opens what records the judge's calls, and then those of the sweep. */
    readonly openJournal: (ledger: Ledger) => Journal;
    /** Says why a label that stands was not made again. @default as its grade does */
    readonly describeLack?: (tool: GraderTool) => string;
    readonly onProgress?: ((progress: SweepProgress, notice?: string) => void) | undefined;
  },
  given: GradingTools,
  now: () => Date,
): Promise<OpenSweepRun & { readonly journal: Journal }> {
  const { runDirectory, taskSet, pool } = run;
  const tools = await keepAmbiguousRule(runDirectory, given);
  const repriced = await listRepriced(runDirectory, pool.models);
  const records = await openSweepRecords(runDirectory, plan, tools, now);
  const { ledger, settled } = records;
  try {
    const callsLast = run.batches !== undefined;
    const budget = createBudget(run.budgetUsd ?? Infinity, settled, { callsLast });
    // Before the judge is paid: what providers are working on must not be spent twice.
    const reservations = await reserveOpenBatches(plan, runDirectory, { settled, budget });
    const paid = new PaidTools(tools, budget, {
      onReached: (nextUsd) => run.onEvent?.({ ...describeReached(budget, nextUsd), isJudge: true }),
      onOvercharged: (event) => run.onEvent?.(event),
    });
    const findTools = (cellKey: string): GradingTools => paid.forCell(cellKey);
    const formerIds = settled.renamed.listFormerIds();
    const { ambiguous } = tools;
    await writeRunDirectory(runDirectory, { taskSet, pool, formerIds, ambiguous, now: now() });
    // What an earlier journal said of a killed process is in the ledger before another replaces it.
    await ledger.flush();
    const journal = run.openJournal(ledger);
    if (settled.outdated.size > 0) run.onProgress?.(startSettledProgress(plan, settled));
    const {
      regraded,
      renamed,
      kept: keptGrades,
      left: toRegrade,
    } = await regradeSettled(plan, {
      settled,
      ledger,
      findTools,
      journal,
      describeLack: run.describeLack,
      signal: run.signal,
      onGraded: noteNowAndThen(now, (notice) =>
        run.onProgress?.(startSettledProgress(plan, settled), notice),
      ),
    });
    await appendRenamed(settled.renamed.listLines(), ledger);
    await ledger.flush();
    return {
      ...records,
      repriced,
      regraded: regraded.size,
      renamed,
      keptGrades,
      toRegrade,
      countUnjudged: () => paid.refusals,
      mayJudgeLater: () => mayFitLater(budget, paid.leastRefusedUsd),
      budget,
      journal,
      tools: paid.tools,
      findTools,
      judgeRefused: (signal) =>
        judgeRefused(plan, { paid, tools, ledger, settled, journal, signal, regraded }),
      reservations,
    };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

const noticeIntervalMs = 10_000;

/** Says every few seconds how many recorded answers are graded: a judge may take hours. */
function noteNowAndThen(
  now: () => Date,
  onNotice: (notice: string) => void,
): (done: number, total: number) => void {
  let noticedMs = now().getTime();
  return (done, total) => {
    if (now().getTime() - noticedMs < noticeIntervalMs) return;
    noticedMs = now().getTime();
    onNotice(`Graded ${formatWhole(done)} of ${formatWhole(total)} recorded answers again.`);
  };
}
