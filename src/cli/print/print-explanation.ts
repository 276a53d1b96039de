import type {
  Counterfactual,
  Explanation,
  ExplainedModel,
} from '../../learn/evaluate/diagnose/explain-decision.js';
import type { Policy } from '../../policy/file/policy.js';
import type { Decision } from '../../policy/decide/decision.js';
import { formatDuration, formatPercent, formatQuality, formatUsd } from './format-number.js';
import { formatTable } from './format-table.js';
import { escapeControls, print } from './print.js';

/** Prints what a decision rests on, after the decision itself. */
export function printExplanation(
  explanation: Explanation,
  decision: Decision,
  policy: Policy,
): void {
  const { comparedWith, features, models, counterfactuals } = explanation;
  print();
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'quality, by likely task' },
        { title: 'cost, by likely task' },
        { title: 'latency, median to p95' },
      ],
      models.map((model) => [
        model.model,
        formatRange(model.qualityRange, formatQuality),
        formatRange(model.costRangeUsd, formatUsd),
        formatRange(model.latencyRangeMs, formatDuration),
      ]),
    ),
  );
  print();
  if (comparedWith !== null && features.length > 0) {
    print(escapeControls(`  What spoke for ${models[0]?.model} over ${comparedWith}, in quality:`));
    for (const { feature, kind, effect } of features) {
      const sign = effect < 0 ? '-' : '+';
      const name = kind === 'word' ? `"${feature}"` : `(${feature})`;
      print(escapeControls(`    ${sign}${formatQuality(Math.abs(effect))}  ${name}`));
    }
    print();
  }
  print('  What would have changed the choice:');
  const isGuarded = decision.reason === 'novel_prompt' || decision.reason === 'uncertain_task';
  const changes = isGuarded ? [] : describeChanges(counterfactuals, models);
  for (const line of changes) print(escapeControls(`    ${line}`));
  if (decision.reason === 'novel_prompt') {
    print(
      `    words that training knows: ${formatPercent(decision.novelty)} are unseen, and ${formatPercent(policy.noveltyLimit)} are allowed`,
    );
  }
  if (decision.reason === 'uncertain_task') {
    const limit = policy.objectives.find(({ name }) => name === decision.objective);
    print(
      `    a clearer task, or more of its words: confidence is ${formatPercent(decision.confidence)}, and ${formatPercent(limit?.confidenceLimit ?? 0)} is needed`,
    );
  }
  for (const { model, reason } of decision.excluded) {
    print(escapeControls(`    ${model}: first of all not being excluded (${reason})`));
  }
}

function describeChanges(
  counterfactuals: readonly Counterfactual[],
  models: readonly ExplainedModel[],
): string[] {
  return counterfactuals.map(({ model, qualityMore, costLessUsd, latencyLessMs }) => {
    const costUsd = models.find((item) => item.model === model)?.costUsd ?? 0;
    const share = costUsd > 0 ? ` (-${formatPercent((costLessUsd ?? 0) / costUsd)})` : '';
    const ways = [
      ...(qualityMore === null ? [] : [`${formatQuality(qualityMore)} more quality`]),
      ...(costLessUsd === null ? [] : [`${formatUsd(costLessUsd)} less cost${share}`]),
      ...(latencyLessMs === null ? [] : [`${formatDuration(latencyLessMs)} less latency`]),
    ];
    return `${model}: ${ways.length === 0 ? 'no change of its estimates alone' : ways.join(', or ')}`;
  });
}

function formatRange(
  range: readonly [number, number] | null,
  format: (value: number | null) => string,
): string {
  if (range === null) return format(null);
  const [low, high] = range.map((value) => format(value));
  return low === high ? (low as string) : `${low} to ${high}`;
}
