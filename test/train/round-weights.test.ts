import { describe, expect, it } from 'vitest';
import { decodePolicy } from '../../src/policy/decode-policy.js';
import { splitPromptFields } from '../../src/features/prompt-fields.js';
import { featureBlocks } from '../../src/features/feature-spec.js';
import type {
  LinearMap,
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../../src/policy/routing-model.js';
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

/** The weights of a map with the length of their block or the scale of their measure in them. */
function listContributions(
  some: TaskMixtureModel | RoundedTaskMixtureModel,
  name: 'taskClassifier' | 'heads',
): number[] {
  const { features, [name]: map } = some;
  const keptCount = name === 'heads' ? features.buckets.length : some.taskFeatureCount;
  return Array.from(map.weights, (weight, index) => {
    const row = Math.floor(index / map.outputCount);
    const scale = 'scales' in map ? (map.scales[index % map.outputCount] as number) : 1;
    const block = (features.buckets[row] as number) >>> features.spec.bucketBits;
    const length =
      row < keptCount ? (features.blockWeights[block] as number) : features.structuralScale;
    return weight * scale * length;
  });
}

describe('roundWeights', () => {
  it.each(['taskClassifier', 'heads'] as const)(
    'moves what each weight of %s does by half a step at most',
    (name) => {
      const [before, after] = [listContributions(model, name), listContributions(rounded, name)];
      const largest = before.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      before.forEach((value, index) =>
        expect(Math.abs(value - (after[index] as number))).toBeLessThanOrEqual(largest / 100),
      );
      expect(after).not.toEqual(before);
    },
  );

  it('gives blocks of small weights as many steps as the others have', () => {
    const { buckets, spec } = model.features;
    const isPair = (index: number, width: number): boolean =>
      (buckets[Math.floor(index / width)] as number) >>> spec.bucketBits === featureBlocks.pairs;
    const shrink = <Map extends LinearMap>(map: Map): Map => ({
      ...map,
      weights: map.weights.map((weight, index) =>
        isPair(index, map.outputCount) ? weight / 50 : weight,
      ),
    });
    const uneven = roundWeights({
      ...model,
      taskClassifier: shrink(model.taskClassifier),
      heads: shrink(model.heads),
    });
    const pairSteps = uneven.heads.weights.filter((_, index) => isPair(index, 3));
    expect(pairSteps.reduce((most, step) => Math.max(most, Math.abs(step)), 0)).toBeGreaterThan(60);
  });

  it('gives exactly what a policy file holds', async () => {
    const { text } = await writePolicyFile(buildMixturePolicy({ scorer: rounded }));
    expect(decodePolicy(JSON.parse(text)).policy.scorer).toEqual(rounded);
  });

  it('leaves everything else as it is', () => {
    const { taskClassifier, heads, features, ...rest } = rounded;
    expect(rest).toEqual({
      ...model,
      taskClassifier: undefined,
      heads: undefined,
      features: undefined,
    });
    const { blockWeights: _, structuralScale: __, ...counted } = features;
    expect(model.features).toMatchObject(counted);
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
