import type { AdaptiveEstimate } from '../../learn/adaptive/estimate-adaptive.js';
import type { RepeatEstimate } from '../../learn/repeats/repeat-record.js';
import type { SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import { formatCount, formatDuration, formatUsd, formatWhole } from '../../util/format-number.js';
import { printAdaptiveEstimate } from './print-adaptive.js';
import { printRepeatEstimate } from './print-repeats.js';
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
  { adaptive, repeats }: EstimateExtras = {},
): void {
  printModels(estimate);
  print();
  if (estimate.settledCells > 0) {
    print(
      `${formatCount(estimate.settledCells, 'cell')} settled already; the run has cost ${formatUsd(estimate.spentUsd)} so far.`,
    );
  }
  if (adaptive !== undefined) printAdaptiveEstimate(adaptive);
  if (repeats !== undefined) printRepeatEstimate(repeats);
  printAssumptions(estimate);
  if (budgetUsd !== undefined) printBudget(estimate, budgetUsd, repeats?.usd[0]);
  print('Dry run: nothing was called or written.');
}

function printModels({ models, totals, isBatched }: SweepEstimate): void {
  // Providers promise a day, and say nothing more.
  const time = (seconds: number): string => (isBatched ? '-' : formatDuration(1000 * seconds));
  const describe = (name: string, row: SweepEstimate['totals'], basis: string): string[] => [
    name,
    formatWhole(row.cells),
    formatWhole(row.inputTokens),
    formatWhole(row.outputTokens),
    formatUsd(row.expectedUsd),
    row.worstCaseUsd === null ? 'no limit' : formatUsd(row.worstCaseUsd),
    time(row.expectedSeconds),
    time(row.worstCaseSeconds),
    basis,
  ];
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
        textColumn('based on'),
      ],
      [
        ...models.map((row) => {
          const { measuredCells } = row;
          const basis = measuredCells === 0 ? 'assumed' : formatCount(measuredCells, 'answer');
          return describe(row.model, row, basis);
        }),
        describe('all', totals, ''),
      ],
    ),
  );
}

function printAssumptions({ models, assumptions, isBatched, images }: SweepEstimate): void {
  if (models.some(({ measuredCells, cells }) => measuredCells === 0 && cells > 0)) {
    const speed =
      `, ${assumptions.firstTokenSeconds} s to the first token, ` +
      `then ${assumptions.outputTokensPerSecond} tokens per second`;
    const perImage =
      images === 0 ? '' : `${formatWhole(assumptions.tokensPerImage)} tokens per image, `;
    printWrapped(
      `Assumptions: ${assumptions.bytesPerToken} bytes per token, ${perImage}${assumptions.outputTokens} output tokens ` +
        `per answer${isBatched ? '' : speed}. ` +
        'For an estimate from measured answers, sweep a few prompts with --limit 20 first.',
    );
  }
  if (isBatched) {
    printWrapped(
      'In batches: half the price of calls; answers come within hours, at most a day, and their latency is not measured.',
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

function printBudget(
  { totals, spentUsd, possibleUsd, judgeUsd }: SweepEstimate,
  budgetUsd: number,
  leastUsd: number | undefined,
): void {
  const left = budgetUsd - spentUsd - possibleUsd - judgeUsd;
  const isEnough = totals.worstCaseUsd !== null && totals.worstCaseUsd <= left;
  const verdict = isEnough
    ? 'enough even in the worst case'
    : totals.expectedUsd <= left
      ? 'enough for the expected cost; in the worst case the sweep ends early'
      : leastUsd !== undefined && leastUsd <= left
        ? 'enough for one answer per cell and the pilot, but not for all repeats'
        : 'NOT enough for the expected cost; the sweep will end early';
  printWrapped(`Budget left: ${formatUsd(Math.max(0, left))}, ${verdict}.`);
}
