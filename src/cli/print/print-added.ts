import type { AdditionEstimate } from '../commands/estimate-addition.js';
import { minImprovement, minStartPrompts } from '../../learn/adaptive/added/added-buyer.js';
import type { AddedModel } from '../../learn/adaptive/added/added-record.js';
import {
  formatCount,
  formatGainPoints,
  formatKnownUsd,
  formatPercent,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { describeJudgeEstimate } from './print-judge.js';
import { formatTable, print, printStyled, printWrapped, textColumn } from './print.js';

/** What adding a model is going to call and cost, in one sentence. */
export function describeAddedEstimate(estimate: AdditionEstimate): string {
  const { model, learningCalls, settledCalls, heldOutCalls, share, judge } = estimate;
  const [more, inAll] = settledCalls > 0 ? [' more', 'in all '] : ['', ''];
  const earlier = estimate.isShareKept ? ', as an earlier sweep asked' : '';
  const why = estimate.isShareRaised ? `, at least ${minStartPrompts} of each task` : earlier;
  const price = (usd: number | null): string => (usd === null ? 'no limit' : formatUsd(usd));
  return (
    `Adding ${model}: ${formatCount(learningCalls, 'call')}${more} to learn (${inAll}${formatPercent(share)} of the ` +
    `prompts that are not held out${why}), ${price(estimate.learningUsd)}; then, if it is of use, ${formatWhole(heldOutCalls)} on ` +
    `held-out prompts, ${price(estimate.heldOutUsd)}. At worst ${price(estimate.worstCaseUsd)} in all.` +
    (judge === null ? '' : ` Judging: about ${describeJudgeEstimate(judge)}.`)
  );
}

/** Prints what was bought of an added model, and where it is expected to be better. */
export function printAdded(added: AddedModel): void {
  const { model, ending, cells, tasks } = added;
  print();
  printStyled('bold', endings[ending ?? 'stopped'](model));
  printWrapped(
    `There ${cells.learning === 1 ? 'is' : 'are'} ${formatCount(cells.learning, 'answer')} to learn from and ${formatWhole(cells.heldOut)} on ` +
      `held-out prompts, of ${formatWhole(cells.all)} prompts; ${describeCost(added)}.`,
  );
  if (tasks.length === 0) return;
  const sorted = [...tasks].sort((a, b) => b.quality - b.bestQuality - (a.quality - a.bestQuality));
  const shown = sorted.slice(0, shownTasks);
  print();
  print(
    formatTable(
      [
        textColumn('task'),
        'asked',
        'expected',
        textColumn('best other'),
        'quality',
        textColumn(''),
      ],
      shown.map((one) => [
        one.task,
        formatWhole(one.outcomes),
        `${one.quality.toFixed(3)} ± ${one.deviation.toFixed(3)}`,
        one.best,
        one.bestQuality.toFixed(3),
        one.isBetter ? 'better' : '',
      ]),
    ),
  );
  printHidden(sorted.slice(shownTasks));
  printWrapped(
    'Expected quality is an estimate: from the answers of the model, and from those of the others on ' +
      'the same prompts. ± is one standard deviation.',
  );
  if (ending !== 'useful') return;
  printWrapped(
    `Chosen where it is better, it is expected to add up to ${formatGainPoints(added.expectedGain)} to a ` +
      'prompt. `train` tests that on the held-out prompts.',
  );
}

function describeCost({ spentUsd, unpriced = 0 }: AddedModel): string {
  if (unpriced > 0 && spentUsd === 0) return 'what the calls cost is unknown';
  return `the calls cost ${formatKnownUsd(spentUsd, unpriced)}`;
}

/** Says of how many tasks the table lacks the model is better. */
function printHidden(tasks: AddedModel['tasks']): void {
  if (tasks.length === 0) return;
  const better = tasks.filter(({ isBetter }) => isBetter).length;
  const where = better === 0 ? 'none of them' : `${formatWhole(better)} of them`;
  print(`${formatCount(tasks.length, 'task')} more: the model is better on ${where}.`);
}

const shownTasks = 20;

const endings: Readonly<
  Record<NonNullable<AddedModel['ending']> | 'stopped', (model: string) => string>
> = {
  useful: (model) =>
    `${model} may be of use: it may be better than the other models on some tasks.`,
  no_use: (model) =>
    `${model} is of no use for quality: it is expected to add less than ${formatGainPoints(minImprovement)} to a prompt. \`train\` leaves it out.`,
  no_outcomes: (model) =>
    `${model} gave no answer that could be graded, so nothing is known of it: see the failures above.`,
  stopped: () => 'Stopped early. Run the same command to continue with the same cells.',
};
