import type {
  DeliveredObjective,
  Delivery,
} from '../../learn/evaluate/delivery/compute-delivery.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDuration,
  formatPercent,
  formatQuality,
  formatQualityBound,
  formatQualityChange,
  formatRange,
} from '../../util/format-number.js';
import { escapeControls, formatTable, print, printWrapped, style, textColumn } from './print.js';

/**
 * Prints what a policy file delivers on new prompts: per objective a line of means and a line of
 * 95 % intervals.
 *
 * @param title says which file
 */
export function printDelivery({ baseline, objectives }: Delivery, title: string): void {
  print(style('bold', escapeControls(title)));
  print(
    formatTable(
      [textColumn('objective'), 'quality', 'difference', 'cost per 1,000', 'cost saved'],
      objectives.flatMap((objective) => [listMeans(objective), listRanges(objective)]),
    ),
  );
  for (const { objective, weighsLatency, latencySaved, latencyMs } of objectives) {
    if (!weighsLatency || latencySaved === null) continue;
    const saved = `${formatPercent(latencySaved.mean)} saved (${formatRange(latencySaved, formatPercent)})`;
    print(
      escapeControls(`  "${objective}" takes ${formatDuration(latencyMs)} on average: ${saved}.`),
    );
  }
  for (const { objective, model, promptsBeyondModel } of objectives) {
    if (promptsBeyondModel === 0) continue;
    const count = formatCount(promptsBeyondModel, 'prompt');
    printWrapped(
      `"${objective}": ${count} beyond what ${model} can take, sent to another model.`,
      2,
      4,
    );
  }
  for (const delivered of objectives) printUnknownOutcomes(delivered, baseline);
  print(escapeControls(`  Differences and savings are from ${baseline} for every prompt.`));
  print(
    '  Ranges are 95 % intervals for prompts like those of the run. They allow for\n' +
      '  which prompts were held out, and for fitting the file to more than the folds.',
  );
}

/** Prints for how many prompts no outcome was recorded, and what the figures do about them. */
function printUnknownOutcomes(
  { objective, model, promptsBeyondModel, unknownOutcomes }: DeliveredObjective,
  baseline: string,
): void {
  if (unknownOutcomes === 0) return;
  const count = formatCount(unknownOutcomes, 'prompt');
  const isAlone = model !== null && promptsBeyondModel === 0;
  const chosen = isAlone ? model : 'the chosen model';
  const whose = chosen === baseline ? baseline : `${chosen} or ${baseline}`;
  const use = isAlone
    ? `The means of ${model} allow for them: they are comparable with those of other models.`
    : `Differences and savings leave them out; the means are comparable with those of ${baseline}.`;
  printWrapped(`"${objective}": ${count} without an outcome of ${whose}. ${use}`, 2, 4);
}

function listMeans(delivered: DeliveredObjective): readonly string[] {
  const { objective, quality, qualityDifference, costUsd, costSaved } = delivered;
  return [
    objective,
    formatQuality(quality),
    formatQualityChange(qualityDifference.mean),
    formatCostPerThousand(costUsd),
    formatPercent(costSaved?.mean ?? null),
  ];
}

function listRanges(delivered: DeliveredObjective): readonly string[] {
  const { model, intervals, qualityDifference, costSaved } = delivered;
  return [
    model === null ? '  routes' : '  one model',
    formatRange(intervals.quality, formatQuality),
    formatRange(qualityDifference, formatQualityBound),
    formatRange(intervals.costUsd, formatCostPerThousand),
    formatRange(costSaved, formatPercent),
  ];
}
