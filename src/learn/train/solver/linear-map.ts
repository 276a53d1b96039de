/** What a linear solver is to fit, besides the vectors. */
export type LinearTargets = {
  /** How many rows each row of the matrix counts as. @default all 1 */
  readonly weights?: Float64Array;
} & (
  | {
      readonly kind: 'classes';
      /** Class of each row of the matrix; -1 where unknown, and then the row is left out. */
      readonly classes: Int32Array;
      readonly classCount: number;
    }
  | {
      readonly kind: 'probabilities';
      /** Row-major rows x outputs, in [0, 1]; NaN where unknown. */
      readonly probabilities: Float32Array;
      readonly outputCount: number;
    }
);

/** Number of outputs of the linear map that fits these targets. */
export function computeOutputCount(targets: LinearTargets): number {
  return targets.kind === 'classes' ? targets.classCount : targets.outputCount;
}

/** How many rows a row counts as. */
export function computeRowWeight({ weights }: LinearTargets, row: number): number {
  return weights?.[row] ?? 1;
}

/**
 * Log-odds (probabilities) or log-shares (classes) of each output in the training rows: where
 * every solver starts its bias. One pseudo-observation keeps them finite.
 */
export function computeBaseRates(targets: LinearTargets, rows: Int32Array): Float32Array {
  const outputCount = computeOutputCount(targets);
  const bias = new Float32Array(outputCount);
  if (targets.kind === 'classes') {
    const counts = new Float64Array(outputCount).fill(1);
    let known = outputCount;
    for (const row of rows) {
      const observed = targets.classes[row] as number;
      if (observed < 0) continue;
      const weight = computeRowWeight(targets, row);
      counts[observed] = (counts[observed] as number) + weight;
      known += weight;
    }
    counts.forEach((count, output) => (bias[output] = Math.log(count / known)));
    return bias;
  }
  for (let output = 0; output < outputCount; output++) {
    let sum = 0.5;
    let known = 1;
    for (const row of rows) {
      const value = targets.probabilities[row * outputCount + output] as number;
      if (Number.isNaN(value)) continue;
      const weight = computeRowWeight(targets, row);
      sum += weight * value;
      known += weight;
    }
    bias[output] = Math.log(sum / (known - sum));
  }
  return bias;
}
