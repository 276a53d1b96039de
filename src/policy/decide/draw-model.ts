import { textHash } from '../../util/text-hash.js';
import type { Exploration } from './decision.js';

/** A sampled model, and the probability with which this model is used. */
export interface Draw {
  readonly model: number;
  readonly isExplored: boolean;
  readonly propensity: number;
}

/** Number of a prompt's UTF-16 units that the draw depends on, besides its length. */
const drawnCharacters = 4096;

/** Whether an exploration is valid. */
export function isValidExploration(explore: Exploration): boolean {
  const { share, seed } = explore ?? {};
  const isSeed = typeof seed === 'string' || Number.isFinite(seed);
  return typeof share === 'number' && share >= 0 && share <= 1 && isSeed;
}

/**
 * Samples a model: with probability `share` one of the feasible models, all equally likely, otherwise
 * the chosen one. The same seed and prompt give the same draw.
 *
 * @param feasible indices of the feasible models, the chosen one included
 */
export function drawModel(
  { share, seed }: Exploration,
  userText: string,
  chosen: number,
  feasible: readonly number[],
): Draw {
  const text = `${seed}\n${userText.length}\n${userText.slice(0, drawnCharacters)}`;
  const isDrawn = textHash(text) < share * 2 ** 32;
  const place = textHash(text, 1) % feasible.length;
  const model = isDrawn ? (feasible[place] as number) : chosen;
  const chance = share / feasible.length;
  const propensity = model === chosen ? 1 - share + chance : chance;
  return { model, isExplored: model !== chosen, propensity };
}
