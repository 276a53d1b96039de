import type {
  ObjectiveTraffic,
  PolicyDiff,
  TrafficDifference,
} from '../../learn/evaluate/compare/diff-policies.js';
import { formatCount, formatPercent } from './format-number.js';
import { formatTable } from './format-table.js';
import { escapeControls, print, printJson } from './print.js';

const maxTasks = 10;
const noModel = '(no feasible model)';

/** Prints what changes between two policies: in the files, and in the traffic. */
export function printPolicyDiff(diff: PolicyDiff, json: boolean): void {
  if (json) {
    printJson(diff);
    return;
  }
  print(`first   ${diff.first}`);
  print(`second  ${diff.second}`);
  print(diff.first === diff.second ? 'The two are the same policy.' : '');
  for (const change of diff.changes) print(escapeControls(`  ${change}`));
  print(`On ${formatCount(diff.prompts, 'prompt')}, by what each policy decides:`);
  for (const objective of diff.objectives) printObjective(objective);
}

function printObjective({ objective, moves, tasks, ...traffic }: ObjectiveTraffic): void {
  print();
  print(escapeControls(`${objective}: ${formatPercent(traffic.differing)} go elsewhere`));
  print(
    formatTable(
      [{ title: 'model', align: 'left' }, { title: 'first' }, { title: 'second' }],
      traffic.shares.map(({ model, first, second }) => [
        model ?? noModel,
        formatPercent(first),
        formatPercent(second),
      ]),
    ),
  );
  for (const { from, to, share } of moves) {
    print(escapeControls(`  ${from ?? noModel} -> ${to ?? noModel}: ${formatPercent(share)}`));
  }
  const differing = tasks.filter((task) => task.differing > 0);
  if (differing.length === 0) return;
  print(
    formatTable(
      [
        { title: 'task', align: 'left' },
        { title: 'prompts' },
        { title: 'elsewhere' },
        { title: 'first -> second', align: 'left' },
      ],
      differing
        .slice(0, maxTasks)
        .map((task) => [
          task.task,
          String(task.prompts),
          formatPercent(task.differing),
          describeShares(task),
        ]),
    ),
  );
  const more = differing.length - maxTasks;
  if (more > 0) print(`  and ${formatCount(more, 'other task')}; --json has them all.`);
}

function describeShares({ shares }: TrafficDifference): string {
  return shares
    .filter(({ first, second }) => first !== second)
    .map(
      ({ model, first, second }) =>
        `${model ?? noModel} ${formatPercent(first)} -> ${formatPercent(second)}`,
    )
    .join(', ');
}
