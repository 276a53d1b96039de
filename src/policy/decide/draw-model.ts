import { textHash } from '../../util/text-hash.js';
import type { Exploration } from './decision.js';

/** The model that a lot gives, and the probability with which this model is used. */
export interface Draw {
  readonly model: number;
  readonly isExplored: boolean;
  readonly propensity: number;
}

/** Units of a prompt that the lot depends on; its length counts too. */
const drawnCharacters = 4096;

/** Whether an exploration can be followed as it is written. */
export function isReadableExploration(explore: Exploration): boolean {
  const { share, seed } = explore ?? {};
  const isSeed = typeof seed === 'string' || Number.isFinite(seed);
  return typeof share === 'number' && share >= 0 && share <= 1 && isSeed;
}

/**
 * Draws by lot: with probability `share` any of the feasible models, each as likely as the others,
 * otherwise the chosen one. The same seed and prompt give the same draw.
 *
 * @param feasible their numbers, the chosen one among them
 */
export function drawModel(
  { share, seed }: Exploration,
  ask: string,
  chosen: number,
  feasible: readonly number[],
): Draw {
  const text = `${seed}\n${ask.length}\n${ask.slice(0, drawnCharacters)}`;
  const isDrawn = textHash(text) < share * 2 ** 32;
  const place = textHash(text, 1) % feasible.length;
  const model = isDrawn ? (feasible[place] as number) : chosen;
  const chance = share / feasible.length;
  const propensity = model === chosen ? 1 - share + chance : chance;
  return { model, isExplored: model !== chosen, propensity };
}
