import { textHash } from '../../util/text-hash.js';
import type { Exploration, ExplorationRecord } from './decision.js';
import type { DecisionNotes } from './decision-notes.js';

/** What can be drawn for a request. Models are named in any one way: by index or by id. */
export interface DrawChances<Model> {
  readonly share: number;
  /** The model that is used unless another one is drawn. */
  readonly usual: Model;
  /** The only model that can be drawn; null where every feasible model is equally likely. */
  readonly candidate: Model | null;
  /** Number of feasible models, the usual one included. */
  readonly feasibleCount: number;
}

/** A sampled model, and the probability with which this model is used. */
interface Draw {
  readonly model: number;
  readonly isExplored: boolean;
  readonly propensity: number;
  readonly record: ExplorationRecord;
}

/** Number of a prompt's UTF-16 units that the draw depends on, besides its length. */
const drawnCharacters = 4096;

/** Whether an exploration is valid. */
function isValidExploration(explore: Exploration): boolean {
  const { share, seed } = explore ?? {};
  const isSeed = typeof seed === 'string' || Number.isFinite(seed);
  return typeof share === 'number' && share >= 0 && share <= 1 && isSeed;
}

/** The probability with which a feasible model is used. */
export function computeChance<Model>(
  model: Model,
  { share, usual, candidate, feasibleCount }: DrawChances<Model>,
): number {
  const drawn = candidate === null ? 1 / feasibleCount : model === candidate ? 1 : 0;
  return model === usual ? 1 - share + share * drawn : share * drawn;
}

/** The models of a policy, and which of them the request may use. */
interface Explorable {
  readonly ids: readonly string[];
  isFeasible(model: number): boolean;
}

/**
 * Samples a model: with probability `share` the candidate, or one of the feasible models, all equally
 * likely; otherwise the usual one. The same seed and prompt give the same draw. What is asked and
 * cannot be followed is noted.
 *
 * @param usual a feasible model
 * @returns undefined where nothing is explored
 */
export function explore(
  asked: Exploration | undefined,
  userText: string,
  usual: number,
  { ids, isFeasible }: Explorable,
  notes: DecisionNotes,
): Draw | undefined {
  if (asked === undefined) return undefined;
  if (!isValidExploration(asked)) {
    notes.add('unreadable_exploration');
    return undefined;
  }
  const candidate = asked.candidate === undefined ? null : ids.indexOf(asked.candidate);
  if (candidate !== null && !isFeasible(candidate)) {
    notes.add('unusable_candidate');
    return undefined;
  }
  if (candidate === usual) return undefined;
  // A negative zero would not survive JSON.
  const share = asked.share + 0;
  const able = [...ids.keys()].filter(isFeasible);
  const text = `${asked.seed}\n${userText.length}\n${userText.slice(0, drawnCharacters)}`;
  const drawn = candidate ?? (able[textHash(text, 1) % able.length] as number);
  const model = textHash(text) < share * 2 ** 32 ? drawn : usual;
  const chances = { share, usual, candidate, feasibleCount: able.length };
  return {
    model,
    isExplored: model !== usual,
    propensity: computeChance(model, chances),
    record: {
      share,
      candidate: candidate === null ? null : (ids[candidate] as string),
      usual: ids[usual] as string,
    },
  };
}
