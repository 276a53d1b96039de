import type { AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import { readSplit } from '../../learn/adaptive/bind-split.js';
import { estimateAdaptive, type AdaptiveEstimate } from '../../learn/adaptive/estimate-adaptive.js';
import { createStartFilter, describeRepeats } from '../../learn/repeats/repeat-problem.js';
import { estimateRepeats } from '../../learn/repeats/repeat-record.js';
import { estimateSweep, type SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import { readJudge, type JudgeChoice } from '../../measure/sweep/grading-tools.js';
import { planSweep } from '../../measure/sweep/plan-sweep.js';
import { readPlanSettings, type SweepSettings } from '../../measure/sweep/run-sweep.js';
import { printJson } from '../print/print.js';
import { printEstimate } from '../print/print-estimate.js';
import type { SweepChoice } from '../options/repeats-option.js';

/** Prints what a sweep would cost, without calling any model or writing anything. */
export async function printDryRun(
  settings: SweepSettings,
  { adaptive, autoRepeats }: SweepChoice,
  { json, ...grading }: JudgeChoice & { readonly json: boolean },
): Promise<void> {
  const judge = await readJudge(grading);
  const estimate = await estimateSweep(settings, undefined, judge);
  const likely = adaptive && (await estimateAdaptively(settings, estimate, adaptive));
  const start = (plan: Parameters<typeof describeRepeats>[0]): ((number: number) => boolean) =>
    createStartFilter(describeRepeats(plan));
  const repeats =
    autoRepeats === true
      ? estimateRepeats(await estimateSweep(settings, start), estimate)
      : undefined;
  if (json) {
    printJson({ ...estimate, ...(likely && { adaptive: likely }), ...(repeats && { repeats }) });
  } else printEstimate(estimate, settings.budgetUsd, { adaptive: likely, repeats });
}

async function estimateAdaptively(
  settings: SweepSettings,
  full: SweepEstimate,
  adaptive: AdaptiveSettings,
): Promise<AdaptiveEstimate> {
  const plan = planSweep(readPlanSettings(settings));
  const split = await readSplit(settings.runDirectory, plan, adaptive.seed);
  return estimateAdaptive(plan, full, { ...adaptive, split });
}
