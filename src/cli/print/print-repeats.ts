import type { RepeatEstimate, RepeatRecord } from '../../learn/repeats/repeat-record.js';
import { formatCount, formatUsd, formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { print, printWrapped } from './print.js';

/** Tasks that are named at most. */
const maxTasks = 5;

/** Prints how many repeats a sweep bought, where, and why no more. */
export function printRepeats(record: RepeatRecord): void {
  print();
  printWrapped(describeBought(record));
  printWrapped(describeEnd(record));
}

function describeBought({ ended, pilotPrompts, tasks, models }: RepeatRecord): string {
  const pilot =
    `Repeats: every model ${ended ? 'was' : 'is'} asked ${formatCount(pilotPrompts, 'prompt')} twice, to measure ` +
    'the noise of single answers';
  const count = models.reduce((sum, { repeats }) => sum + repeats, 0);
  if (count === 0) return `${pilot}; no other call ${ended ? 'was' : 'has been'} repeated.`;
  const named = tasks
    .slice(0, maxTasks)
    .map(
      ({ task, repeats, models: ids }) =>
        `${task ?? 'no label'} ${formatWhole(repeats)} (${joinNames(ids)})`,
    );
  const rest = tasks.length - named.length;
  const more = rest > 0 ? `, and ${formatCount(rest, 'more task')}` : '';
  return `${pilot}, then ${formatCount(count, 'more call')} where it could change which model is best: ${named.join(', ')}${more}.`;
}

function describeEnd({ ended, models, tasks, maxRepeats }: RepeatRecord): string {
  if (!ended) {
    return 'Stopped early: it was interrupted, or calls to a model had to stop. Run the same command to continue.';
  }
  const measured = models.filter(({ noise }) => noise !== null);
  if (measured.length === 0) {
    return 'No more: no prompt got two graded answers of a model, so that noise is not known.';
  }
  const steady = measured.filter(({ noise }) => noise === 0);
  if (steady.length === measured.length) {
    const pairs = Math.min(...steady.map(({ repeatedPrompts }) => repeatedPrompts));
    return `No more: no two answers of a model to a prompt got different grades (${formatCount(pairs, 'prompt')} per model).`;
  }
  const silent =
    steady.length === 0
      ? ''
      : `answers of ${joinNames(steady.map(({ model }) => model))} to the same prompt never got different grades; `;
  const exhausted = tasks.filter((task) => task.exhausted.length > 0).length;
  const full =
    exhausted === 0
      ? ''
      : `on ${formatCount(exhausted, 'task')} models have all ${maxRepeats} answers to every prompt; `;
  return `No more: ${silent}${full}elsewhere, more repeats are unlikely to change which model is best.`;
}

/** Prints what a sweep that decides about repeats is going to call. */
export function printRepeatEstimate({ calls, usd }: RepeatEstimate): void {
  printWrapped(
    `Repeats auto: ${formatWhole(calls[0])} to ${formatCount(calls[1], 'call')}, ${formatUsd(usd[0])} to ` +
      `${formatUsd(usd[1])}. The lowest is one answer per cell and the pilot; the highest, which the ` +
      'table shows, repeats every call.',
  );
}
