import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';
import { computeCallTimeouts } from './calls/call-timeouts.js';
import { countImages } from '../../llm/chat.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { checkRunDirectory } from './run-directory.js';
import { readSettledCells } from './open-sweep-records.js';
import { planSweep, type Cell, type SweepPlan } from './plan-sweep.js';
import { assumeSeconds, assumptions, expectCell, priceCell } from './expect-cell.js';
import {
  createJudgeProbe,
  JudgeEstimator,
  listJudgeRequests,
  type AnswerTokens,
  type JudgeEstimate,
} from './judge-estimate.js';
import { readPlanSettings, type SweepSettings } from './run-sweep.js';
import type { SettledCells } from './settled-cells.js';
import { findBatchPriceShare } from './call-charge.js';
import { computeTokenBounds, computeWorstCaseCostUsd } from './worst-case-cost.js';

/** The estimated cost and time of a model's pending cells. */
export interface ModelEstimate {
  readonly model: string;
  /** Number of cells to call. */
  readonly cells: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly expectedUsd: number;
  /** Null if nothing limits the length of an answer, or what a file in a prompt costs. */
  readonly worstCaseUsd: number | null;
  /**
   * Its share of the sweep's time at the given concurrency, in seconds. Null where nobody knows: in
   * batches, of which providers only promise a day, and for workers, whose number may change.
   */
  readonly expectedSeconds: number | null;
  readonly worstCaseSeconds: number | null;
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
  /** Calls without a known charge whose cost nothing limits. */
  readonly unboundedCalls: number;
  /** What the judge has cost so far. */
  readonly judgeUsd: number;
  /** True for batches: at their price, and their time is not known. */
  readonly isBatched: boolean;
  /** Number of images in the prompts to send. */
  readonly images: number;
  readonly assumptions: typeof assumptions;
  /** Answers by model that are called again, because the model has other settings now. */
  readonly otherSettings: Readonly<Record<string, number>>;
  /** The judge's calls, which are not part of `models` and `totals`; null without a judge. */
  readonly judge: JudgeEstimate | null;
}

/**
 * Estimates the cost and time of a sweep, without calling any model or writing anything. The
 * estimate extrapolates from the model's settled cells in the run, or else uses `assumptions`. The
 * worst case is the one that the budget reserves: one token per byte of the prompt, and the longest
 * possible answer. It does not include retries, which can cost the same again.
 *
 * @param selectCells makes what says which cells of the plan count; by default all do
 * @param judge judges the answers whose grader is a judge; by default there is none
 * @throws RoutesmithError as `runSweep` does for its settings and the run's folder
 */
export async function estimateSweep(
  settings: SweepSettings,
  selectCells?: (plan: SweepPlan) => (number: number) => boolean,
  judge?: PoolModel,
): Promise<SweepEstimate> {
  const plan = planSweep(readPlanSettings(settings));
  const isCounted = selectCells?.(plan);
  await checkRunDirectory(settings.runDirectory, settings.taskSet.file);
  const judging = judge && (await startJudging(judge, settings.taskSet.examples));
  const settled = await readSettledCells(settings.runDirectory, plan, judging?.tools);
  const estimates = plan.models.map((model) => startEstimate(model));
  const { concurrency = defaultConcurrency, retryFailed = false } = settings;
  const isBatched = settings.batches !== undefined;
  let settledCells = 0;
  let images = 0;
  for (let number = 0; number < plan.cellCount; number++) {
    if (isCounted?.(number) === false) continue;
    if (settled.isSettled(number)) {
      settledCells += 1;
      const line = settled.outdated.get(number);
      // A grade that stands is copied, and nobody is asked about an empty answer.
      const isJudged = line !== undefined && !line.hasCurrentGrade && !line.isUseless;
      if (isJudged) judging?.addSettled(plan.buildCell(number), settled);
      continue;
    }
    if (retryFailed && !settled.hasFailed(number)) continue;
    const cell = plan.buildCell(number);
    const { example } = cell;
    const estimate = estimates[plan.findModelIndex(number)] as Estimate;
    images += countImages(example.prompt);
    const answer = addCell(estimate, cell, settled, concurrency);
    judging?.add(example, answer);
  }
  const models = estimates.map((estimate, index): ModelEstimate => {
    const { worstCaseUsd, model } = estimate;
    const priceShare = isBatched ? findBatchPriceShare(plan.models[index] as PoolModel) : 1;
    return {
      ...estimate,
      expectedUsd: priceShare * estimate.expectedUsd,
      worstCaseUsd: Number.isFinite(worstCaseUsd) ? priceShare * worstCaseUsd : null,
      measuredCells: settled.measured.get(model)?.cells ?? 0,
    };
  });
  const { spentUsd, possibleUsd, unboundedCalls, judgeUsd } = settled;
  const estimate = {
    models,
    totals: addUp(models),
    settledCells,
    spentUsd,
    possibleUsd,
    unboundedCalls,
    judgeUsd,
    isBatched,
    images,
    assumptions,
    otherSettings: Object.fromEntries(settled.otherSettings),
    judge: judging?.estimate() ?? null,
  };
  return isBatched ? withoutTimes(estimate) : estimate;
}

/** The estimate of a sweep whose time nobody knows. */
export function withoutTimes(estimate: SweepEstimate): SweepEstimate {
  const unknown = { expectedSeconds: null, worstCaseSeconds: null };
  return {
    ...estimate,
    models: estimate.models.map((model) => ({ ...model, ...unknown })),
    totals: { ...estimate.totals, ...unknown },
  };
}

/** The tokens of calls, and what they cost. */
export type PricedTokens = Pick<
  JudgeEstimate,
  'inputTokens' | 'outputTokens' | 'expectedUsd' | 'worstCaseUsd'
>;

/** What models and judge cost together. */
export function addJudge({
  totals: { cells, ...totals },
  judge,
}: Pick<SweepEstimate, 'totals' | 'judge'>): PricedTokens & { readonly calls: number } {
  if (judge === null) return { ...totals, calls: cells };
  const isCapped = totals.worstCaseUsd !== null && judge.worstCaseUsd !== null;
  return {
    calls: cells + judge.calls,
    inputTokens: totals.inputTokens + judge.inputTokens,
    outputTokens: totals.outputTokens + judge.outputTokens,
    expectedUsd: totals.expectedUsd + judge.expectedUsd,
    worstCaseUsd: isCapped ? (totals.worstCaseUsd ?? 0) + (judge.worstCaseUsd ?? 0) : null,
  };
}

/** Counts a judge's calls on answers that are still to come, or were recorded without a verdict. */
async function startJudging(judge: PoolModel, examples: readonly Example[]) {
  const estimator = new JudgeEstimator(judge);
  const requestsOf = await listJudgeRequests(examples, judge);
  const add = (example: Example, answer: AnswerTokens): void => {
    for (const request of requestsOf.get(example) ?? []) estimator.add(request, answer);
  };
  return {
    tools: { judge: createJudgeProbe(judge).judge },
    add,
    addSettled({ example, model }: Cell, { measured }: SettledCells): void {
      const bounds = computeTokenBounds(model, example.prompt);
      const { outputTokens } = expectCell(measured.get(model.id), example.prompt, bounds);
      add(example, { expected: outputTokens, worstCase: bounds.outputTokens });
    },
    estimate: () => estimator.estimate(),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Bounded = 'worstCaseUsd' | 'expectedSeconds' | 'worstCaseSeconds';
type Estimate = Mutable<Omit<ModelEstimate, Bounded | 'measuredCells'>> & Record<Bounded, number>;

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

/** @returns the tokens of its answer */
function addCell(
  estimate: Estimate,
  { model, example: { prompt } }: Cell,
  settled: SettledCells,
  concurrency: number,
): AnswerTokens {
  const bounds = computeTokenBounds(model, prompt);
  const expected = expectCell(settled.measured.get(model.id), prompt, bounds);
  const { inputTokens, outputTokens } = expected;
  const worstSeconds = Math.min(
    computeCallTimeouts(model, prompt).totalMs / 1000,
    assumeSeconds(bounds.outputTokens),
  );
  estimate.cells += 1;
  estimate.inputTokens += inputTokens;
  estimate.outputTokens += outputTokens;
  estimate.expectedUsd += priceCell(expected, model);
  estimate.worstCaseUsd += computeWorstCaseCostUsd(model, prompt);
  estimate.expectedSeconds += expected.seconds / concurrency;
  estimate.worstCaseSeconds += Math.max(expected.seconds, worstSeconds) / concurrency;
  return { expected: outputTokens, worstCase: bounds.outputTokens };
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
    expectedSeconds: sum(({ expectedSeconds }) => expectedSeconds ?? 0),
    worstCaseSeconds: sum(({ worstCaseSeconds }) => worstCaseSeconds ?? 0),
  };
}
