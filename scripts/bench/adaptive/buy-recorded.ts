import { AdaptiveBuyer } from '../../../src/learn/adaptive/adaptive-buyer.js';
import type {
  AdaptiveObjective,
  AdaptiveProblem,
  Purchase,
} from '../../../src/learn/adaptive/adaptive-problem.js';
import type { AdaptiveEnding, StoppingRules } from '../../../src/learn/adaptive/find-ending.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { computeKnownMean } from '../../../src/learn/evaluate/strategies/chosen-outcomes.js';

/** Buys without end: shares of the calls are compared, not endings. */
export const endlessRules: StoppingRules = {
  worth: 0.02,
  minCellGain: 0,
  maxLearningCells: Number.POSITIVE_INFINITY,
  opensHeldOut: false,
  keepsGoing: true,
};

/** The problem of an adaptive sweep over recorded outcomes. */
export function describeProblem(
  data: Pick<TrainingData, 'table' | 'tasks' | 'taskOf' | 'groups'>,
  options: {
    readonly objective: AdaptiveObjective;
    readonly isBudgeted: boolean;
    readonly seed: number;
  },
): AdaptiveProblem {
  const { models, costUsd } = data.table;
  const expectedUsd = Float64Array.from(models, (_, model) => {
    const mean = computeKnownMean(costUsd.filter((_, cell) => cell % models.length === model));
    return Number.isNaN(mean) ? 0 : mean;
  });
  return {
    modelCount: models.length,
    taskOf: data.taskOf,
    taskCount: data.tasks.length,
    groups: data.groups,
    expectedUsd,
    ...options,
  };
}

/** Runs a buyer over recorded outcomes, round by round; ends where the buyer or the caller does. */
export function* buyRecorded(
  buyer: AdaptiveBuyer,
  { models, quality, costUsd }: OutcomeTable,
): Generator<readonly Purchase[], AdaptiveEnding> {
  for (;;) {
    const step = buyer.decide();
    if (step.kind === 'ended') return step.ending;
    if (step.kind === 'waiting') throw new Error('all outcomes are recorded');
    for (const { prompt, model } of step.purchases) {
      const cell = prompt * models.length + model;
      const known = quality[cell] as number;
      const outcome = Number.isNaN(known)
        ? null
        : { quality: known, costUsd: costUsd[cell] as number };
      buyer.note(prompt, model, outcome);
    }
    yield step.purchases;
  }
}
