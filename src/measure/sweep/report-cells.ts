import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { computeLeftUsd, type Budget } from './budget.js';
import type { CreateCellSource } from './cell-source.js';
import type { Clock } from './calls/clock.js';
import type { SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';
import { describeEvent, describePlainKeys, describeStart } from './sweep-notices.js';
import type { SweepEvent } from './sweep-event.js';
import {
  countCell,
  countHandedOut,
  countPossibleCharge,
  countSkipped,
  startProgress,
  stopModel,
  type SweepProgress,
} from './sweep-progress.js';

export interface CellReportSettings {
  readonly clock: Clock;
  /** By model id. */
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  readonly budget: Budget;
  /** Whether only cells are called whose last call failed. */
  readonly isRetry: boolean;
  /** Makes what decides which cells are called, which are then counted. @default all of the plan */
  readonly createSource?: CreateCellSource | undefined;
  readonly onEvent: (event: SweepEvent) => void;
  readonly onProgress: ((progress: SweepProgress, notice?: string) => void) | undefined;
}

/** What the report of a sweep's cells says of its pace. */
interface ReportedPace {
  readonly readFlow: SweepProgress['readFlow'];
  /** Whether the time so far says how long the rest will take. @default true */
  readonly hasPace?: boolean;
}

/** Counts the cells of a sweep while they are called, and passes on what the user is to see. */
export class CellsReport {
  readonly #plan: SweepPlan;
  readonly #records: SweepRecords;
  readonly #settings: CellReportSettings;
  #progress: SweepProgress;

  constructor(
    plan: SweepPlan,
    records: SweepRecords,
    settings: CellReportSettings,
    { readFlow, hasPace = true }: ReportedPace,
  ) {
    this.#plan = plan;
    this.#records = records;
    this.#settings = settings;
    const { clock, budget, createSource } = settings;
    const counts =
      createSource === undefined
        ? countAtStart(plan, records.settled)
        : plan.models.map(({ id }) => ({ model: id, total: 0, settledBefore: 0 }));
    const startedMs = hasPace ? clock.now() : null;
    this.#progress = startProgress(counts, startedMs, readFlow, {
      readLeftUsd: () => computeLeftUsd(budget),
      readJudgeUsd: () => budget.judgeUsd - records.settled.judgeUsd,
    });
  }

  /** Reports the start, before the first call. */
  begin(): void {
    const { settled } = this.#records;
    const { isRetry, apiKeys } = this.#settings;
    const isNew = (number: number): boolean =>
      !settled.isSettled(number) && !settled.hasFailed(number);
    if (isRetry) this.#skip(countByModel(this.#plan, isNew));
    const start = describeStart(this.#plan, this.#records);
    for (const notice of [...start, ...describePlainKeys(apiKeys)]) this.#report(notice);
    this.#report();
  }

  readonly onEvent = (event: SweepEvent): void => {
    this.#settings.onEvent(event);
    if (event.kind === 'stopped') {
      for (const id of event.models) this.#progress = stopModel(this.#progress, id, event.reason);
    }
    const notice = describeEvent(event);
    if (notice !== undefined) this.#report(notice);
  };

  readonly onEntry = (entry: LedgerEntry): void => {
    if (entry.outcome !== 'infrastructure') this.#records.settled.served.note(entry.model, entry);
    this.#progress = countCell(this.#progress, entry);
    this.#report();
  };

  /** Counts the line of an attempt that may have been charged, and whose cell goes on. */
  readonly onChargeLine = ({ model }: LedgerEntry): void => {
    this.#progress = countPossibleCharge(this.#progress, model);
    this.#report();
  };

  /** Counts a cell that a source has handed out. */
  readonly onHandedOut = (number: number, isSettled: boolean): void => {
    this.#progress = countHandedOut(this.#progress, this.#plan.findModel(number).id, isSettled);
  };

  /** The final progress, given how many cells of each model were left. */
  end(countLeft: (modelId: string) => number): SweepProgress {
    this.#skip(countLeft);
    this.#report();
    return this.#progress;
  }

  #skip(count: (modelId: string) => number): void {
    for (const { id } of this.#plan.models) {
      this.#progress = countSkipped(this.#progress, id, count(id));
    }
  }

  #report(notice?: string): void {
    this.#settings.onProgress?.(this.#progress, notice);
  }
}

/** The progress of a sweep that has not begun to call anything. */
export function startSettledProgress(
  plan: SweepPlan,
  settled: Pick<SettledCells, 'isSettled'>,
): SweepProgress {
  return startProgress(countAtStart(plan, settled), null);
}

function countAtStart(
  plan: SweepPlan,
  settled: Pick<SettledCells, 'isSettled'>,
): Parameters<typeof startProgress>[0] {
  const total = plan.cellCount / plan.models.length;
  const settledBefore = countByModel(plan, (number) => settled.isSettled(number));
  return plan.models.map(({ id }) => ({ model: id, total, settledBefore: settledBefore(id) }));
}

/** Counts the cells of each model, by its id. */
export function countByModel(
  plan: SweepPlan,
  isCounted: (number: number) => boolean,
): (modelId: string) => number {
  const counts = new Map(plan.models.map(({ id }) => [id, 0]));
  for (let number = 0; number < plan.cellCount; number++) {
    if (!isCounted(number)) continue;
    const { id } = plan.findModel(number);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return (id) => counts.get(id) ?? 0;
}
