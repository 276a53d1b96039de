import { textHash } from '../../util/text-hash.js';
import { canonicalLabel, type PracticeModel } from './practice-models.js';

/** In characters: about the middle of short everyday prompts. */
const ordinaryLength = 120;
const unknownLabelSpread = 0.4;

/** A number in [0, 1) that depends on the seed and the parts only. */
export function computeUnitHash(seed: number, ...parts: readonly string[]): number {
  return textHash(parts.join('\u0000'), seed) / 4294967296;
}

/**
 * The chance that a simulated model answers a prompt rightly, in [0.02, 0.99]: its skill at the
 * label, less what long prompts cost it. Labels without a table entry get a skill by the seed.
 *
 * @param promptLength in characters
 */
export function computePracticeSkill(
  model: PracticeModel,
  label: string | undefined,
  promptLength: number,
  seed: number,
): number {
  const known = model.skills.get(canonicalLabel(label ?? ''));
  const luck = computeUnitHash(seed, 'skill', model.id, label ?? '') - 0.5;
  const skill = known ?? model.otherSkill + unknownLabelSpread * luck;
  const doublings = Math.log2(Math.max(1, promptLength) / ordinaryLength);
  const loss = model.lossPerDoubling * Math.min(3, Math.max(-2, doublings));
  return Math.min(0.99, Math.max(0.02, skill - loss));
}

/**
 * Whether a simulated model gets a prompt right. Half of the prompts are as hard for one model as
 * for the next, the others are each model's own affair: real models' mistakes overlap as well.
 */
export function isPracticeAnswerRight(
  model: PracticeModel,
  skill: number,
  promptHash: string,
  seed: number,
): boolean {
  const isShared = computeUnitHash(seed, 'shared', promptHash, model.id) < 0.5;
  const hardness = isShared
    ? computeUnitHash(seed, 'hardness', promptHash)
    : computeUnitHash(seed, 'hardness', promptHash, model.id);
  return hardness < skill;
}
