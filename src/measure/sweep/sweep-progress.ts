import type { LedgerEntry } from '../ledger/ledger-entry.js';

/** How far one model has come. */
export interface ModelProgress {
  readonly model: string;
  /** Cells in all. */
  readonly total: number;
  /** Cells that an earlier run had settled. */
  readonly settledBefore: number;
  /** Cells settled in this run. */
  readonly done: number;
  /** Cells that ended in an infrastructure failure; the next run tries them again. */
  readonly failed: number;
  /** Cells that were never called. */
  readonly skipped: number;
  /** What this run's cells cost, those left out whose cost is unknown. */
  readonly spentUsd: number;
  /** Cells settled in this run whose cost is unknown, because the provider reported no usage. */
  readonly unpriced: number;
  /** Why no further cell of this model is called. */
  readonly stoppedBecause: string | undefined;
}

/** What is going on with a model at this moment. */
export interface ModelFlow {
  readonly inFlight: number;
  readonly waiting: number;
  /** How many may be in flight. */
  readonly limit: number;
  readonly isPaused: boolean;
}

/** How far a sweep has come. Never changed in place. */
export interface SweepProgress {
  readonly startedMs: number;
  readonly models: ReadonlyMap<string, ModelProgress>;
  /** How it is now, not how it was then. */
  readonly readFlow: (modelId: string) => ModelFlow | undefined;
}

export type ProgressTotals = Omit<ModelProgress, 'model' | 'stoppedBecause'>;

/** The progress of a sweep that has not called anything yet. */
export function startProgress(
  models: readonly Pick<ModelProgress, 'model' | 'total' | 'settledBefore'>[],
  nowMs: number,
  readFlow: SweepProgress['readFlow'] = () => undefined,
): SweepProgress {
  const nothing = { done: 0, failed: 0, skipped: 0, spentUsd: 0, unpriced: 0 };
  return {
    startedMs: nowMs,
    models: new Map(
      models.map((counts) => [counts.model, { ...counts, ...nothing, stoppedBecause: undefined }]),
    ),
    readFlow,
  };
}

/** After a cell has been called. */
export function countCell(progress: SweepProgress, entry: LedgerEntry): SweepProgress {
  return update(progress, entry.model, (model) => {
    const spentUsd = model.spentUsd + (entry.costUsd ?? 0);
    if (entry.outcome === 'infrastructure') return { failed: model.failed + 1, spentUsd };
    const unpriced = model.unpriced + (entry.costUsd === null && entry.usage === null ? 1 : 0);
    return { done: model.done + 1, spentUsd, unpriced };
  });
}

/** After cells have been passed over. */
export function countSkipped(progress: SweepProgress, modelId: string, count = 1): SweepProgress {
  return update(progress, modelId, (model) => ({ skipped: model.skipped + count }));
}

/** After it has become clear that a model's further calls are in vain. */
export function stopModel(progress: SweepProgress, modelId: string, reason: string): SweepProgress {
  return update(progress, modelId, () => ({ stoppedBecause: reason }));
}

/** The models' counts, added up. */
export function computeTotals(progress: SweepProgress): ProgressTotals {
  const totals = {
    total: 0,
    settledBefore: 0,
    done: 0,
    failed: 0,
    skipped: 0,
    spentUsd: 0,
    unpriced: 0,
  };
  for (const model of progress.models.values()) {
    for (const key of Object.keys(totals) as (keyof ProgressTotals)[]) totals[key] += model[key];
  }
  return totals;
}

/**
 * How long the rest of these cells will take at the pace so far; undefined before the first has
 * ended.
 */
export function computeRemainingMs(
  counts: ProgressTotals,
  startedMs: number,
  nowMs: number,
): number | undefined {
  const { total, settledBefore, done, failed, skipped } = counts;
  const called = done + failed;
  if (called === 0) return undefined;
  const remaining = total - settledBefore - called - skipped;
  return ((nowMs - startedMs) / called) * remaining;
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
