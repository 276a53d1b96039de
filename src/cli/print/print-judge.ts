import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { JudgeEstimate } from '../../measure/sweep/judge-estimate.js';
import { formatCount, formatUsd, formatWhole } from '../../util/format-number.js';
import { printWrapped } from './print.js';

/** Prints the cost of judging, which is not part of any model's cost. */
export function printJudgeSpend(spend: JudgeSpend | undefined): void {
  if (spend !== undefined) printWrapped(describeJudgeSpend(spend));
}

/** What judging has cost, in one line. */
export function describeJudgeSpend(spend: JudgeSpend): string {
  const { calls, costUsd, guessed, unpriced } = spend;
  const without = unpriced === 0 ? '' : `, ${formatWhole(unpriced)} of them without a known cost`;
  const estimated =
    guessed === 0 ? '' : `, ${formatWhole(guessed)} of them with a partly estimated cost`;
  const advice =
    guessed === 0
      ? ''
      : ' Where its provider caches prompts, write cachedInput and cacheWrite into its price.';
  return (
    `Judge: ${formatCount(calls, 'call')}, ${formatUsd(costUsd)}${without}${estimated}; ` +
    `not included in the models' costs.${advice}`
  );
}

/**
 * Prints what judging recorded answers would cost.
 *
 * @param answers number of answers that would be judged
 */
export function printJudgeEstimate(estimate: JudgeEstimate | null, answers: number): void {
  if (estimate === null) return;
  printWrapped(
    answers === 0
      ? `No answer needs the judge ${estimate.model}.`
      : `${formatCount(answers, 'answer')} would be judged by ${estimate.model}: ${describeJudgeEstimate(estimate)}.`,
  );
  printWrapped('Dry run: the judge was not called, and nothing was written.');
}

/** `80 calls, expected cost $0.05, worst case $0.09` */
export function describeJudgeEstimate({
  calls,
  expectedUsd,
  worstCaseUsd,
}: Pick<JudgeEstimate, 'calls' | 'expectedUsd' | 'worstCaseUsd'>): string {
  const worst = worstCaseUsd === null ? 'no limit' : formatUsd(worstCaseUsd);
  return `${formatCount(calls, 'call')}, expected cost ${formatUsd(expectedUsd)}, worst case ${worst}`;
}
