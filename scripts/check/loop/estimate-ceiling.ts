import type { AuditedRequests } from '../../../src/review/audit/audited-requests.js';
import type { RoutedWorld } from './routed-world.js';

/** How good the answers of the serving and of the reference model are, as labels and a judge tell. */
export interface CorrectedQualities {
  readonly served: Float64Array;
  readonly reference: Float64Array;
}

/**
 * Corrects a judge's grades by people's labels as well as anything can that sees the grades of all
 * models: in place of a fitted prediction stands the expectation under the true frequencies, those of
 * the world's other prompts, and the true accuracy. No method has that knowledge, so none beats it but
 * by reading the prompts, too.
 *
 * @param drawn the prompt of each audited request
 * @param accuracy of the judge, alike for right and wrong answers of all models
 */
export function correctWithTruth(
  world: RoutedWorld,
  { served, quality, human, labelWeights }: AuditedRequests,
  { drawn, reference, accuracy }: { drawn: readonly number[]; reference: number; accuracy: number },
): CorrectedQualities {
  const patterns = listPatterns(world.quality, world.models.length);
  const grades = listPatterns(quality, world.models.length);
  const chances = listChances(world.models.length, accuracy);
  const promptsOf = world.models.map((_, model) =>
    [...world.current.keys()].filter((prompt) => world.current[prompt] === model),
  );
  const at = (model: number, prompt: number): number =>
    world.quality[prompt * world.models.length + model] as number;
  const corrected = {
    served: new Float64Array(drawn.length),
    reference: new Float64Array(drawn.length),
  };
  drawn.forEach((own, row) => {
    const model = served[row] as number;
    const sums = { chance: 0, served: 0, reference: 0 };
    for (const prompt of promptsOf[model] ?? []) {
      if (prompt === own) continue;
      const differing = (grades[row] as number) ^ (patterns[prompt] as number);
      const chance = chances[differing] as number;
      sums.chance += chance;
      sums.served += chance * at(model, prompt);
      sums.reference += chance * at(reference, prompt);
    }
    const label = labelWeights?.[row] ?? 0;
    const correct = (expected: number, graded: number): number =>
      expected + (label > 0 ? label * (graded - expected) : 0);
    const humanAt = (one: number): number => human[row * world.models.length + one] as number;
    corrected.served[row] = correct(sums.served / sums.chance, humanAt(model));
    corrected.reference[row] = correct(sums.reference / sums.chance, humanAt(reference));
  });
  return corrected;
}

/** Which models answered each prompt rightly, as bits. */
function listPatterns(quality: Float64Array, width: number): Int32Array {
  const patterns = new Int32Array(quality.length / width);
  quality.forEach((value, cell) => {
    if (value >= 0.5) patterns[Math.floor(cell / width)]! |= 1 << (cell % width);
  });
  return patterns;
}

/** The chance that a judge errs on exactly the models of a set of bits. */
function listChances(width: number, accuracy: number): Float64Array {
  return Float64Array.from({ length: 2 ** width }, (_, differing) => {
    let chance = 1;
    for (let model = 0; model < width; model++) {
      chance *= (differing >> model) & 1 ? 1 - accuracy : accuracy;
    }
    return chance;
  });
}
