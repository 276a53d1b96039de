import { computePromptHash, type Example } from '../tasks/example.js';
import { promptText, type ChatRequest } from '../../llm/chat.js';
import { buildPracticeAnswers, type PracticeAnswers } from './practice-answers.js';
import { type PracticeModel, canonicalLabel } from './practice-models.js';
import { textHash } from '../../util/text-hash.js';

/** Answers requests in the place of the simulated models. */
export interface PracticeBrain {
  /** A model's answer to a request. The same request always gets the same answer. */
  answer(model: PracticeModel, request: ChatRequest): Promise<string>;
}

/** A planted mistake: a model that gets worse at a task after its outcomes were measured. */
export interface PracticeSlip {
  readonly model: string;
  readonly task: string;
  /** The share of right answers from now on, in [0, 1]. */
  readonly skill: number;
}

/** Creates the brain of a practice pool, which can answer the given examples. */
export function createPracticeBrain(
  examples: readonly Example[],
  seed: number,
  slip?: PracticeSlip,
): PracticeBrain {
  const exampleOfHash = new Map<string, Example>();
  const examplesOfLabel = new Map<string, Example[]>();
  for (const example of examples) {
    exampleOfHash.set(computePromptHash(example.prompt), example);
    const label = example.task ?? '';
    const siblings = examplesOfLabel.get(label);
    if (siblings === undefined) examplesOfLabel.set(label, [example]);
    else siblings.push(example);
  }
  // Built on first use, because grading takes time and some examples may never be requested.
  const answersOf = new Map<string, Promise<PracticeAnswers>>();

  return {
    async answer(model, request) {
      const hash = computePromptHash(request);
      const example = exampleOfHash.get(hash);
      if (example === undefined) {
        return `I am ${model.id}, a simulated model. I can only answer the tasks I was started with.`;
      }
      let building = answersOf.get(hash);
      if (building === undefined) {
        const siblings = examplesOfLabel.get(example.task ?? '') ?? [];
        const others = siblings.filter((other) => other !== example);
        building = buildPracticeAnswers(example, others, seed);
        answersOf.set(hash, building);
      }
      const answers = await building;
      const length = promptText(example.prompt).length;
      const isSlipped = slip?.model === model.id && slip.task === example.task;
      const skill = isSlipped
        ? slip.skill
        : computePracticeSkill(model, example.task, length, seed);
      if (isPracticeAnswerRight(model, skill, hash, seed)) return answers.right;
      const pick = computeUnitHash(seed, 'mistake', model.id, hash) * answers.wrong.length;
      return answers.wrong[Math.floor(pick)] as string;
    },
  };
}

/** In characters: about the median length of short everyday prompts. */
const typicalLength = 120;
const unknownLabelSpread = 0.4;

/** A number in [0, 1) that depends only on the seed and the parts. */
export function computeUnitHash(seed: number, ...parts: readonly string[]): number {
  return textHash(parts.join('\u0000'), seed) / 4294967296;
}

/**
 * The probability that a simulated model answers a prompt correctly, in [0.02, 0.99]: its skill at
 * the label, minus a loss for long prompts. Labels without a table entry get a skill from the seed.
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
  const doublings = Math.log2(Math.max(1, promptLength) / typicalLength);
  const loss = model.lossPerDoubling * Math.min(3, Math.max(-2, doublings));
  return Math.min(0.99, Math.max(0.02, skill - loss));
}

/**
 * Whether a simulated model answers a prompt correctly. A prompt's difficulty is shared by all
 * models for half of the pairs and drawn per model for the others, so that mistakes overlap in part
 * as they do for real models.
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
