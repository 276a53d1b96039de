import { readRun } from '../../measure/outcomes/run-folder.js';
import type { ServedFinding } from '../../measure/sweep/served-models.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { RoutesmithError } from '../../util/errors.js';
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatQuality,
  formatUsd,
} from './format-number.js';
import { formatTable } from './format-table.js';
import { computeModelSummaries, type ModelSummary } from './model-summaries.js';
import { describeSimulated, escapeControls, print, style } from './print.js';

/** What a run's folder holds of each model by now, earlier sweeps into it included. */
export async function readModelSummaries(runDirectory: string): Promise<ModelSummary[]> {
  return computeModelSummaries((await readRun(runDirectory)).table);
}

/** Prints what a sweep came to, model by model. */
export function printSweep(summary: SweepSummary, results: readonly ModelSummary[]): void {
  const { totals, coverage } = summary;
  if (summary.simulated) print(`${describeSimulated()}\n`);
  const resultOf = new Map(results.map((result) => [result.model, result]));
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'done' },
        { title: 'failed' },
        { title: 'mean quality' },
        { title: 'spent now' },
        { title: 'median latency' },
      ],
      summary.models.map(({ model, settledBefore, done, failed, total, spentUsd }) => [
        model,
        `${settledBefore + done}/${total}`,
        String(failed),
        formatQuality(resultOf.get(model)?.quality),
        formatUsd(spentUsd),
        formatDuration(resultOf.get(model)?.medianLatencyMs),
      ]),
    ),
  );
  const before =
    totals.settledBefore === 0 ? '' : ` (${totals.settledBefore} of them by an earlier sweep)`;
  print(
    `\n${totals.settledBefore + totals.done} of ${formatCount(totals.total, 'cell')} settled${before}, ` +
      `${formatPercent(coverage)} of all; ${formatUsd(totals.spentUsd)} spent now.`,
  );
  printBudget(summary);
  if (summary.cutOffCalls > 0) {
    print(
      `${formatCount(summary.cutOffCalls, 'call')} of an earlier sweep that was cut off had to be made a second time.`,
    );
  }
  if (totals.unpriced > 0) {
    print(`${formatCount(totals.unpriced, 'answer')} came without usage: their costs are unknown.`);
  }
  if (summary.duplicateTasks > 0) {
    print(`${formatCount(summary.duplicateTasks, 'task')} left out: an earlier one asks the same.`);
  }
  if (summary.regraded > 0) print(`${formatCount(summary.regraded, 'answer')} graded anew.`);
  for (const { model, stoppedBecause } of summary.models) {
    if (stoppedBecause !== undefined)
      print(escapeControls(`${model} was left out: ${stoppedBecause}`));
  }
  printServed(summary);
}

function printBudget({ budget }: SweepSummary): void {
  if (budget.possibleUsd > 0) {
    print(
      `Calls without a known charge can have cost up to ${formatUsd(budget.possibleUsd)} more, in all sweeps of this run.`,
    );
  }
  if (budget.limitUsd === null) return;
  const taken = budget.spentUsd + budget.possibleUsd;
  print(`Budget: ${formatUsd(taken)} of ${formatUsd(budget.limitUsd)} are taken.`);
}

/** Says where something else answered than was asked for. */
function printServed({ served }: SweepSummary): void {
  for (const { model, kind, detail } of served) {
    print(escapeControls(`${style('yellow', servedWords[kind])}: ${model}: ${detail}`));
  }
}

const servedWords: Readonly<Record<ServedFinding['kind'], string>> = {
  other_model: 'Another model answered',
  pin_not_honoured: 'A pin was not honoured',
  model_changed: 'The model changed during the run',
  several_providers: 'Several providers answered, perhaps with different versions',
  fingerprint_changed: 'The configuration behind the model changed',
};

/**
 * Says how to go on where a sweep is not complete.
 *
 * @throws RoutesmithError `interrupted`, `budget_reached` or `incomplete_coverage`
 */
export function checkComplete(summary: SweepSummary): void {
  const { interrupted, coverage, totals, runDirectory, budget } = summary;
  const missing = totals.total - totals.settledBefore - totals.done;
  const cells = `${missing} of ${formatCount(totals.total, 'cell')}`;
  if (interrupted) {
    throw new RoutesmithError('interrupted', `interrupted, ${cells} not settled yet`, {
      where: runDirectory,
      fix: 'Run the same command again to resume: nothing that is settled is called twice.',
    });
  }
  if (budget.reached) {
    throw new RoutesmithError('budget_reached', `the budget is reached, ${cells} not settled yet`, {
      where: runDirectory,
      fix: 'Run the same command again with a larger --budget: nothing that is settled is called twice.',
    });
  }
  if (coverage === 1) return;
  throw new RoutesmithError('incomplete_coverage', `${cells} failed or were never called`, {
    where: runDirectory,
    fix: 'Run the same command again: only these cells are called.',
  });
}
