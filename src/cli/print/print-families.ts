import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import type { UnseenTasksEvaluation } from '../../learn/train/evaluate-unseen-tasks.js';
import { formatCount, formatDifference, formatShareInterval } from './format-number.js';
import { print } from './print.js';

/** Prints what kind of model was trained in each fold. */
export function printFamilies({ families }: Pick<Evaluation, 'families'>): void {
  const names = families.map(({ name, folds }) => `${name} in ${formatCount(folds, 'fold')}`);
  if (names.length > 0)
    print(`  Model family, chosen without the held-out prompts: ${names.join(', ')}.`);
}

/** Prints, in a line per objective, what routing does to prompts of tasks it was not trained on. */
export function printUnseenTasks({ groups, strategies }: UnseenTasksEvaluation): void {
  print(
    `  On tasks left out of training, in ${groups.length} turns, against the best single model:`,
  );
  for (const { name, qualityDifference, costSaved } of strategies) {
    const saved = costSaved === null ? '' : `, cost saved ${formatShareInterval(costSaved)}`;
    print(`    ${name}: quality ${formatDifference(qualityDifference)}${saved}`);
  }
}
