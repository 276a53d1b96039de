import type { PoolModel } from '../models/model.js';
import { computeCallTimeouts } from './calls/call-timeouts.js';
import { countImages, type Prompt } from '../../llm/chat.js';
import { computeCostUsd } from '../../llm/cost.js';
import { checkRunDirectory } from './run-directory.js';
import { readSettledCells } from './open-sweep-records.js';
import { planSweep, type SweepPlan } from './plan-sweep.js';
import { bytesPerToken, measurePrompt, tokensPerImage } from './prompt-bytes.js';
import { readPlanSettings, type SweepSettings } from './run-sweep.js';
import type { Measured, SettledCells } from './settled-cells.js';
import { batchPriceShare } from './call-charge.js';
import { computeTokenBounds, computeWorstCaseCostUsd } from './worst-case-cost.js';

/** The estimated cost and time of a model's pending cells. */
export interface ModelEstimate {
  readonly model: string;
  /** Number of cells to call. */
  readonly cells: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly expectedUsd: number;
  /** Null if nothing limits the length of an answer. */
  readonly worstCaseUsd: number | null;
  /** Its share of the sweep's time at the given concurrency, in seconds. */
  readonly expectedSeconds: number;
  readonly worstCaseSeconds: number;
  /** Number of settled cells that the estimate is based on; 0 if it is based on assumptions. */
  readonly measuredCells: number;
}

/** The estimated cost and time of a sweep. */
export interface SweepEstimate {
  readonly models: readonly ModelEstimate[];
  readonly totals: Omit<ModelEstimate, 'model' | 'measuredCells'>;
  /** Number of cells that need no call. */
  readonly settledCells: number;
  /** The known cost of the run so far. */
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge. */
  readonly possibleUsd: number;
  /** What the judge has cost so far. */
  readonly judgeUsd: number;
  /** True for batches: at their price, and their time is not known. */
  readonly isBatched: boolean;
  /** Number of images in the prompts to send. */
  readonly images: number;
  readonly assumptions: typeof assumptions;
}

/** The assumptions about models that have no settled cells in the run. */
export const assumptions = {
  /** UTF-8 bytes of a prompt per token; approximately right for English and most scripts. */
  bytesPerToken,
  /** Tokens of an image in a prompt, whatever its size. */
  tokensPerImage,
  /** Tokens of an answer, unless the model's limit is lower. */
  outputTokens: 300,
  firstTokenSeconds: 1,
  outputTokensPerSecond: 50,
} as const;

/** The mean cost of a call to a model, in USD, by `assumptions` and its prices. */
export function expectCallUsd(model: PoolModel, prompts: readonly Prompt[]): number {
  const total = prompts.reduce((sum: number, prompt) => {
    const bounds = computeTokenBounds(model, prompt);
    return sum + priceCell(expectCell(undefined, prompt, bounds), model);
  }, 0);
  return total / Math.max(1, prompts.length);
}

function priceCell(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  { price }: PoolModel,
): number {
  const usage = { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0 };
  return computeCostUsd({ ...usage, reasoningTokens: 0 }, price);
}

/**
 * Estimates the cost and time of a sweep, without calling any model or writing anything. The
 * estimate extrapolates from the model's settled cells in the run, or else uses `assumptions`. The
 * worst case is the one that the budget reserves: one token per byte of the prompt, and the longest
 * possible answer. It does not include retries, which can cost the same again.
 *
 * @param selectCells makes what says which cells of the plan count; by default all do
 * @throws RoutesmithError as `runSweep` does for its settings and the run's folder
 */
export async function estimateSweep(
  settings: SweepSettings,
  selectCells?: (plan: SweepPlan) => (number: number) => boolean,
): Promise<SweepEstimate> {
  const plan = planSweep(readPlanSettings(settings));
  const isCounted = selectCells?.(plan);
  await checkRunDirectory(settings.runDirectory);
  const settled = await readSettledCells(settings.runDirectory, plan);
  const estimates = plan.models.map((model) => startEstimate(model));
  const { concurrency = 8, retryFailed = false } = settings;
  const isBatched = settings.batches !== undefined;
  const priceShare = isBatched ? batchPriceShare : 1;
  let settledCells = 0;
  let images = 0;
  for (let number = 0; number < plan.cellCount; number++) {
    if (isCounted?.(number) === false) continue;
    if (settled.isSettled(number)) {
      settledCells += 1;
      continue;
    }
    if (retryFailed && !settled.hasFailed(number)) continue;
    const { example, model } = plan.buildCell(number);
    const estimate = estimates[plan.findModelIndex(number)] as Estimate;
    images += countImages(example.prompt);
    addCell(estimate, model, example.prompt, settled, concurrency);
  }
  const models = estimates.map((estimate): ModelEstimate => {
    const { worstCaseUsd, model } = estimate;
    return {
      ...estimate,
      expectedUsd: priceShare * estimate.expectedUsd,
      worstCaseUsd: Number.isFinite(worstCaseUsd) ? priceShare * worstCaseUsd : null,
      measuredCells: settled.measured.get(model)?.cells ?? 0,
    };
  });
  const { spentUsd, possibleUsd, judgeUsd } = settled;
  const totals = addUp(models);
  return {
    models,
    totals,
    settledCells,
    spentUsd,
    possibleUsd,
    judgeUsd,
    isBatched,
    images,
    assumptions,
  };
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
  prompt: Prompt,
  settled: SettledCells,
  concurrency: number,
): void {
  const bounds = computeTokenBounds(model, prompt);
  const expected = expectCell(settled.measured.get(model.id), prompt, bounds);
  const { inputTokens, outputTokens } = expected;
  const worstSeconds = Math.min(
    computeCallTimeouts(model).totalMs / 1000,
    assumeSeconds(bounds.outputTokens),
  );
  estimate.cells += 1;
  estimate.inputTokens += inputTokens;
  estimate.outputTokens += outputTokens;
  estimate.expectedUsd += priceCell(expected, model);
  estimate.worstCaseUsd += computeWorstCaseCostUsd(model, prompt);
  estimate.expectedSeconds += expected.seconds / concurrency;
  estimate.worstCaseSeconds += Math.max(expected.seconds, worstSeconds) / concurrency;
}

function expectCell(
  measured: Measured | undefined,
  prompt: Prompt,
  bounds: ReturnType<typeof computeTokenBounds>,
): { readonly inputTokens: number; readonly outputTokens: number; readonly seconds: number } {
  const bytes = measurePrompt(prompt);
  if (measured === undefined) {
    const outputTokens = Math.min(bounds.outputTokens, assumptions.outputTokens);
    const inputTokens = Math.min(bounds.inputTokens, bytes / assumptions.bytesPerToken);
    return { inputTokens, outputTokens, seconds: assumeSeconds(outputTokens) };
  }
  const { cells, promptBytes, timedCells, latencyMs } = measured;
  const outputTokens = measured.outputTokens / cells;
  return {
    inputTokens: (bytes * measured.inputTokens) / Math.max(1, promptBytes),
    outputTokens,
    seconds: timedCells === 0 ? assumeSeconds(outputTokens) : latencyMs / timedCells / 1000,
  };
}

function assumeSeconds(outputTokens: number): number {
  return assumptions.firstTokenSeconds + outputTokens / assumptions.outputTokensPerSecond;
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
