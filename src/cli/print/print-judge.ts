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
  const unpriced =
    spend.unpriced === 0 ? '' : `, ${formatWhole(spend.unpriced)} of them without a known cost`;
  return `Judge: ${formatCount(spend.calls, 'call')}, ${formatUsd(spend.costUsd)}${unpriced}; not included in the models' costs.`;
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
