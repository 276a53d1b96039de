import type {
  ComparedSide,
  ObjectiveDifference,
  PolicyComparison,
  TaskDifference,
} from '../../learn/evaluate/compare/compare-policies.js';
import {
  formatCount,
  formatDifference,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatUsd,
  unknownMark,
} from './format-number.js';
import { formatTable } from './format-table.js';
import { printPolicyWarnings, printWarning } from './policy-warnings.js';
import { describeSimulated, escapeControls, print, printJson } from './print.js';

/** Tasks that are listed per objective; `--json` has them all. */
const maxTasks = 8;

/** Prints what changes from one policy to another, and warns of what makes the numbers less. */
export function printPolicyComparison(comparison: PolicyComparison, json: boolean): void {
  printWarnings(comparison);
  if (json) {
    printJson(comparison);
    return;
  }
  if (comparison.simulated) print(describeSimulated());
  print(`First:  ${comparison.first.policyDigest}`);
  print(`Second: ${comparison.second.policyDigest}`);
  print(
    `On ${formatCount(comparison.prompts, 'prompt')}; differences are of the second from the first.`,
  );
  print();
  print(formatObjectives(comparison.objectives));
  print('  In brackets: 95 % intervals, paired bootstrap over groups.');
  const unknown = Math.max(...comparison.objectives.map((item) => item.unknownOutcomes));
  if (unknown > 0) {
    print(`  Up to ${formatCount(unknown, 'prompt')} left out: outcome not recorded.`);
  }
  for (const objective of comparison.objectives) printObjective(objective);
}

function printWarnings(comparison: PolicyComparison): void {
  const { first, second, onlyInFirst, onlyInSecond } = comparison;
  const { modelsOnlyInFirst, modelsOnlyInSecond } = comparison;
  if (first.policyDigest === second.policyDigest) printWarning('the two are the same policy.');
  printPolicyWarnings(first, 'the first policy');
  printPolicyWarnings(second, 'the second policy');
  const warn = (what: string, names: readonly string[]): void => {
    if (names.length > 0) printWarning(`${what} ${names.join(', ')}.`);
  };
  warn('the second policy cannot choose', modelsOnlyInFirst);
  warn('the first policy cannot choose', modelsOnlyInSecond);
  warn('not compared, since the second policy has no objective', onlyInFirst);
  warn('not compared, since the first policy has no objective', onlyInSecond);
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
      { title: 'objective', align: 'left' },
      { title: 'differing' },
      { title: 'quality' },
      { title: 'difference' },
      { title: 'cost/request' },
      { title: 'cost saved' },
      { title: 'latency' },
      { title: 'latency saved' },
    ],
    objectives.map((item) => [
      item.objective,
      formatPercent(item.differing),
      arrow(item, ({ quality }) => formatQuality(quality)),
      formatDifference(item.qualityDifference),
      arrow(item, ({ costUsd }) => formatUsd(costUsd)),
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
      [
        { title: escapeControls(`${objective}: share of prompts`), align: 'left' },
        { title: 'first' },
        { title: 'second' },
      ],
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
  if (more > 0) print(`  and ${formatCount(more, 'other task')}; --json has them all.`);
}

function formatTasks(objective: string, tasks: readonly TaskDifference[]): string {
  return formatTable(
    [
      { title: escapeControls(`${objective}: tasks that differ most`), align: 'left' },
      { title: 'prompts' },
      { title: 'differing' },
      { title: 'quality difference' },
    ],
    tasks.map(({ task, prompts, differing, qualityDifference }) => [
      task ?? '(no label)',
      String(prompts),
      formatPercent(differing),
      formatDifference(qualityDifference),
    ]),
  );
}

/** The models that either uses, by their greater share. */
function listModels(first: ComparedSide, second: ComparedSide): string[] {
  const shares = [...first.shares, ...second.shares].sort((a, b) => b.share - a.share);
  return [...new Set(shares.map(({ model }) => model))];
}

function formatShareOf(model: string, { shares }: ComparedSide): string {
  const share = shares.find((item) => item.model === model)?.share;
  return share === undefined ? unknownMark : formatPercent(share);
}
