/** The share of the prompts that one model takes, in [0, 1]. */
export interface ModelShare {
  readonly model: string;
  readonly share: number;
}

/** Shares of the chosen models, largest first; models that were never chosen are left out. */
export function computeModelShares(models: readonly string[], choices: Int32Array): ModelShare[] {
  const counts = new Int32Array(models.length);
  for (const choice of choices) counts[choice] = (counts[choice] as number) + 1;
  return models
    .map((model, index) => ({ model, share: (counts[index] as number) / choices.length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}
