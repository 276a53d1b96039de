import { describePrompts } from '../../learn/evaluate/verdict/describe-folds.js';
import type {
  ComparedSide,
  ObjectiveDifference,
  PolicyComparison,
  TaskDifference,
} from '../../learn/evaluate/compare/compare-policies.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDifference,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatWhole,
  unknownMark,
} from '../../util/format-number.js';
import { printSkippedPrompts } from './print-evaluation.js';
import { printPolicyWarnings, printPromptsWithoutOutcome } from './print-policy-evaluation.js';
import {
  describeSimulated,
  formatTable,
  print,
  printJson,
  printWarning,
  printWrapped,
  textColumn,
} from './print.js';

/** Tasks listed per objective; `--json` lists all. */
const maxTasks = 8;

/** Prints the differences of two policies on a run, and warns of what limits the numbers. */
export function printPolicyComparison(comparison: PolicyComparison, json: boolean): void {
  printWarnings(comparison);
  if (json) {
    printJson(comparison);
    return;
  }
  if (comparison.simulated) print(describeSimulated());
  print(`First:  ${comparison.first.policyDigest}`);
  print(`Second: ${comparison.second.policyDigest}`);
  printWrapped(
    `On ${describePrompts(comparison)}; differences are the second policy minus the first.`,
  );
  printPromptsWithoutOutcome(comparison.promptsWithoutOutcome);
  print();
  print(formatObjectives(comparison.objectives));
  printWrapped(
    'Costs are per 1,000 requests, latencies are means. In brackets: 95 % intervals, ' +
      'paired, over groups of near-duplicates.',
    2,
  );
  printSkippedPrompts(
    Math.max(0, ...comparison.objectives.map(({ unknownOutcomes }) => unknownOutcomes)),
  );
  printWithoutModel(comparison.objectives);
  for (const objective of comparison.objectives) printObjective(objective);
}

/** Prints how many prompts are left out because one of the policies has no model for them. */
function printWithoutModel(objectives: readonly ObjectiveDifference[]): void {
  const [first, second] = (['first', 'second'] as const).map((side) =>
    Math.max(0, ...objectives.map((one) => one[side].promptsWithoutModel)),
  ) as [number, number];
  if (first + second === 0) return;
  printWrapped(
    `NO MODEL: by the capabilities and context windows of its models, the first policy cannot take ${formatCount(first, 'prompt')}, ` +
      `the second ${formatWhole(second)}. Quality, cost and latency cover the prompts that both can take.`,
    2,
    4,
  );
}

function printWarnings(comparison: PolicyComparison): void {
  const { first, second, onlyInFirst, onlyInSecond } = comparison;
  const { modelsOnlyInFirst, modelsOnlyInSecond } = comparison;
  if (first.policyDigest === second.policyDigest) printWarning('the two policies are the same.');
  comparison.leftOut.forEach(printWarning);
  printPolicyWarnings(first, 'the first policy');
  printPolicyWarnings(second, 'the second policy');
  const lists: readonly (readonly [statement: string, names: readonly string[]])[] = [
    ['the second policy cannot choose', modelsOnlyInFirst],
    ['the first policy cannot choose', modelsOnlyInSecond],
    ['not compared, because the second policy has no such objective:', onlyInFirst],
    ['not compared, because the first policy has no such objective:', onlyInSecond],
  ];
  for (const [statement, names] of lists) {
    if (names.length > 0) printWarning(`${statement} ${names.join(', ')}.`);
  }
}

function formatObjectives(objectives: readonly ObjectiveDifference[]): string {
  const arrow = (
    { first, second }: ObjectiveDifference,
    format: (side: ComparedSide) => string,
  ): string => {
    const [before, after] = [format(first), format(second)];
    return before === after ? before : `${before} -> ${after}`;
  };
  return formatTable(
    [
      textColumn('objective'),
      'differing',
      'quality',
      'difference',
      'cost per 1,000',
      'cost saved',
      'latency',
      'latency saved',
    ],
    objectives.map((item) => [
      item.objective,
      formatPercent(item.differing),
      arrow(item, ({ quality }) => formatQuality(quality)),
      formatDifference(item.qualityDifference),
      arrow(item, ({ costUsd }) => formatCostPerThousand(costUsd)),
      formatShareInterval(item.costSaved),
      arrow(item, ({ latencyMs }) => formatDuration(latencyMs)),
      formatShareInterval(item.latencySaved),
    ]),
  );
}

function printObjective({ objective, first, second, tasks }: ObjectiveDifference): void {
  print();
  print(
    formatTable(
      [textColumn(`${objective}: share of prompts`), 'first', 'second'],
      listModels(first, second).map((model) => [
        model,
        formatShareOf(model, first),
        formatShareOf(model, second),
      ]),
    ),
  );
  const differing = tasks.filter((task) => task.differing > 0);
  if (differing.length > 0) print(formatTasks(objective, differing.slice(0, maxTasks)));
  const more = differing.length - maxTasks;
  if (more > 0) print(`  ... and ${formatCount(more, 'more task')}. Use --json to list all.`);
}

function formatTasks(objective: string, tasks: readonly TaskDifference[]): string {
  return formatTable(
    [
      textColumn(`${objective}: tasks that differ most`),
      'prompts',
      'differing',
      'quality difference',
    ],
    tasks.map(({ task, prompts, differing, qualityDifference }) => [
      task ?? '(no label)',
      formatWhole(prompts),
      formatPercent(differing),
      formatDifference(qualityDifference),
    ]),
  );
}

/** The models that either policy uses, by their larger share. */
function listModels(first: ComparedSide, second: ComparedSide): string[] {
  const shares = [...first.shares, ...second.shares].sort((a, b) => b.share - a.share);
  return [...new Set(shares.map(({ model }) => model))];
}

function formatShareOf(model: string, { shares }: ComparedSide): string {
  const share = shares.find((item) => item.model === model)?.share;
  return share === undefined ? unknownMark : formatPercent(share);
}
