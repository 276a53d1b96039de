import type { PolicyReport } from '../../policy/decide/apply-roster.js';
import type { Decision } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { findPolicyObjective } from '../../policy/decide/resolve-objective.js';
import type { Policy } from '../../policy/file/policy.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDuration,
  formatPercent,
  formatPercentPair,
  formatQuality,
} from '../../util/format-number.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printNotice,
  printWrapped,
  style,
  textColumn,
} from './print.js';

type Chosen = Extract<Decision, { kind: 'chosen' }>;

/**
 * Prints a decision: the model on the first line, then the reasons.
 *
 * @param givenTask the task that the caller named, if any
 */
export function printDecision(decision: Chosen, policy: Policy, givenTask?: string): void {
  const { model, explanation, reason, objective, ranked, excluded, task } = decision;
  print(style('bold', escapeControls(model)));
  print(escapeControls(`  ${explanation} (${reason}, objective "${objective}")`));
  if (decision.simulated) print(`  ${describeSimulated()}`);
  print();
  print(
    formatTable(
      [textColumn('model'), 'quality', 'cost per 1,000', 'median latency', 'utility'],
      ranked.map((item) => [
        item.model,
        formatQuality(item.quality),
        formatCostPerThousand(item.costUsd),
        formatDuration(item.latencyMs),
        formatQuality(item.utility),
      ]),
    ),
  );
  print(
    '  Estimates for this prompt; costs are for 1,000 requests like it.\n' +
      '  Utility is quality minus weighted cost and latency.',
  );
  for (const item of excluded) print(escapeControls(`  excluded: ${item.model}, ${item.reason}`));
  print();
  if (task.length > 0) {
    const names = task.slice(0, 4).map((item) => `${item.task} ${formatPercent(item.probability)}`);
    print(escapeControls(`  looks like: ${names.join(', ')}`));
  }
  const { confidenceLimit = 0 } = findPolicyObjective(policy, objective) ?? {};
  // The next best model serves where the baseline would have, but is excluded.
  const isUncertain =
    reason === 'next_best' &&
    decision.confidence < confidenceLimit &&
    !isKnownTask(policy, givenTask);
  if (reason === 'uncertain_task' || isUncertain) {
    const [confidence, limit] = formatPercentPair(decision.confidence, confidenceLimit);
    printWrapped(
      `certainty: ${confidence}, below the ${limit} that "${objective}" ` +
        'needs: the chance of the likeliest task, lower where words are unknown to it',
      2,
      4,
    );
  }
  printNovelty(decision, policy, givenTask);
}

/** A constant scorer reads no words, so that none are unknown to it. */
function printNovelty(
  { novelty, reason, objective, excluded }: Chosen,
  policy: Policy,
  givenTask: string | undefined,
): void {
  if (policy.scorer.kind === 'constant') return;
  const [unknown, noveltyLimit] = formatPercentPair(novelty, policy.noveltyLimit);
  const isLimited =
    reason !== 'named_model' &&
    findPolicyObjective(policy, objective)?.constantModel === undefined &&
    !isKnownTask(policy, givenTask);
  const isBaselineOut = excluded.some(({ model }) => model === policy.baseline);
  const used = isBaselineOut ? 'the best eligible model by mean quality' : 'the baseline';
  const limit = isLimited ? `; above ${noveltyLimit} ${used} is used` : '';
  printWrapped(`novelty: ${unknown} of the words are unknown${limit}`, 2, 4);
}

/** Whether the caller named a task of the policy, so that neither novelty nor certainty counts. */
function isKnownTask({ tasks }: Policy, givenTask: string | undefined): boolean {
  return givenTask !== undefined && tasks.includes(givenTask);
}

/** Says what loading a policy reported about its models. */
export function printPolicyReports({ reports }: Pick<LoadedPolicy, 'reports'>): void {
  for (const report of reports) printNotice(escapeControls(describePolicyReport(report)));
}

/** One report, as a sentence. */
function describePolicyReport({ model, kind, ageDays }: PolicyReport): string {
  switch (kind) {
    case 'unknown_model':
      return `${model}: the policy does not know this model.`;
    case 'unavailable_model':
      return `${model}: not available, skipped.`;
    case 'stale_price':
      return `${model}: its price is ${formatCount(ageDays ?? 0, 'day')} old.`;
    case 'undated_price':
      return `${model}: its price has no valid date.`;
    case 'price_not_used':
      return `${model}: the policy holds no tokens of this model, so a new price changes nothing.`;
  }
}
