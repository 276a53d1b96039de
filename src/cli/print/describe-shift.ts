import type { ProductionShift } from '../../review/audit/compare-production.js';
import { formatPercent } from '../../util/format-number.js';

const shownTasks = 3;

/** Says how production differs from the training prompts, and what to label next. */
export function describeShift({
  differs,
  totalVariation,
  novelty,
  tasks,
}: ProductionShift): string {
  const words = `${formatPercent(novelty)} of production's words are new to training`;
  if (!differs)
    return `Production asks for the same mix of tasks as the training prompts; ${words}.`;
  const lacking = tasks
    .filter(({ production, training }) => production > training)
    .slice(0, shownTasks)
    .map(
      ({ task, production, training }) =>
        `${task} (${formatPercent(production)} of production, ${formatPercent(training)} of training)`,
    );
  return (
    `Production asks for another mix of tasks: ${formatPercent(totalVariation)} of the requests would have to change; ${words}. ` +
    `Label next: ${lacking.join(', ')}.`
  );
}
