import { crossFitProjection, selectProjectionProblem } from '../projection/cross-fit-projection.js';
import {
  applyMixtureHeads,
  buildTaskMixture,
  collectHeadsInput,
  type MixtureHeads,
  type MixtureHeadsInput,
} from './mixture-heads.js';
import { createPredictions } from '../row-scores.js';
import { createProjectionFitter } from '../projection/projection-fitter.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';
import type { FamilyName, ModelFamily } from './model-family.js';

/**
 * A family that sees of a prompt what the learned projection says of it: it differs from others of
 * its kind only in the heads, so that one cross-fitted projection serves them all.
 */
export interface HeadsFamily extends ModelFamily {
  readonly name: HeadsFamilyName;
  fitHeads(engine: TensorFlowEngine, input: MixtureHeadsInput): MixtureHeads;
}

export type HeadsFamilyName = Extract<
  FamilyName,
  'constant' | 'task_table' | 'linear' | 'task_mixture'
>;

/** Makes a family of its heads. */
export function createHeadsFamily(
  family: Pick<HeadsFamily, 'name' | 'description' | 'engine' | 'fitHeads'>,
): HeadsFamily {
  return {
    ...family,
    async fit({ engine, data, trainingRows, predictedRows, seed }) {
      const fitter = createProjectionFitter(selectProjectionProblem(data), 0);
      const fitted = await crossFitProjection(fitter, data, trainingRows, predictedRows, { seed });
      const { outOfFold, predicted } = fitted;
      const heads = family.fitHeads(engine, collectHeadsInput(data, trainingRows, outOfFold));
      const { quality } = createPredictions(data);
      applyMixtureHeads(heads, predicted, predictedRows, quality);
      return {
        predictions: {
          quality,
          taskPosterior: predicted.taskPosterior,
          novelty: predicted.novelty,
        },
        model: buildTaskMixture(data.tasks, fitted, heads),
      };
    },
  };
}
