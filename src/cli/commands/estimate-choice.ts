import type { AdaptiveSettings } from '../../learn/adaptive/adaptive-source.js';
import { readSplit } from '../../learn/adaptive/bind-split.js';
import { estimateAdaptive, type AdaptiveEstimate } from '../../learn/adaptive/estimate-adaptive.js';
import { createStartFilter, describeRepeats } from '../../learn/repeats/repeat-problem.js';
import { estimateRepeats, type RepeatEstimate } from '../../learn/repeats/repeat-record.js';
import type { PoolModel } from '../../measure/models/model.js';
import { estimateSweep, type SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import { planSweep } from '../../measure/sweep/plan-sweep.js';
import { readPlanSettings, type SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepChoice } from '../options/repeats-option.js';

/** What a sweep costs if it calls every cell, and what one that decides itself is likely to call. */
export interface ChoiceEstimate {
  readonly full: SweepEstimate;
  /** Of an adaptive sweep. */
  readonly adaptive?: AdaptiveEstimate;
  /** Of a sweep that decides about repeats. */
  readonly repeats?: RepeatEstimate;
}

/** Estimates a sweep with its judge, without calling any model or writing anything. */
export async function estimateChoice(
  settings: SweepSettings,
  { adaptive, autoRepeats }: SweepChoice,
  judge: PoolModel | undefined,
): Promise<ChoiceEstimate> {
  const full = await estimateSweep(settings, undefined, judge);
  if (autoRepeats === true) {
    const start = (plan: Parameters<typeof describeRepeats>[0]): ((number: number) => boolean) =>
      createStartFilter(describeRepeats(plan));
    return { full, repeats: estimateRepeats(await estimateSweep(settings, start, judge), full) };
  }
  return adaptive === undefined
    ? { full }
    : { full, adaptive: await estimateAdaptively(settings, full, adaptive) };
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
