import { mean } from 'simple-statistics';
import type { Decision } from '../../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { promptRequest, type PromptWithMembers } from '../../../llm/chat.js';
import { createRandom } from '../../../util/random.js';
import { textHash } from '../../../util/text-hash.js';
import { perturbations as allPerturbations, type Perturbation } from './perturbations.js';

/** How one perturbation changes the decisions of one objective. */
export interface PerturbationResult {
  readonly name: string;
  /** Prompts that the perturbation changes; others are not counted. */
  readonly prompts: number;
  /** Changed prompts for which the same model is chosen as before. */
  readonly survived: number;
  /** Changed prompts that now go to the baseline because they look novel. */
  readonly lostToNovelty: number;
  /** `survived / prompts`; null where no prompt is changed. */
  readonly share: number | null;
}

export interface ObjectiveRobustness {
  readonly objective: string;
  /** Set if the policy uses one model for all prompts: every decision survives by definition. */
  readonly constantModel: string | null;
  /** Unweighted mean of the perturbations' shares. */
  readonly share: number;
  readonly perturbations: readonly PerturbationResult[];
}

/** How many decisions of a policy survive changes to prompts that should not matter. */
export interface Robustness {
  readonly policyDigest: string;
  readonly simulated: boolean;
  readonly seed: number;
  readonly prompts: number;
  /** Mean over the objectives that route; 1 by definition if none does. */
  readonly share: number;
  readonly objectives: readonly ObjectiveRobustness[];
}

export interface RobustnessOptions {
  /** Seed of the typos; those of a prompt do not depend on the other prompts. */
  readonly seed: number;
  /** @default all of `perturbations` */
  readonly perturbations?: readonly Perturbation[];
}

interface PerturbedPrompt {
  readonly before: PromptWithMembers;
  readonly after: PromptWithMembers;
}

/**
 * Perturbs prompts and counts how often a policy still chooses the same model, under each of its
 * objectives. Whether that model is a good choice is not measured.
 */
export function computeRobustness(
  { policy, digest, decide }: LoadedPolicy,
  prompts: readonly PromptWithMembers[],
  { seed, perturbations = allPerturbations }: RobustnessOptions,
): Robustness {
  const perturbed = perturbations.map((perturbation) => ({
    name: perturbation.name,
    pairs: perturbPrompts(perturbation, prompts, seed),
  }));
  const objectives = policy.objectives.map(({ name, constantModel }): ObjectiveRobustness => {
    const decideOnce = (prompt: PromptWithMembers): Decision =>
      decide(promptRequest(prompt), { objective: name });
    const before = new Map(prompts.map((prompt) => [prompt, decideOnce(prompt)]));
    const results = perturbed.map(({ name: perturbation, pairs }) =>
      countSurvivors(perturbation, pairs, (prompt) => before.get(prompt) ?? decideOnce(prompt)),
    );
    const shares = results.map(({ share }) => share).filter((share) => share !== null);
    return {
      objective: name,
      constantModel: constantModel ?? null,
      share: shares.length === 0 ? 1 : mean(shares),
      perturbations: results,
    };
  });
  const routing = objectives.filter(({ constantModel }) => constantModel === null);
  return {
    policyDigest: digest,
    simulated: policy.simulated,
    seed,
    prompts: prompts.length,
    share: routing.length === 0 ? 1 : mean(routing.map(({ share }) => share)),
    objectives,
  };
}

/** The prompts that a perturbation changes, before and after. */
function perturbPrompts(
  { name, apply }: Perturbation,
  prompts: readonly PromptWithMembers[],
  seed: number,
): PerturbedPrompt[] {
  return prompts
    .map((before) => {
      const text = JSON.stringify(before);
      const after = apply(before, createRandom(textHash(name + text, seed)));
      return { before, after, isChanged: JSON.stringify(after) !== text };
    })
    .filter(({ isChanged }) => isChanged);
}

function countSurvivors(
  name: string,
  pairs: readonly PerturbedPrompt[],
  decide: (prompt: PromptWithMembers) => Decision,
): PerturbationResult {
  let survived = 0;
  let lostToNovelty = 0;
  for (const { before, after } of pairs) {
    const decision = decide(after);
    if (decision.model === decide(before).model) survived += 1;
    else if (decision.reason === 'novel_prompt') lostToNovelty += 1;
  }
  return {
    name,
    prompts: pairs.length,
    survived,
    lostToNovelty,
    share: pairs.length === 0 ? null : survived / pairs.length,
  };
}
