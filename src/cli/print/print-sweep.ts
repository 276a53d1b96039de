import { describeCostGuesses } from '../../measure/outcomes/entry-cost.js';
import type { ModelSummary, RunResults } from '../../measure/outcomes/model-summaries.js';
import type { UngradedAnswers } from '../../measure/outcomes/ungraded-answers.js';
import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { ServedFinding } from '../../measure/sweep/served-models.js';
import { describeNewForms } from '../../measure/sweep/sweep-notices.js';
import type { ProgressTotals } from '../../measure/sweep/sweep-progress.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import {
  formatCount,
  formatDuration,
  formatKnownUsd,
  formatPercent,
  formatQuality,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printStyled,
  printWrapped,
  textColumn,
} from './print.js';

/**
 * Prints the results of a sweep, by model, and what its user should know.
 *
 * @param models results of the run folder, over all sweeps into it
 * @param judge what judging cost, where there was a judge
 */
export function printSweep(
  summary: SweepSummary,
  { models, ungraded }: RunResults,
  judge?: JudgeSpend,
): void {
  if (summary.simulated) print(`${describeSimulated()}\n`);
  printModels(summary, models);
  printTotals(summary, judge);
  printUngraded(ungraded);
  printBudget(summary);
  printRemarks(summary);
  for (const { text, line } of describeNewForms(summary.newForms ?? [])) {
    printStyled('yellow', text);
    print(escapeControls(`  ${line}`));
  }
  for (const { model, kind, detail } of summary.served) {
    printStyled('yellow', `${servedTexts[kind]}: ${model}: ${detail}`);
  }
}

function printModels({ models }: SweepSummary, results: readonly ModelSummary[]): void {
  const resultOf = new Map(results.map((result) => [result.model, result]));
  print(
    formatTable(
      [textColumn('model'), 'settled', 'failed', 'mean quality', 'cost now', 'median latency'],
      models.map(({ model, settledBefore, done, failed, total, ...costs }) => [
        model,
        `${settledBefore + done}/${total}`,
        formatWhole(failed),
        formatQuality(resultOf.get(model)?.quality),
        formatKnownUsd(costs.spentUsd, countMissing(costs), '≥'),
        formatDuration(resultOf.get(model)?.medianLatencyMs),
      ]),
    ),
  );
}

function printTotals({ totals, coverage }: SweepSummary, judge: JudgeSpend | undefined): void {
  const { settledBefore, done, total } = totals;
  const before =
    settledBefore === 0 ? '' : ` (${formatWhole(settledBefore)} of them by an earlier sweep)`;
  print();
  printWrapped(
    `${formatWhole(settledBefore + done)} of ${formatCount(total, 'cell')} settled${before}, ` +
      `${formatPercent(coverage)} of all. ${describeCost(totals, judge, 'sweep')}`,
  );
}

/** Prints how many answers of a run are ungraded, by reason. */
function printUngraded(ungraded: readonly UngradedAnswers[]): void {
  for (const { reason, answers } of ungraded) {
    printWrapped(`Ungraded: ${formatCount(answers, 'answer')}: ${reason}`);
  }
}

type Costs = Pick<ProgressTotals, 'spentUsd' | 'unpriced' | 'possiblyCharged'>;

/**
 * What the models and the judge cost together, in a sentence.
 *
 * @param name what made the calls
 */
export function describeCost(
  totals: Costs,
  judge: JudgeSpend | undefined,
  name: 'sweep' | 'command',
): string {
  const judgeUsd = judge?.costUsd ?? 0;
  const missing = countMissing(totals) + (judge?.unpriced ?? 0);
  const spentUsd = totals.spentUsd + judgeUsd;
  if (missing > 0 && spentUsd === 0) return `What this ${name} cost is unknown.`;
  const ofJudge = judgeUsd > 0 ? `, ${formatUsd(judgeUsd)} of it for the judge` : '';
  return `This ${name} cost ${formatKnownUsd(spentUsd, missing)}${ofJudge}.`;
}

/** Charges that are missing from the sum. */
function countMissing({ unpriced, possiblyCharged }: Costs): number {
  return unpriced + possiblyCharged;
}

/** Prints what of the budget is used, and what calls without a known charge may have cost. */
export function printBudget({ budget }: Pick<SweepSummary, 'budget'>): void {
  printPossible(budget.possibleUsd);
  printUnbounded(budget.unboundedCalls);
  if (budget.limitUsd === null) return;
  const { judgeUsd = 0 } = budget;
  const used = budget.spentUsd + budget.possibleUsd + judgeUsd;
  const ofJudge = judgeUsd > 0 ? `, ${formatUsd(judgeUsd)} of it by the judge` : '';
  printWrapped(`Budget used: ${formatUsd(used)} of ${formatUsd(budget.limitUsd)}${ofJudge}.`);
}

/** Says what calls without a known charge may have cost besides what a run is said to have cost. */
export function printPossible(possibleUsd: number): void {
  if (possibleUsd === 0) return;
  printWrapped(
    `Calls without a known charge may have cost up to ${formatUsd(possibleUsd)} more, over all sweeps of this run.`,
  );
}

/** Says how many calls may have cost more than any sum says. */
export function printUnbounded(calls = 0): void {
  if (calls === 0) return;
  printWrapped(
    `${formatCount(calls, 'call')} without a known charge may have cost any amount and are in no total, because nothing ` +
      'limited them. Set parameters.maxTokens or contextWindow in the pool.',
  );
}

function printRemarks(summary: SweepSummary): void {
  const { cutOffCalls, totals, duplicateTasks, regraded, renamed, models } = summary;
  if (cutOffCalls > 0) {
    printWrapped(
      `${formatCount(cutOffCalls, 'call')} had been cut off by the end of a process and may have been charged.`,
    );
  }
  if (totals.unpriced > 0) {
    printWrapped(
      `${formatCount(totals.unpriced, 'answer')} without usage, or with an impossible charge: their cost is unknown.`,
    );
  }
  const guesses = describeCostGuesses(models);
  if (guesses !== undefined) printWrapped(guesses);
  if (duplicateTasks > 0) {
    printWrapped(
      `${formatCount(duplicateTasks, 'example')} skipped: duplicates of an earlier prompt.`,
    );
  }
  if (regraded > 0) print(`${formatCount(regraded, 'answer')} regraded.`);
  if (renamed > 0) print(`${formatCount(renamed, 'answer')} renamed, with the same grades.`);
  for (const { model, stoppedBecause } of models) {
    if (stoppedBecause !== undefined) {
      printWrapped(`${model} was skipped for the rest of the sweep: ${stoppedBecause}`);
    }
  }
}

const servedTexts: Readonly<Record<ServedFinding['kind'], string>> = {
  other_model: 'Another model answered',
  pin_not_honoured: 'A pin was not honored',
  model_changed: 'The model changed during the run',
  several_providers: 'Several providers answered, possibly with different versions',
  fingerprint_changed: 'The configuration behind the model changed',
};
