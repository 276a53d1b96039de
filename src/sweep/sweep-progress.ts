import type { LedgerEntry } from '../records/ledger-entry.js';
import type { Cell } from './plan-sweep.js';

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

/** How far a sweep has come. Never changed in place. */
export interface SweepProgress {
  readonly startedMs: number;
  readonly models: ReadonlyMap<string, ModelProgress>;
}

export type ProgressTotals = Omit<ModelProgress, 'model' | 'stoppedBecause'>;

/** The progress of a sweep that has not called anything yet. */
export function startProgress(
  plan: { readonly pending: readonly Cell[]; readonly settled: readonly Cell[] },
  modelIds: readonly string[],
  nowMs: number,
): SweepProgress {
  const pending = countByModel(plan.pending);
  const settled = countByModel(plan.settled);
  const models = modelIds.map((model): [string, ModelProgress] => {
    const settledBefore = settled.get(model) ?? 0;
    const total = settledBefore + (pending.get(model) ?? 0);
    const nothing = { done: 0, failed: 0, skipped: 0, spentUsd: 0, unpriced: 0 };
    return [model, { model, total, settledBefore, ...nothing, stoppedBecause: undefined }];
  });
  return { startedMs: nowMs, models: new Map(models) };
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

/** After a cell has been passed over. */
export function countSkipped(progress: SweepProgress, modelId: string): SweepProgress {
  return update(progress, modelId, (model) => ({ skipped: model.skipped + 1 }));
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

/** How long the rest will take at the pace so far; undefined before the first cell has ended. */
export function computeRemainingMs(progress: SweepProgress, nowMs: number): number | undefined {
  const { total, settledBefore, done, failed, skipped } = computeTotals(progress);
  const called = done + failed;
  if (called === 0) return undefined;
  const remaining = total - settledBefore - called - skipped;
  return ((nowMs - progress.startedMs) / called) * remaining;
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

function countByModel(cells: readonly Cell[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { model } of cells) counts.set(model.id, (counts.get(model.id) ?? 0) + 1);
  return counts;
}
