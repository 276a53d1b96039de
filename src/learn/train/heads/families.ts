import { computeBaseRates } from '../solver/linear-map.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';
import { checkSetting } from '../../../util/check-members.js';
import { describeUnknownName } from '../../../util/describe-issues.js';
import { listRows } from '../../../util/numeric-arrays.js';
import type { Hyperparameters } from '../hyperparameters.js';
import { fitSpreadHeads } from './fit-spread-heads.js';
import type { MixtureHeads, MixtureHeadsInput } from './mixture-heads.js';

/** How qualities are estimated, from one mean per model to a mixture of tasks; see `families`. */
export type FamilyName = 'constant' | 'task_table' | 'linear' | 'task_mixture';

/**
 * One way to turn the scores of the learned projection into qualities. Families differ only in their
 * heads, so that one cross-fitted projection serves them all.
 */
export interface Family {
  readonly name: FamilyName;
  fitHeads(
    engine: TensorFlowEngine,
    input: MixtureHeadsInput,
    hyperparameters?: Hyperparameters,
  ): MixtureHeads;
}

/** Used unless another family is requested or does better. */
export const defaultFamily: FamilyName = 'task_mixture';

/** The mean quality of each model, the same for every prompt. */
const constant: Family = {
  name: 'constant',
  fitHeads: (_, input) => ({
    ...createZeroHeads(input),
    bias: computeBaseRates(
      {
        kind: 'probabilities',
        probabilities: input.quality,
        outputCount: input.modelCount,
        weights: input.weights,
      },
      listRows(input.rowCount),
    ),
  }),
};

/** A task classifier and the shrunken mean quality of each model on each task. */
const taskTable: Family = {
  name: 'task_table',
  fitHeads: (_, input) => ({
    ...createZeroHeads(input),
    taskQuality: input.taskQuality.map((quality) => Math.log(quality / (1 - quality))),
  }),
};

/** Logistic regression of each model's quality on hashed n-grams. */
const linear: Family = {
  name: 'linear',
  fitHeads: (_, input) => {
    const heads = createZeroHeads(input);
    return { ...heads, headWeight: heads.headWeight.fill(1) };
  },
};

/** Tasks and linear heads, combined by trained weights for each task. */
const taskMixture: Family = { name: 'task_mixture', fitHeads: fitSpreadHeads };

/** All families, the simplest first. */
export const families: readonly Family[] = [constant, taskTable, linear, taskMixture];

/** @throws RoutesmithError `usage` for an unknown name */
export function findFamily(name: FamilyName): Family {
  const family = families.find((known) => known.name === name);
  const what = describeUnknownName(String(name), ['auto', ...families.map((known) => known.name)]);
  checkSetting(family !== undefined, what, 'family');
  return family;
}

function createZeroHeads({ modelCount, taskCount }: MixtureHeadsInput): MixtureHeads {
  return {
    bias: new Float32Array(modelCount),
    taskQuality: new Float32Array(taskCount * modelCount),
    headWeight: new Float32Array(taskCount * modelCount),
    headSpread: 1,
  };
}
