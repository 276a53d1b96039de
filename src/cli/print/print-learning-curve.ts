import { relevantDifference, type LearningCurve } from '../../learn/evaluate/learning-curve.js';
import { formatCount, formatDifference, formatWhole } from '../../util/format-number.js';
import { formatTable, print, printWrapped, textColumn } from './print.js';

/** Prints what routing for quality gains by the number of training prompts, and for which tasks more would tell models apart. */
export function printLearningCurve(curve: LearningCurve): void {
  print('What routing for quality gains by the number of training prompts:');
  print(
    formatTable(
      ['training prompts', 'vs. baseline', 'all prompts add'],
      curve.points.map(({ prompts, gain, missing }, index) => [
        formatWhole(prompts),
        formatDifference(gain),
        index === curve.points.length - 1 ? '' : formatDifference(missing),
      ]),
    ),
  );
  printWrapped(describeEnough(curve));
  print();
  print('Whether the prompts of a task tell its two best models apart:');
  print(
    formatTable(
      [textColumn('task'), 'prompts', textColumn('best two'), 'difference', 'needed'],
      curve.tasks.map(({ task, prompts, best, second, difference, promptsNeeded }) => [
        task ?? '(no label)',
        formatWhole(prompts),
        `${best}, ${second}`,
        formatDifference(difference),
        promptsNeeded === null ? '-' : formatWhole(promptsNeeded),
      ]),
    ),
  );
  printWrapped(
    `"needed" is how many prompts of the task would show a difference of ${relevantDifference} with 80 % probability.`,
  );
}

function describeEnough({
  points,
  enoughPrompts,
  leavesModel,
  relevantLoss,
}: LearningCurve): string {
  const last = points.at(-1)?.prompts ?? 0;
  if (points.length < 2) {
    return `${formatCount(last, 'training prompt')} ${last === 1 ? 'is' : 'are'} too few for a curve.`;
  }
  if (!leavesModel) {
    return 'Routing never left one model at these sizes, so they do not show whether more prompts pay.';
  }
  if (enoughPrompts === null) {
    return `With fewer than ${formatCount(last, 'training prompt')}, quality may be lower by ${relevantLoss} or more: more prompts may still pay.`;
  }
  return `From ${formatCount(enoughPrompts, 'training prompt')} on, more of them add less than ${relevantLoss}: more prompts are unlikely to pay.`;
}
