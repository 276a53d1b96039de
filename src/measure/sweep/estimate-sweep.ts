import type { PoolModel } from '../models/model.js';
import { defaultCallTimeouts } from './calls/call-timeouts.js';
import { promptText } from '../../llm/chat.js';
import { computeCostUsd } from '../../llm/cost.js';
import { checkRunDirectory } from './run-directory.js';
import { readSettledCells } from './open-sweep-records.js';
import { planSweep } from './plan-sweep.js';
import { readPlanSettings, type SweepSettings } from './run-sweep.js';
import type { Measured, SettledCells } from './settled-cells.js';
import { computeTokenBounds, computeWorstCaseCostUsd } from './worst-case-cost.js';

/** What a model's pending cells will cost and take, as far as that can be said before. */
export interface ModelEstimate {
  readonly model: string;
  /** Cells to call. */
  readonly cells: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly expectedUsd: number;
  /** Null where nothing limits the length of an answer. */
  readonly worstCaseUsd: number | null;
  /** Its share of the sweep's time at the given concurrency, in seconds. */
  readonly expectedSeconds: number;
  readonly worstCaseSeconds: number;
  /** How many settled cells of the run the expectation rests on; 0 where it is assumed. */
  readonly measuredCells: number;
}

/** A sweep before its first call. */
export interface SweepEstimate {
  readonly models: readonly ModelEstimate[];
  readonly totals: Omit<ModelEstimate, 'model' | 'measuredCells'>;
  /** Cells that need no call. */
  readonly settledCells: number;
  /** What the run is known to have cost so far, and what calls without a known charge can have. */
  readonly spentUsd: number;
  readonly possibleUsd: number;
  readonly assumptions: typeof assumptions;
}

/** What is taken for granted of a model that has not answered anything in this run. */
export const assumptions = {
  /** UTF-8 bytes of a prompt that make a token; close for English, and for most scripts. */
  bytesPerToken: 4,
  /** Tokens of an answer, unless less is allowed. */
  outputTokens: 300,
  firstTokenSeconds: 1,
  outputTokensPerSecond: 50,
} as const;

/**
 * Estimates what a sweep would cost and take, without a call and without writing anything. What the
 * run's own settled cells have taken is the best guess for those that are still to come; without
 * any, assumptions stand in. The worst case is that of the budget: a token for each byte of a
 * prompt, and answers as long as they may get; a call that breaks off and is tried again can cost
 * that once more.
 *
 * @throws RoutesmithError as `runSweep` does for its settings and the run's folder
 */
export async function estimateSweep(settings: SweepSettings): Promise<SweepEstimate> {
  const plan = planSweep(readPlanSettings(settings));
  await checkRunDirectory(settings.runDirectory);
  const settled = await readSettledCells(settings.runDirectory, plan);
  const estimates = plan.models.map((model) => startEstimate(model));
  const { concurrency = 8, retryFailed = false } = settings;
  let settledCells = 0;
  for (let number = 0; number < plan.cellCount; number++) {
    if (settled.isSettled(number)) {
      settledCells += 1;
      continue;
    }
    if (retryFailed && !settled.hasFailed(number)) continue;
    const { example, model } = plan.buildCell(number);
    const estimate = estimates[plan.findModelIndex(number)] as Estimate;
    addCell(estimate, model, example.prompt, settled, concurrency);
  }
  const models = estimates.map((estimate): ModelEstimate => {
    const { worstCaseUsd, model } = estimate;
    return {
      ...estimate,
      worstCaseUsd: Number.isFinite(worstCaseUsd) ? worstCaseUsd : null,
      measuredCells: settled.measured.get(model)?.cells ?? 0,
    };
  });
  const { spentUsd, possibleUsd } = settled;
  return { models, totals: addUp(models), settledCells, spentUsd, possibleUsd, assumptions };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Estimate = Mutable<Omit<ModelEstimate, 'worstCaseUsd' | 'measuredCells'>> & {
  worstCaseUsd: number;
};

function startEstimate({ id }: PoolModel): Estimate {
  return {
    model: id,
    cells: 0,
    inputTokens: 0,
    outputTokens: 0,
    expectedUsd: 0,
    worstCaseUsd: 0,
    expectedSeconds: 0,
    worstCaseSeconds: 0,
  };
}

function addCell(
  estimate: Estimate,
  model: PoolModel,
  prompt: Parameters<typeof computeTokenBounds>[1],
  settled: SettledCells,
  concurrency: number,
): void {
  const bounds = computeTokenBounds(model, prompt);
  const expected = expectCell(settled.measured.get(model.id), promptText(prompt), bounds);
  const { inputTokens, outputTokens } = expected;
  const usage = { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0 };
  const worstSeconds = Math.min(
    defaultCallTimeouts.totalMs / 1000,
    assumptions.firstTokenSeconds + bounds.outputTokens / assumptions.outputTokensPerSecond,
  );
  estimate.cells += 1;
  estimate.inputTokens += inputTokens;
  estimate.outputTokens += outputTokens;
  estimate.expectedUsd += computeCostUsd({ ...usage, reasoningTokens: 0 }, model.price);
  estimate.worstCaseUsd += computeWorstCaseCostUsd(model, prompt);
  estimate.expectedSeconds += expected.seconds / concurrency;
  estimate.worstCaseSeconds += Math.max(expected.seconds, worstSeconds) / concurrency;
}

function expectCell(
  measured: Measured | undefined,
  text: string,
  bounds: ReturnType<typeof computeTokenBounds>,
): { readonly inputTokens: number; readonly outputTokens: number; readonly seconds: number } {
  const bytes = Buffer.byteLength(text);
  if (measured === undefined) {
    const outputTokens = Math.min(bounds.outputTokens, assumptions.outputTokens);
    const inputTokens = Math.min(bounds.inputTokens, bytes / assumptions.bytesPerToken);
    const seconds =
      assumptions.firstTokenSeconds + outputTokens / assumptions.outputTokensPerSecond;
    return { inputTokens, outputTokens, seconds };
  }
  const { cells, promptBytes, latencyMs } = measured;
  return {
    inputTokens: (bytes * measured.inputTokens) / Math.max(1, promptBytes),
    outputTokens: measured.outputTokens / cells,
    seconds: latencyMs / cells / 1000,
  };
}

function addUp(models: readonly ModelEstimate[]): SweepEstimate['totals'] {
  const sum = (read: (model: ModelEstimate) => number): number =>
    models.reduce((total, model) => total + read(model), 0);
  const isCapped = models.every(({ worstCaseUsd }) => worstCaseUsd !== null);
  return {
    cells: sum(({ cells }) => cells),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    expectedUsd: sum(({ expectedUsd }) => expectedUsd),
    worstCaseUsd: isCapped ? sum(({ worstCaseUsd }) => worstCaseUsd ?? 0) : null,
    expectedSeconds: sum(({ expectedSeconds }) => expectedSeconds),
    worstCaseSeconds: sum(({ worstCaseSeconds }) => worstCaseSeconds),
  };
}
