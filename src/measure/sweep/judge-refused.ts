import type { GradingTools } from '../graders/grade.js';
import type { CallJournal } from '../ledger/call-journal.js';
import { scanLedger, type Ledger } from '../ledger/ledger.js';
import type { PaidTools } from './judge-budget.js';
import type { SweepPlan } from './plan-sweep.js';
import { regradeSettled } from './regrade-settled.js';
import { SettledCellsReader, type SettledCells } from './settled-cells.js';

/** What became of answers that the judge was asked about again. */
export interface JudgedAgain {
  /** Answers of earlier sweeps whose grade was made again now, and not before in this sweep. */
  readonly regraded: number;
  /** Answers that the signal left as they were. */
  readonly left: number;
}

/**
 * Asks the judge again about the answers that the budget did not cover, once the calls have ended that
 * it was reserved for: they usually cost less than their worst case.
 *
 * @param opened `regraded` has the answers of earlier sweeps whose grade was made again already
 */
export async function judgeRefused(
  plan: SweepPlan,
  opened: {
    readonly paid: PaidTools;
    /** Those that decide which grades are current. */
    readonly tools: GradingTools;
    readonly ledger: Ledger;
    readonly settled: Pick<SettledCells, 'outdated' | 'answers'>;
    readonly journal: CallJournal | undefined;
    readonly signal: AbortSignal;
    readonly regraded: ReadonlySet<number>;
  },
): Promise<JudgedAgain> {
  const { paid, tools, ledger, settled, journal, signal } = opened;
  if (paid.refusals === 0 || signal.aborted) return { regraded: 0, left: 0 };
  paid.beginAgain();
  await ledger.flush();
  // Their lines may be new, and answers of this sweep are among them.
  const reader = new SettledCellsReader(plan, tools);
  await scanLedger(ledger.file, (entry, place) => reader.accept(entry, place));
  const outdated = new Map(
    [...reader.finish().outdated].filter(([number]) => paid.isRefused(plan.computeKey(number))),
  );
  const { regraded, left } = await regradeSettled(plan, {
    settled: { outdated, answers: settled.answers },
    ledger,
    journal,
    signal,
    findTools(cellKey) {
      paid.forget(cellKey);
      return paid.forCell(cellKey);
    },
  });
  await ledger.flush();
  const isNew = (number: number): boolean =>
    settled.outdated.has(number) && !opened.regraded.has(number);
  return { regraded: [...regraded].filter(isNew).length, left };
}
