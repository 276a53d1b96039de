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

/** Counts the cells of a sweep while they are called, and passes on what the user is to see. */
export interface CellsReport {
  /** Reports the start, before the first call. */
  begin(): void;
  readonly onEvent: (event: SweepEvent) => void;
  readonly onEntry: (entry: LedgerEntry) => void;
  /** Counts the line of an attempt that may have been charged, and whose cell goes on. */
  readonly onChargeLine: (entry: LedgerEntry) => void;
  /** Counts a cell that a source has handed out. */
  readonly onHandedOut: (number: number, isSettled: boolean) => void;
  /** The final progress, given how many cells of each model were left. */
  end(countLeft: (modelId: string) => number): SweepProgress;
}

/** @param hasPace whether the time so far says how long the rest will take. @default true */
export function createCellsReport(
  plan: SweepPlan,
  records: SweepRecords,
  {
    clock,
    apiKeys,
    budget,
    isRetry,
    createSource,
    onEvent,
    onProgress = () => {},
  }: CellReportSettings,
  readFlow: SweepProgress['readFlow'],
  hasPace = true,
): CellsReport {
  const { settled } = records;
  const isEmpty = createSource !== undefined;
  const total = isEmpty ? 0 : plan.cellCount / plan.models.length;
  const before = countByModel(plan, (number) => !isEmpty && settled.isSettled(number));
  let progress = startProgress(
    plan.models.map(({ id }) => ({ model: id, total, settledBefore: before(id) })),
    hasPace ? clock.now() : null,
    readFlow,
    {
      readLeftUsd: () => computeLeftUsd(budget),
      readJudgeUsd: () => budget.judgeUsd - settled.judgeUsd,
    },
  );
  const skip = (count: (modelId: string) => number): void => {
    for (const { id } of plan.models) progress = countSkipped(progress, id, count(id));
  };
  return {
    begin() {
      if (isRetry) {
        skip(
          countByModel(plan, (number) => !settled.isSettled(number) && !settled.hasFailed(number)),
        );
      }
      const notices = [...describeStart(plan, records), ...describePlainKeys(apiKeys)];
      for (const notice of notices) onProgress(progress, notice);
      onProgress(progress);
    },
    onEvent(event) {
      onEvent(event);
      if (event.kind === 'stopped') {
        for (const id of event.models) progress = stopModel(progress, id, event.reason);
      }
      const notice = describeEvent(event);
      if (notice !== undefined) onProgress(progress, notice);
    },
    onEntry(entry) {
      if (entry.outcome !== 'infrastructure') settled.served.note(entry.model, entry);
      progress = countCell(progress, entry);
      onProgress(progress);
    },
    onChargeLine({ model }) {
      progress = countPossibleCharge(progress, model);
      onProgress(progress);
    },
    onHandedOut(number, isSettled) {
      progress = countHandedOut(progress, plan.findModel(number).id, isSettled);
    },
    end(countLeft) {
      skip(countLeft);
      onProgress(progress);
      return progress;
    },
  };
}

/** The progress of a sweep that has not begun to call anything. */
export function startSettledProgress(
  plan: SweepPlan,
  settled: Pick<SettledCells, 'isSettled'>,
): SweepProgress {
  const total = plan.cellCount / plan.models.length;
  const before = countByModel(plan, settled.isSettled);
  return startProgress(
    plan.models.map(({ id }) => ({ model: id, total, settledBefore: before(id) })),
    null,
  );
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
