import type { Result } from '../../util/result.js';
import type { ProductionShift } from '../../review/audit/compare-production.js';
import { formatCount, formatPercent } from '../../util/format-number.js';

const shownTasks = 3;

/** Says how production differs from the training prompts and what to label next, or why that is not known. */
export function describeShift(compared: Result<ProductionShift>): string {
  if (!compared.ok) {
    return `The tasks of production are not compared with those of training: ${compared.problem}.`;
  }
  const { differs, totalVariation, novelty, guessed, tasks } = compared.value;
  // The log's policy counted them, and may have learned from other prompts than these.
  const words =
    novelty === null
      ? ''
      : `; ${formatPercent(novelty)} of production's words are new to the policy of the log`;
  const by = describeSource(compared.value);
  if (differs === null) {
    return (
      `Whether production asks for another mix of tasks than the training prompts is not clear${by}: ` +
      `${formatPercent(totalVariation)} of the requests would have to change, which may be chance${words}.`
    );
  }
  if (!differs) {
    return `Production asks for the same mix of tasks as the training prompts${by}${words}.`;
  }
  const lacking = tasks
    .filter(({ production, training }) => production > training)
    .slice(0, shownTasks)
    .map(
      ({ task, production, training }) =>
        `${task} (${formatPercent(production)} of production, ${formatPercent(training)} of training)`,
    );
  const advice = guessed
    ? `Errors of the guesses may be why; they find more of ${lacking.join(', ')}. Audit with tasks in --prompts to know.`
    : `Label next: ${lacking.join(', ')}.`;
  return (
    `Production asks for another mix of tasks${by}: ${formatPercent(totalVariation)} of the requests would have to change${words}. ` +
    advice
  );
}

function describeSource({ guessed, labeled }: ProductionShift): string {
  if (guessed) return ', by the guesses of the policy of the log';
  return labeled === null ? '' : `, by the labels of ${formatCount(labeled, 'audited request')}`;
}
