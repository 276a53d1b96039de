import type { SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import { formatCount, formatUsd } from './format-number.js';
import { formatTable } from './format-table.js';
import { print } from './print.js';

/** Prints what a sweep would cost and take, model by model. */
export function printEstimate(estimate: SweepEstimate, budgetUsd: number | undefined): void {
  const { models, totals, assumptions } = estimate;
  const describe = (name: string, row: SweepEstimate['totals'], basis: string): string[] => [
    name,
    String(row.cells),
    row.inputTokens.toFixed(0),
    row.outputTokens.toFixed(0),
    formatUsd(row.expectedUsd),
    row.worstCaseUsd === null ? 'no limit' : formatUsd(row.worstCaseUsd),
    formatTime(row.expectedSeconds),
    formatTime(row.worstCaseSeconds),
    basis,
  ];
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'calls' },
        { title: 'input tokens' },
        { title: 'output tokens' },
        { title: 'expected' },
        { title: 'worst case' },
        { title: 'time' },
        { title: 'worst case' },
        { title: 'based on', align: 'left' },
      ],
      [
        ...models.map((row) =>
          describe(
            row.model,
            row,
            row.measuredCells === 0 ? 'assumptions' : formatCount(row.measuredCells, 'answer'),
          ),
        ),
        describe('all', totals, ''),
      ],
    ),
  );
  print();
  if (estimate.settledCells > 0) {
    print(
      `${formatCount(estimate.settledCells, 'cell')} settled already; the run has cost ${formatUsd(estimate.spentUsd)} so far.`,
    );
  }
  if (models.some(({ measuredCells, cells }) => measuredCells === 0 && cells > 0)) {
    print(
      `Assumptions: ${assumptions.bytesPerToken} bytes a token, answers of ${assumptions.outputTokens} tokens, ` +
        `${assumptions.firstTokenSeconds} s to the first and ${assumptions.outputTokensPerSecond} a second after it. ` +
        'Sweep a few prompts with --limit 20 first, and this rests on what they took.',
    );
  }
  print(
    'Worst case: a token for each byte of a prompt, and every answer as long as it may get. A call ' +
      'that breaks off and is tried again can cost that once more.',
  );
  if (models.some(({ worstCaseUsd }) => worstCaseUsd === null)) {
    print('No limit: give the model parameters.maxTokens, or a contextWindow.');
  }
  if (budgetUsd !== undefined) printBudget(estimate, budgetUsd);
  print('Nothing was called, and nothing written.');
}

function printBudget({ totals, spentUsd, possibleUsd }: SweepEstimate, budgetUsd: number): void {
  const left = budgetUsd - spentUsd - possibleUsd;
  const isEnough = totals.worstCaseUsd !== null && totals.worstCaseUsd <= left;
  const verdict = isEnough
    ? 'enough even in the worst case'
    : totals.expectedUsd <= left
      ? 'enough as expected, and in the worst case the sweep ends early'
      : 'NOT enough as expected: the sweep will end early';
  print(`Of the budget, ${formatUsd(Math.max(0, left))} are left: ${verdict}.`);
}

function formatTime(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 90 * 60) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
