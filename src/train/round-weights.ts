import { featureBlockCount } from '../features/feature-spec.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import { quantiseMatrix } from '../policy/packed-numbers.js';
import type {
  LinearMap,
  RoundedLinearMap,
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../policy/routing-model.js';

/**
 * The model with its weights rounded as a policy file rounds them, so that what is checked before
 * export is what the runtime computes.
 *
 * A column is rounded in steps of a share of its largest weight. Blocks of features whose weights are
 * smaller throughout (parts of words are many, and each says little) would be left with few steps, so
 * their weights are enlarged first, and the length of the block made smaller by as much: the scores
 * stay what they were. So it is with the measures of shape.
 */
export function roundWeights(model: TaskMixtureModel): RoundedTaskMixtureModel {
  const { features, taskClassifier, heads } = model;
  const partOf = listParts(model);
  const parts = [
    { map: taskClassifier, keptCount: model.taskFeatureCount },
    { map: heads, keptCount: features.buckets.length },
  ];
  const factors = computePartFactors(parts, partOf);
  const round = ({ map, keptCount }: MapPart): RoundedLinearMap =>
    roundLinearMap(map, (row) => factors[findPart(row, keptCount, partOf)] as number);
  return {
    ...model,
    features: {
      ...features,
      blockWeights: features.blockWeights.map(
        (weight, block) => weight * (factors[block] as number),
      ),
      structuralScale: features.structuralScale * (factors[featureBlockCount] as number),
    },
    taskClassifier: round(parts[0] as MapPart),
    heads: round(parts[1] as MapPart),
  };
}

interface MapPart {
  readonly map: LinearMap;
  /** Rows of kept features; those of the measures of shape follow. */
  readonly keptCount: number;
}

/** The block of each kept feature. */
function listParts({ features: { buckets, spec } }: TaskMixtureModel): Uint8Array {
  return Uint8Array.from(buckets, (bucket) => bucket >>> spec.bucketBits);
}

/** A block, or `featureBlockCount` for a measure of shape. */
function findPart(row: number, keptCount: number, partOf: Uint8Array): number {
  return row < keptCount ? (partOf[row] as number) : featureBlockCount;
}

/**
 * By part, what its weights are divided by: the mean over all columns of the part's largest weight as
 * a share of the column's.
 */
function computePartFactors(parts: readonly MapPart[], partOf: Uint8Array): number[] {
  const sums = new Float64Array(featureBlockCount + 1);
  let columns = 0;
  for (const { map, keptCount } of parts) {
    const { outputCount, weights } = map;
    for (let column = 0; column < outputCount; column++) {
      const largest = new Float64Array(featureBlockCount + 1);
      for (let row = 0; row < keptCount + structuralFeatureCount; row++) {
        const part = findPart(row, keptCount, partOf);
        const size = Math.abs(weights[row * outputCount + column] as number);
        if (size > (largest[part] as number)) largest[part] = size;
      }
      const most = Math.max(...largest);
      if (most === 0) continue;
      columns += 1;
      largest.forEach((size, part) => (sums[part] = (sums[part] as number) + size / most));
    }
  }
  return Array.from(sums, (sum) => (sum === 0 ? 1 : sum / columns));
}

function roundLinearMap(
  { outputCount, weights, bias }: LinearMap,
  factorOf: (row: number) => number,
): RoundedLinearMap {
  const scaled = weights.map((weight, index) => weight / factorOf(Math.floor(index / outputCount)));
  const { bytes, scales } = quantiseMatrix(scaled, outputCount);
  return { outputCount, weights: bytes, scales, bias };
}
