import { readJudge, type JudgeChoice } from '../../measure/sweep/grading-tools.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepChoice } from '../options/repeats-option.js';
import { printJson } from '../print/print.js';
import { printEstimate } from '../print/print-estimate.js';
import { estimateChoice } from './estimate-choice.js';

/** Prints what a sweep would cost, without calling any model or writing anything. */
export async function printDryRun(
  settings: SweepSettings,
  choice: SweepChoice,
  { json, ...grading }: JudgeChoice & { readonly json: boolean },
): Promise<void> {
  const { full, ...likely } = await estimateChoice(settings, choice, await readJudge(grading));
  if (json) printJson({ ...full, ...likely });
  else printEstimate(full, settings.budgetUsd, likely);
}
