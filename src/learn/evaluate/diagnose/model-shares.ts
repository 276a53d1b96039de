/** The share of the prompts that one model takes, in [0, 1]. */
export interface ModelShare {
  readonly model: string;
  readonly share: number;
}

/**
 * Shares of the chosen models, largest first; models that were never chosen are left out.
 *
 * @param weights how many prompts each choice stands for
 */
export function computeModelShares(
  models: readonly string[],
  choices: Int32Array,
  weights: ArrayLike<number>,
): ModelShare[] {
  const counts = new Float64Array(models.length);
  choices.forEach((choice, index) => {
    counts[choice] = (counts[choice] as number) + (weights[index] as number);
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  return models
    .map((model, index) => ({ model, share: (counts[index] as number) / total }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}
