import type {
  ObjectiveTraffic,
  PolicyDiff,
  TrafficDifference,
} from '../../learn/evaluate/compare/diff-policies.js';
import { formatCount, formatPercent, formatWhole } from '../../util/format-number.js';
import { escapeControls, formatTable, print, printJson, textColumn } from './print.js';

const maxTasks = 10;
/** Stands for the model where the policy can choose none. */
export const noModelText = '(no feasible model)';

/** Prints the differences of two policies: in the files, and in the routed traffic. */
export function printPolicyDiff(diff: PolicyDiff, json: boolean): void {
  if (json) {
    printJson(diff);
    return;
  }
  print(`first   ${diff.first}`);
  print(`second  ${diff.second}`);
  print(diff.first === diff.second ? 'The two policies are the same.' : '');
  for (const change of diff.changes) print(escapeControls(`  ${change}`));
  print(`Decisions on ${formatCount(diff.prompts, 'prompt')}:`);
  for (const objective of diff.objectives) printObjective(objective);
}

function printObjective({ objective, moves, tasks, ...traffic }: ObjectiveTraffic): void {
  print();
  print(escapeControls(`${objective}: ${formatPercent(traffic.differing)} are routed differently`));
  print(
    formatTable(
      [textColumn('model'), 'first', 'second'],
      traffic.shares.map(({ model, first, second }) => [
        model ?? noModelText,
        formatPercent(first),
        formatPercent(second),
      ]),
    ),
  );
  for (const { from, to, share } of moves) {
    print(
      escapeControls(`  ${from ?? noModelText} -> ${to ?? noModelText}: ${formatPercent(share)}`),
    );
  }
  const differing = tasks.filter((task) => task.differing > 0);
  if (differing.length === 0) return;
  print(
    formatTable(
      [textColumn('task'), 'prompts', 'differing', textColumn('first -> second')],
      differing
        .slice(0, maxTasks)
        .map((task) => [
          task.task,
          formatWhole(task.prompts),
          formatPercent(task.differing),
          describeShares(task),
        ]),
    ),
  );
  const more = differing.length - maxTasks;
  if (more > 0) print(`  ... and ${formatCount(more, 'more task')}. Use --json to list all.`);
}

function describeShares({ shares }: TrafficDifference): string {
  return shares
    .filter(({ first, second }) => first !== second)
    .map(
      ({ model, first, second }) =>
        `${model ?? noModelText} ${formatPercent(first)} -> ${formatPercent(second)}`,
    )
    .join(', ');
}
