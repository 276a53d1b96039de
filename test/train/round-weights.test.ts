import { describe, expect, it } from 'vitest';
import { decodePolicy } from '../../src/policy/decode-policy.js';
import { splitPromptFields } from '../../src/features/prompt-fields.js';
import { createPromptScorer } from '../../src/runtime/score-prompt.js';
import { roundWeights } from '../../src/train/round-weights.js';
import { createRandom } from '../../src/util/random.js';
import { plantedTasks, writePlantedPrompt } from '../support/planted-outcomes.js';
import {
  buildMixtureModel,
  buildMixturePolicy,
  writePolicyFile,
} from '../support/routing-policy.js';

const model = buildMixtureModel(1);
const rounded = roundWeights(model);

describe('roundWeights', () => {
  it.each(['taskClassifier', 'heads'] as const)(
    'moves each weight of %s by half a step at most',
    (name) => {
      const before = model[name].weights;
      const { scales, weights } = rounded[name];
      const after = Float32Array.from(
        weights,
        (step, index) => step * (scales[index % scales.length] as number),
      );
      const largest = before.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
      before.forEach((weight, index) =>
        expect(Math.abs(weight - (after[index] as number))).toBeLessThanOrEqual(
          1.001 * (largest / 254),
        ),
      );
      expect(after).not.toEqual(before);
    },
  );

  it('gives exactly what a policy file holds', async () => {
    const { text } = await writePolicyFile(buildMixturePolicy({ scorer: rounded }));
    expect(decodePolicy(JSON.parse(text)).policy.scorer).toEqual(rounded);
  });

  it('leaves everything else as it is', () => {
    const { taskClassifier, heads, ...rest } = rounded;
    expect(rest).toEqual({ ...model, taskClassifier: undefined, heads: undefined });
    expect(taskClassifier.bias).toEqual(model.taskClassifier.bias);
    expect(heads.bias).toEqual(model.heads.bias);
  });

  it('hardly moves what is estimated', () => {
    const [exact, coarse] = [createPromptScorer(model), createPromptScorer(rounded)];
    const random = createRandom(6);
    for (let index = 0; index < 500; index++) {
      const fields = splitPromptFields(
        writePlantedPrompt(plantedTasks[index % 4] as string, random),
      );
      const { quality } = coarse(fields);
      exact(fields).quality.forEach((value, column) =>
        expect(Math.abs(value - (quality[column] as number))).toBeLessThan(0.02),
      );
    }
  });
});
