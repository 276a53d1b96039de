import { describe, expect, it } from 'vitest';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { encodePolicy } from '../../../../src/policy/file/encode-policy.js';
import type { Policy } from '../../../../src/policy/file/policy.js';
import type { TaskMixtureModel } from '../../../../src/policy/file/routing-model.js';
import { loadPolicy, scoreProbes } from '../../../../src/policy/decide/load-policy.js';
import { createPromptScorer } from '../../../../src/policy/decide/score-prompt.js';
import { modelFamilies } from '../../../../scripts/bench/families/families.js';
import { roundWeights } from '../../../../src/learn/train/assemble-policy.js';
import { sharedTensorFlowEngine } from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../../src/learn/train/training-data.js';
import { listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';
import { buildConstantPolicy, buildPolicyModel } from '../../../support/routing-policy.js';

const data = computeTrainingData(buildPlantedOutcomes(150, { seed: 8 }));
const predictedRows = listRows(150).subarray(120);
const input = { data, trainingRows: listRows(120), predictedRows, seed: 1 };

describe('the models that families export', () => {
  it.each(['task_table', 'linear', 'linear_tensorflow', 'task_mixture'] as const)(
    'score in the runtime as %s predicted, and fit into a policy file',
    async (name) => {
      const engine = await sharedTensorFlowEngine();
      const family = modelFamilies.find((one) => one.name === name);
      const fitted = await family?.fit({ ...input, engine });
      expect(fitted?.model).toBeDefined();
      const model = fitted?.model as TaskMixtureModel;
      const score = createPromptScorer(model);
      for (const row of predictedRows) {
        const scores = score(splitPromptFields(data.table.prompts[row]?.prompt ?? ''));
        scores.quality.forEach((quality, index) =>
          expect(fitted?.predictions.quality[row * 3 + index]).toBeCloseTo(quality, 4),
        );
        scores.taskPosterior.forEach((share, task) =>
          expect(fitted?.predictions.taskPosterior[row * 4 + task]).toBeCloseTo(share, 4),
        );
        expect(fitted?.predictions.novelty[row]).toBeCloseTo(scores.novelty, 5);
      }
      const policy: Policy = buildConstantPolicy({
        models: ['small', 'large', 'local'].map((id) => buildPolicyModel(id, { tasks: 4 })),
        tasks: data.tasks,
        scorer: roundWeights(model),
      });
      const { text } = await encodePolicy(policy, scoreProbes(policy));
      await expect(loadPolicy(text)).resolves.toBeDefined();
    },
  );
});
