import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import type {
  Delivery,
  DeliveredObjective,
} from '../../learn/evaluate/delivery/compute-delivery.js';
import type { StrategyResult } from '../../learn/evaluate/strategies/compare-strategies.js';
import type { UnseenTasksEvaluation } from '../../learn/train/evaluate-unseen-tasks.js';
import type { Advice } from '../../learn/evaluate/verdict/compute-advice.js';
import {
  describeFolds,
  describePrompts,
  type FoldCounts,
} from '../../learn/evaluate/verdict/describe-folds.js';
import { describeAdvice } from '../../learn/evaluate/verdict/describe-advice.js';
import { findObjective, nameReference } from '../../learn/evaluate/strategies/strategy-id.js';
import type { Verdict } from '../../policy/file/policy.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDifference,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
} from '../../util/format-number.js';
import { wrapText } from '../../util/wrap-text.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printWrapped,
  style,
  textColumn,
} from './print.js';
import { printPromptsWithoutModel } from './print-without-model.js';

/** Prints how the prompts were held out, and the verdict. */
export function printVerdict(
  evaluation: FoldCounts &
    Pick<
      Evaluation,
      | 'prompts'
      | 'effectivePrompts'
      | 'promptsWithoutModel'
      | 'groups'
      | 'leakedGroups'
      | 'simulated'
      | 'advice'
    >,
): void {
  const { groups, leakedGroups, simulated, advice } = evaluation;
  if (simulated) print(describeSimulated());
  const leaks =
    leakedGroups === 0
      ? 'No group is on both sides of a split.'
      : `${formatCount(leakedGroups, 'group')} on both sides of a split.`;
  printWrapped(
    `${describeFolds(evaluation)}: ${describePrompts(evaluation)} in ${formatCount(groups, 'group')} of near-duplicates. ${leaks}`,
  );
  printPromptsWithoutModel(evaluation.promptsWithoutModel);
  printAdvice(advice);
}

/** Prints the verdict, and what to do where it is not to route. */
export function printAdvice(advice: Advice): void {
  const { verdict, reason, action, detail } = describeAdvice(advice);
  const color = verdict === 'ROUTE' ? 'green' : 'yellow';
  const [first = '', ...others] = wrapText(escapeControls(`VERDICT: ${verdict} - ${reason}`), 78);
  print(style(['bold', color], first));
  for (const line of others) print(style(['bold', color], `  ${line}`));
  if (action !== undefined) printWrapped(action, 0);
  if (detail !== undefined) printWrapped(detail, 2);
}

/** Prints the strategies with their paired differences from what routing is compared with. */
export function printStrategies({
  strategies,
}: {
  readonly strategies: readonly StrategyResult[];
}): void {
  print(
    formatTable(
      [
        textColumn('strategy'),
        'quality',
        nameReference(strategies) === 'baseline' ? 'vs. baseline' : 'vs. best single',
        'cost per 1,000',
        'cost saved',
        'latency',
      ],
      strategies.map((strategy) => [
        strategy.name,
        formatQuality(strategy.quality),
        formatDifference(strategy.qualityDifference),
        formatCostPerThousand(strategy.costUsd),
        formatShareInterval(strategy.costSaved),
        formatDuration(strategy.latencyMs),
      ]),
    ),
  );
  printWrapped(
    'Costs are per 1,000 requests, latencies are means. In brackets: 95 % intervals, ' +
      'paired, over groups of near-duplicates.',
    2,
  );
  printSkippedPrompts(Math.max(0, ...strategies.map(({ unknownOutcomes }) => unknownOutcomes)));
  printShares(strategies, null);
}

/**
 * Prints the strategies that a policy file is compared with, and which models it chooses how often.
 * Without a file, prints the routed strategies, too.
 */
export function printComparison({
  strategies,
  delivery,
}: Pick<Evaluation, 'strategies' | 'delivery'>): void {
  if (delivery === null) {
    printStrategies({ strategies });
    return;
  }
  print(style('bold', 'Other ways to choose, on held-out prompts:'));
  printStrategies({ strategies: strategies.filter(({ kind }) => kind !== 'routed') });
  printShares(strategies, delivery);
}

/** Prints which models were chosen how often, and where the policy file chooses otherwise. */
function printShares(strategies: readonly StrategyResult[], delivery: Delivery | null): void {
  for (const { name, kind, shares } of strategies) {
    if (kind !== 'routed') continue;
    const objective = findObjective(name);
    const delivered = delivery?.objectives.find((own) => own.objective === objective);
    printWrapped(`${name}: ${describeShares(shares)}${describeUse(delivered)}`, 2, 4);
  }
}

/** What the file does instead where it has one model for an objective. */
function describeUse(delivered: DeliveredObjective | undefined): string {
  const only = delivered?.model ?? null;
  if (delivered === undefined || only === null) return '';
  const use =
    delivered.promptsBeyondModel === 0 ? `only ${only}` : `${only} wherever that can answer`;
  return ` (as tested; the file uses ${use})`;
}

/** Prints how many prompts a comparison skips at most. */
export function printSkippedPrompts(count: number): void {
  if (count === 0) return;
  const skipped = `Up to ${formatCount(count, 'prompt')} skipped: no recorded outcome.`;
  printWrapped(`${skipped} The means of what lacks more of them than others allow for that.`, 2, 2);
}

/** Prints the evidence for the verdict, by objective. */
export function printEvidence({ evidence }: Verdict): void {
  print(
    formatTable(
      [
        textColumn('objective'),
        textColumn('pays'),
        textColumn('hardest to beat'),
        'quality',
        'gain',
        'cost per 1,000',
        'its cost',
        'utility gain',
      ],
      evidence.map((item) => [
        item.objective,
        item.routes ? 'yes' : 'no',
        item.bestConstant,
        formatQuality(item.quality),
        formatDifference(item.qualityDifference),
        formatCostPerThousand(item.costUsd),
        formatCostPerThousand(item.constantCostUsd),
        formatDifference(item.utilityDifference),
      ]),
    ),
  );
  print(
    '  Routing pays where it beats every mix of single models: the interval of the\n' +
      '  utility gain is above 0.',
  );
}

/** Prints which model family was trained in each fold. */
export function printFamilies({ families }: Pick<Evaluation, 'families'>): void {
  if (families.length === 0) return;
  const names = families.map(({ name, folds }) => `${name} in ${formatCount(folds, 'fold')}`);
  printWrapped(`Model family, chosen on training prompts only: ${names.join(', ')}.`, 2);
}

/** Prints the results on tasks that were held out as a whole, in a line per objective. */
export function printUnseenTasks({
  groups,
  sharedGroups,
  strategies,
}: UnseenTasksEvaluation): void {
  print(
    `  On unseen tasks, held out in ${groups.length} folds, vs. the model used without routing:`,
  );
  if (sharedGroups > 0) {
    printWrapped(
      `    (not trained on: near-duplicates of held-out prompts in other tasks, ${formatCount(sharedGroups, 'group')})`,
    );
  }
  for (const { name, qualityDifference, costSaved } of strategies) {
    const saved = costSaved === null ? '' : `, cost saved ${formatShareInterval(costSaved)}`;
    print(`    ${name}: quality ${formatDifference(qualityDifference)}${saved}`);
  }
}

function describeShares(shares: StrategyResult['shares']): string {
  const shown = shares.slice(0, 6).map(({ model, share }) => `${model} ${formatPercent(share)}`);
  const more = shares.length > shown.length ? ', ...' : '';
  return shown.join(', ') + more;
}
