import type {
  ExplainedModel,
  Explanation,
} from '../../learn/evaluate/diagnose/explain-decision.js';
import type { Counterfactual } from '../../learn/evaluate/diagnose/find-counterfactuals.js';
import type { Decision } from '../../policy/decide/decision.js';
import type { Policy } from '../../policy/file/policy.js';
import {
  formatCostPerThousand,
  formatDuration,
  formatPercent,
  formatPercentPair,
  formatQuality,
  formatQualityChange,
  formatRange,
} from '../../util/format-number.js';
import { escapeControls, formatTable, print, textColumn } from './print.js';

/** Prints the explanation of a decision: ranges, words, and what would change the choice. */
export function printExplanation(
  explanation: Explanation,
  decision: Decision,
  policy: Policy,
): void {
  print();
  printRanges(explanation.models);
  print();
  printFeatures(explanation, decision);
  print('  What would change the choice:');
  for (const line of listChanges(explanation, decision, policy)) {
    print(escapeControls(`    ${line}`));
  }
}

function printRanges(models: readonly ExplainedModel[]): void {
  print(
    formatTable(
      [
        textColumn('model'),
        'quality, by likely task',
        'cost per 1,000, by likely task',
        'latency, median to p95',
      ],
      models.map((model) => [
        model.model,
        formatEnds(model.qualityRange, formatQuality),
        formatEnds(model.costRangeUsd, formatCostPerThousand),
        formatEnds(model.latencyRangeMs, formatDuration),
      ]),
    ),
  );
}

function printFeatures(
  { comparedWith, lead, features, models }: Explanation,
  { task: [likeliest] }: Decision,
): void {
  if (comparedWith === null || lead === null) return;
  const task =
    likeliest === undefined ? '' : `: ${likeliest.task} ${formatPercent(likeliest.probability)}`;
  print(escapeControls(`  Effect on the quality of ${models[0]?.model} over ${comparedWith}:`));
  print(escapeControls(`    ${formatQualityChange(lead.task)}  the task${task}`));
  print(`    ${formatQualityChange(lead.prompt)}  the words and the shape of this prompt`);
  print(`    ${formatQualityChange(lead.total)}  both, the difference`);
  if (features.length > 0) print('  The difference would be lower without one of these by:');
  for (const { feature, kind, effect } of features) {
    const name = kind === 'word' ? `"${feature}"` : `(${feature})`;
    print(escapeControls(`    ${formatQualityChange(effect)}  ${name}`));
  }
  print();
}

function listChanges(
  { counterfactuals, distrust, models }: Explanation,
  decision: Decision,
  policy: Policy,
): string[] {
  const changes = decision.excluded.map(
    ({ model, reason }) => `${model}: it would have to be eligible first (${reason})`,
  );
  if (distrust === 'novel_prompt') {
    const [novelty, limit] = formatPercentPair(decision.novelty, policy.noveltyLimit);
    return [
      `words that the policy knows: ${novelty} are unknown, at most ${limit} are allowed`,
      ...changes,
    ];
  }
  if (distrust === 'uncertain_task') {
    const objective = policy.objectives.find(({ name }) => name === decision.objective);
    const [confidence, limit] = formatPercentPair(
      decision.confidence,
      objective?.confidenceLimit ?? 0,
    );
    return [
      `a clearer task, or more words: confidence is ${confidence}, at least ${limit} is needed`,
      ...changes,
    ];
  }
  return [...counterfactuals.map((item) => describeChange(item, models)), ...changes];
}

function describeChange(
  { model, qualityMore, costLessUsd, latencyLessMs }: Counterfactual,
  models: readonly ExplainedModel[],
): string {
  const costUsd = models.find((item) => item.model === model)?.costUsd ?? 0;
  const share = costUsd > 0 ? ` (${formatPercent((costLessUsd ?? 0) / costUsd)})` : '';
  const ways = [
    ...(qualityMore === null ? [] : [`${formatQuality(qualityMore)} more quality`]),
    ...(costLessUsd === null
      ? []
      : [`${formatCostPerThousand(costLessUsd)} less cost per 1,000 requests${share}`]),
    ...(latencyLessMs === null ? [] : [`${formatDuration(latencyLessMs)} less latency`]),
  ];
  return `${model}: ${ways.length === 0 ? 'no change of its estimates alone' : ways.join(', or ')}`;
}

/** A range, or a single number where both ends are shown alike. */
function formatEnds(
  range: readonly [number, number] | null,
  format: (value: number | null) => string,
): string {
  const [low, high] = range ?? [null, null];
  return format(low) === format(high) ? format(low) : formatRange({ low, high }, format);
}
