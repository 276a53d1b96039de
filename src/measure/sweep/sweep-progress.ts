import {
  findPaidUsd,
  isUnpriced,
  mayHaveCharged,
  type LedgerEntry,
} from '../ledger/ledger-entry.js';

/** The progress of one model. */
export interface ModelProgress {
  readonly model: string;
  /** Total number of cells. */
  readonly total: number;
  /** Cells that an earlier run had settled. */
  readonly settledBefore: number;
  /** Cells settled in this run. */
  readonly done: number;
  /** Cells that ended in an infrastructure failure; the next run tries them again. */
  readonly failed: number;
  /** Cells that were never called. */
  readonly skipped: number;
  /** The cost of the cells of this run, without those whose cost is unknown. */
  readonly spentUsd: number;
  /** Cells settled in this run whose cost is unknown: no usage, or a charge that cannot be; not those refused. */
  readonly unpriced: number;
  /**
   * Other lines of this run, of settled cells or not, with a call that may have been charged besides what
   * is in `spentUsd`: it timed out or broke off.
   */
  readonly possiblyCharged: number;
  /** Cells settled in this run whose cost is partly an estimate (`costIsGuess` in the ledger). */
  readonly guessed: number;
  /** Why no further cell of this model is called. */
  readonly stoppedBecause: string | undefined;
  /** Of its latest cell of this run that failed; absent where none did. */
  readonly lastError?: string;
}

/** The current calls of a model. */
export interface ModelFlow {
  readonly inFlight: number;
  readonly waiting: number;
  /** Maximum number of calls in flight. */
  readonly limit: number;
  readonly isPaused: boolean;
}

/** The progress of a sweep. Immutable. */
export interface SweepProgress {
  /** Null for batches, whose pace so far says nothing about the rest. */
  readonly startedMs: number | null;
  readonly models: ReadonlyMap<string, ModelProgress>;
  /** The calls at the time of reading, unlike the counts, which are a snapshot. */
  readonly readFlow: (modelId: string) => ModelFlow | undefined;
  /** What is left of the budget at the time of reading, in USD; undefined without one. */
  readonly readLeftUsd: () => number | undefined;
  /** The cost of the judge's calls of this sweep at the time of reading, in USD. */
  readonly readJudgeUsd: () => number;
  /** The same at the start: earlier answers are graded before. */
  readonly startJudgeUsd: number;
}

/** The counts of a sweep, summed over its models. */
export type ProgressTotals = Omit<ModelProgress, 'model' | 'stoppedBecause' | 'lastError'>;

const noCounts: ProgressTotals = {
  total: 0,
  settledBefore: 0,
  done: 0,
  failed: 0,
  skipped: 0,
  spentUsd: 0,
  unpriced: 0,
  possiblyCharged: 0,
  guessed: 0,
};

/** The progress of a sweep before its first call; `nowMs` is null for batches. */
export function startProgress(
  models: readonly Pick<ModelProgress, 'model' | 'total' | 'settledBefore'>[],
  nowMs: number | null,
  readFlow: SweepProgress['readFlow'] = () => undefined,
  {
    readLeftUsd = () => undefined,
    readJudgeUsd = () => 0,
  }: Partial<Pick<SweepProgress, 'readLeftUsd' | 'readJudgeUsd'>> = {},
): SweepProgress {
  return {
    startedMs: nowMs,
    models: new Map(
      models.map(({ model, total, settledBefore }) => [
        model,
        { ...noCounts, model, total, settledBefore, stoppedBecause: undefined },
      ]),
    ),
    readFlow,
    readLeftUsd,
    readJudgeUsd,
    startJudgeUsd: readJudgeUsd(),
  };
}

/** Counts the calls in flight at the time of reading, of all models. */
export function countInFlight({ models, readFlow }: SweepProgress): number {
  return [...models.keys()].reduce((sum, id) => sum + (readFlow(id)?.inFlight ?? 0), 0);
}

/** The progress after a cell is finished. */
export function countCell(progress: SweepProgress, entry: LedgerEntry): SweepProgress {
  return update(progress, entry.model, (model) => {
    const spentUsd = model.spentUsd + (findPaidUsd(entry) ?? 0);
    const isSettled = entry.outcome !== 'infrastructure';
    const isWithoutCost = isSettled && isUnpriced(entry);
    const isPossible = !isWithoutCost && mayHaveCharged(entry);
    const possiblyCharged = model.possiblyCharged + (isPossible ? 1 : 0);
    if (!isSettled) {
      const lastError = entry.error === null ? {} : { lastError: entry.error };
      return { failed: model.failed + 1, spentUsd, possiblyCharged, ...lastError };
    }
    const unpriced = model.unpriced + (isWithoutCost ? 1 : 0);
    const guessed = model.guessed + (entry.costIsGuess === true ? 1 : 0);
    return { done: model.done + 1, spentUsd, unpriced, possiblyCharged, guessed };
  });
}

/**
 * The progress after a call that may have been charged is on record beside the end of its cell.
 *
 * @param change -1 where its charge has become known
 */
export function countPossibleCharge(
  progress: SweepProgress,
  modelId: string,
  change: 1 | -1 = 1,
): SweepProgress {
  return update(progress, modelId, ({ possiblyCharged }) => ({
    possiblyCharged: possiblyCharged + change,
  }));
}

/** The progress after a source hands out a cell, which an earlier sweep may have settled. */
export function countHandedOut(
  progress: SweepProgress,
  modelId: string,
  isSettled: boolean,
): SweepProgress {
  return update(progress, modelId, ({ total, settledBefore }) => ({
    total: total + 1,
    settledBefore: settledBefore + (isSettled ? 1 : 0),
  }));
}

/** The progress after cells are skipped. */
export function countSkipped(progress: SweepProgress, modelId: string, count = 1): SweepProgress {
  return update(progress, modelId, (model) => ({ skipped: model.skipped + count }));
}

/** The progress after a model is skipped for the rest of the sweep. */
export function stopModel(progress: SweepProgress, modelId: string, reason: string): SweepProgress {
  return update(progress, modelId, () => ({ stoppedBecause: reason }));
}

/** The sums of the models' counts. */
export function computeTotals(progress: SweepProgress): ProgressTotals {
  const totals = { ...noCounts };
  for (const model of progress.models.values()) {
    for (const key of Object.keys(totals) as (keyof ProgressTotals)[]) totals[key] += model[key];
  }
  return totals;
}

/** The estimated rest of a sweep. */
export interface RestEstimate {
  readonly remainingMs: number;
  /** What the models that are still called, and the judge, have cost per second so far. */
  readonly usdPerSecond: number;
}

/**
 * Estimates the rest at each model's own pace so far: the slowest takes the longest.
 *
 * @param judgeUsd what the judge has cost since the start
 * @returns undefined if no cell is left, if one of the models has not finished a cell yet, and for batches
 */
export function estimateRest(
  models: Iterable<ModelProgress>,
  startedMs: number | null,
  nowMs: number,
  judgeUsd = 0,
): RestEstimate | undefined {
  if (startedMs === null) return undefined;
  const elapsedMs = nowMs - startedMs;
  let remainingMs = 0;
  let spentUsd = judgeUsd;
  for (const model of models) {
    const called = model.done + model.failed;
    const open = model.total - model.settledBefore - called - model.skipped;
    if (open <= 0 || model.stoppedBecause !== undefined) continue;
    if (called === 0) return undefined;
    remainingMs = Math.max(remainingMs, (elapsedMs / called) * open);
    spentUsd += model.spentUsd;
  }
  return remainingMs > 0 ? { remainingMs, usdPerSecond: (1000 * spentUsd) / elapsedMs } : undefined;
}

function update(
  progress: SweepProgress,
  modelId: string,
  change: (model: ModelProgress) => Partial<ModelProgress>,
): SweepProgress {
  const model = progress.models.get(modelId);
  if (model === undefined) return progress;
  const models = new Map(progress.models).set(modelId, { ...model, ...change(model) });
  return { ...progress, models };
}
