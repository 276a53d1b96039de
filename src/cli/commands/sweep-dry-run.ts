import { readJudge, type JudgeChoice } from '../../measure/sweep/grading-tools.js';
import { withoutTimes } from '../../measure/sweep/estimate-sweep.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepChoice } from '../options/repeats-option.js';
import { printJson } from '../print/print.js';
import { printEstimate } from '../print/print-estimate.js';
import { estimateChoice } from './estimate-choice.js';

/** Prints what a sweep would cost, without calling any model or writing anything. */
export async function printDryRun(
  settings: SweepSettings,
  choice: SweepChoice,
  {
    json,
    isQueued,
    ...grading
  }: JudgeChoice & { readonly json: boolean; readonly isQueued: boolean },
): Promise<void> {
  const judge = await readJudge(grading);
  const { full, ...likely } = await estimateChoice(settings, choice, judge);
  const estimate = isQueued ? withoutTimes(full) : full;
  if (json) printJson({ ...estimate, ...likely });
  else printEstimate(estimate, settings.budgetUsd, { ...likely, isQueued });
}
