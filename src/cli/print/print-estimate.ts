import type { AdaptiveEstimate } from '../../learn/adaptive/estimate-adaptive.js';
import type { RepeatEstimate } from '../../learn/repeats/repeat-record.js';
import {
  addJudge,
  type PricedTokens,
  type SweepEstimate,
} from '../../measure/sweep/estimate-sweep.js';
import {
  formatCount,
  formatDuration,
  formatKnownUsd,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { describeOtherSettings } from '../../measure/sweep/sweep-notices.js';
import { joinNames } from '../../util/join-names.js';
import { printAdaptiveEstimate } from './print-adaptive.js';
import { printRepeatEstimate } from './print-repeats.js';
import { printPossible, printUnbounded } from './print-sweep.js';
import { formatTable, print, printWrapped, textColumn } from './print.js';

/** What a sweep that decides itself what to call is likely to call. */
interface EstimateExtras {
  readonly adaptive?: AdaptiveEstimate | undefined;
  readonly repeats?: RepeatEstimate | undefined;
}

/** Prints the estimated cost and time of a sweep, by model. */
export function printEstimate(
  estimate: SweepEstimate,
  budgetUsd: number | undefined,
  { adaptive, repeats, isQueued = false }: EstimateExtras & { readonly isQueued?: boolean } = {},
): void {
  printModels(estimate);
  print();
  if (estimate.settledCells > 0) {
    printWrapped(
      `${formatCount(estimate.settledCells, 'cell')} settled already; ${describeSpent(estimate)}.`,
    );
  }
  printPossible(estimate.possibleUsd);
  printUnbounded(estimate.unboundedCalls);
  for (const line of describeOtherSettings(new Map(Object.entries(estimate.otherSettings)))) {
    printWrapped(line);
  }
  if (adaptive !== undefined) printAdaptiveEstimate(adaptive);
  if (repeats !== undefined) printRepeatEstimate(repeats);
  printAssumptions(estimate);
  if (isQueued) {
    printWrapped(
      'The time depends on how many workers there are. The queue is not asked: what workers have done ' +
        'since the sweep last wrote to its folder counts as calls to make.',
    );
  }
  if (budgetUsd !== undefined) {
    printBudget(estimate, budgetUsd, { adaptive, repeats });
    if (isQueued) printUnreserved(estimate.judge);
  }
  print('Dry run: nothing was called or written.');
}

/** What a run has cost until now, its judge included. */
function describeSpent(estimate: SweepEstimate): string {
  const { spentUsd, possibleUsd, unboundedCalls, judgeUsd } = estimate;
  const ofJudge = judgeUsd > 0 ? `, ${formatUsd(judgeUsd)} of it for the judge,` : '';
  const missing = unboundedCalls + (possibleUsd > 0 ? 1 : 0);
  const sumUsd = spentUsd + judgeUsd;
  return missing > 0 && sumUsd === 0
    ? 'what the run has cost so far is unknown'
    : `the run has cost ${formatKnownUsd(sumUsd, missing)}${ofJudge} so far`;
}

/** What a sweep can cost, with its judge, in a phrase; undefined if nothing. */
export function describeCostAhead(
  estimate: SweepEstimate,
  { adaptive, repeats }: EstimateExtras = {},
): string | undefined {
  const { calls, expectedUsd, worstCaseUsd } = addJudge(estimate);
  if (calls === 0 || worstCaseUsd === 0) return undefined;
  const range = ([low, high]: readonly [number, number], usd: readonly [number, number]): string =>
    `${formatWhole(low)} to ${formatCount(high, 'call')}, ${formatUsd(usd[0])} to ${formatUsd(usd[1])}`;
  const expected =
    adaptive !== undefined
      ? `likely in all ${range(adaptive.likelyCalls, adaptive.likelyUsd)}`
      : repeats !== undefined
        ? `expected ${range(repeats.calls, repeats.usd)}`
        : `${formatCount(calls, 'call')}, expected cost ${formatUsd(expectedUsd)}`;
  const worst = worstCaseUsd === null ? 'without a limit' : `at most ${formatUsd(worstCaseUsd)}`;
  return `${expected}, ${worst} (retries apart)`;
}

function printModels({ models, totals, judge }: SweepEstimate): void {
  const time = (seconds: number | null): string =>
    seconds === null ? '-' : formatDuration(1000 * seconds);
  const describeCalls = (name: string, calls: number, row: PricedTokens): string[] => [
    name,
    formatWhole(calls),
    formatWhole(row.inputTokens),
    formatWhole(row.outputTokens),
    formatUsd(row.expectedUsd),
    row.worstCaseUsd === null ? 'no limit' : formatUsd(row.worstCaseUsd),
  ];
  const describeTimes = (row: SweepEstimate['totals']): string[] => [
    time(row.expectedSeconds),
    time(row.worstCaseSeconds),
  ];
  const all = addJudge({ totals, judge });
  print(
    formatTable(
      [
        textColumn('model'),
        'calls',
        'input tokens',
        'output tokens',
        'expected cost',
        'worst case cost',
        'expected time',
        'worst case time',
      ],
      [
        ...models.map((row) => [
          ...describeCalls(row.model, row.cells, row),
          ...describeTimes(row),
        ]),
        ...(judge === null
          ? []
          : [[...describeCalls(`judge: ${judge.model}`, judge.calls, judge), '-', '-']]),
        [...describeCalls('all', all.calls, all), ...describeTimes(totals)],
      ],
    ),
  );
}

function printAssumptions(estimate: SweepEstimate): void {
  const { models, totals, assumptions, isBatched, images, judge } = estimate;
  const measured = models.filter(({ measuredCells, cells }) => measuredCells > 0 && cells > 0);
  if (measured.length > 0) {
    const counts = measured.map(
      ({ model, measuredCells }) => `${formatCount(measuredCells, 'answer')} of ${model}`,
    );
    printWrapped(`Based on what this run has measured: ${joinNames(counts)}.`);
  }
  if (judge !== null) {
    printWrapped(
      'The judge is called for each answer whose grader is a judge; each answer that it reads ' +
        'counts as long as the model is expected to answer. Answers that --ambiguous judge decides are not foreseen.',
    );
  }
  if (judge !== null && judge.calls > 0 && !models.some(isAssumed)) {
    printWrapped(`What the judge costs is assumed: ${describeOutput(assumptions, 'per verdict')}.`);
  }
  if (models.some(isAssumed)) {
    const speed =
      `, ${assumptions.firstTokenSeconds} s to the first token, ` +
      `then ${assumptions.outputTokensPerSecond} tokens per second`;
    const perImage =
      images === 0 ? '' : `${formatWhole(assumptions.tokensPerImage)} tokens per image, `;
    const who = measured.length === 0 ? '' : ' for the other models';
    printWrapped(
      `Assumptions${who}: ${assumptions.bytesPerToken} bytes per token, ${perImage}${describeOutput(assumptions, 'per answer')}` +
        `${totals.expectedSeconds === null ? '' : speed}. ` +
        'For an estimate from measured answers, sweep a few prompts with --limit 20 first.',
    );
  }
  if (isBatched) {
    printWrapped(
      'In batches: half the price of calls, or the batchPriceShare of the pool; answers come within hours, at most a day, and their latency is not measured.',
    );
  }
  printWrapped(
    'Worst case: one token per byte of a prompt, and answers of the maximum length. ' +
      'A call that breaks off and is retried can cost that much again.',
  );
  if (models.some(({ worstCaseUsd }) => worstCaseUsd === null)) {
    printWrapped(
      'For a worst case instead of "no limit", set parameters.maxTokens or contextWindow.',
    );
  }
}

/** How long answers are assumed to be; the bound of a model's answers applies first. */
function describeOutput(
  { outputTokens }: SweepEstimate['assumptions'],
  per: 'per answer' | 'per verdict',
): string {
  return `${outputTokens} output tokens ${per} (or maxTokens, if less)`;
}

function isAssumed({ measuredCells, cells }: SweepEstimate['models'][number]): boolean {
  return measuredCells === 0 && cells > 0;
}

function printBudget(estimate: SweepEstimate, budgetUsd: number, extras: EstimateExtras): void {
  const { spentUsd, possibleUsd, judgeUsd, models, assumptions } = estimate;
  const left = budgetUsd - spentUsd - possibleUsd - judgeUsd;
  const usedUsd = budgetUsd - left;
  printWrapped(
    left > 0
      ? `Budget left: ${formatUsd(left)}, ${describeBudget(estimate, left, extras)}.`
      : `Budget used up: ${formatUsd(usedUsd)} of ${formatUsd(budgetUsd)}, ${describeBudget(estimate, left, extras)}.`,
  );
  const neededUsd = extras.adaptive?.likelyUsd[1] ?? addJudge(estimate).expectedUsd;
  if (neededUsd > left && models.some(isAssumed)) {
    printWrapped(
      `The expected cost assumes ${describeOutput(assumptions, 'per answer')}; short answers cost far less. ` +
        'A sweep that ends early is continued by the same command with a larger budget.',
    );
  }
}

/** By how much workers can exceed a budget: they reserve no calls of the judge. */
function printUnreserved(judge: SweepEstimate['judge']): void {
  if (judge === null || judge.calls === 0) return;
  const { worstCaseUsd } = judge;
  const excess =
    worstCaseUsd === null
      ? "by what the judge's calls cost, which nothing limits"
      : `by at most ${formatUsd(worstCaseUsd)}, the worst case of the judge`;
  printWrapped(
    "Workers do not reserve the judge's calls: answers that they have received are judged also when the budget " +
      `is used up, and can exceed it ${excess}.`,
  );
}

/** For what the rest of a budget is enough, in a phrase. */
function describeBudget(
  estimate: SweepEstimate,
  leftUsd: number,
  { adaptive, repeats }: EstimateExtras,
): string {
  const { calls, expectedUsd, worstCaseUsd } = addJudge(estimate);
  if (calls === 0) return 'and nothing is left to call';
  if (worstCaseUsd !== null && worstCaseUsd <= leftUsd) return 'enough even in the worst case';
  if (expectedUsd <= leftUsd) {
    return 'enough for the expected cost; in the worst case the sweep ends early';
  }
  if (adaptive !== undefined) {
    const [low, high] = adaptive.likelyUsd;
    if (high <= leftUsd) return 'enough for the likely cost, but not for a full sweep';
    const settled =
      estimate.settledCells > 0 ? ', which counts the cells that are settled already' : '';
    return low <= leftUsd
      ? `enough for the low end of the likely cost${settled}; the sweep may end early`
      : `less than the likely cost${settled}; the sweep may end early`;
  }
  return repeats !== undefined && repeats.usd[0] <= leftUsd
    ? 'enough for one answer per cell and the pilot, but not for all repeats'
    : 'less than the expected cost; the sweep may end early';
}
