import { estimateCostUsd, estimateLatencyMs } from '../file/estimates.js';
import type { Objective, Policy } from '../file/policy.js';
import { computeUtility, type ModelEstimates } from './choose-model.js';
import type { DecideOptions, ExcludedModel } from './decision.js';
import { estimateCache } from './estimate-cache.js';
import { findConstraintProblem, findExclusion } from './find-excluded.js';
import type { RequestNeeds } from './request-needs.js';
import type { PromptScores } from './score-prompt.js';

/**
 * The models of a policy, by index, and what is expected of them for the request at hand. The arrays
 * are reused. A request is estimated first, then its utilities and what it excludes.
 */
export interface ModelTable {
  readonly ids: readonly string[];
  readonly baseline: number;
  /** The models that replace an excluded one, the first feasible one of them. */
  readonly fallbacks: readonly number[];
  readonly estimates: ModelEstimates;
  /**
   * What the prompt cache of a conversation adds to the cost: what it saves its own model, below 0, and
   * what the others need to fill theirs. Not set without a conversation.
   */
  readonly cacheUsd: Float64Array;
  /** NaN where unknown. */
  readonly utilities: Float64Array;
  isFeasible(model: number): boolean;
  /** @param current index of the conversation's model; -1 if there is none */
  estimate(scores: PromptScores, needs: RequestNeeds, current: number): void;
  /** Computes the utilities, marks the feasible models and lists the others. */
  assess(
    objective: Objective,
    scores: PromptScores,
    needs: RequestNeeds,
    options: DecideOptions,
  ): ExcludedModel[];
}

/** @param unavailable models that cannot be used, each with the reason that decisions then give */
export function createModelTable(
  { models, baseline, fallbackOrder }: Policy,
  unavailable: ReadonlyMap<string, string> | undefined,
): ModelTable {
  const size = models.length;
  const costUsd = new Float64Array(size);
  const latencyMs = new Float64Array(size);
  const cacheUsd = new Float64Array(size);
  const utilities = new Float64Array(size);
  const feasible = new Uint8Array(size);
  const estimates = { quality: costUsd as ArrayLike<number>, costUsd, latencyMs };
  const ids = models.map(({ id }) => id);
  return {
    ids,
    baseline: ids.indexOf(baseline),
    fallbacks: fallbackOrder.map((id) => ids.indexOf(id)),
    estimates,
    cacheUsd,
    utilities,
    isFeasible: (model) => feasible[model] === 1,

    estimate({ quality, taskPosterior }, needs, current) {
      const { characters, attachmentTokens } = needs;
      models.forEach((model, index) => {
        const { cost, latency } = model;
        const fullUsd = estimateCostUsd(cost, characters, taskPosterior, attachmentTokens);
        costUsd[index] = fullUsd;
        latencyMs[index] = estimateLatencyMs(latency, taskPosterior);
        if (current < 0) return;
        const { valueUsd, writeUsd } = estimateCache(model, fullUsd, taskPosterior, needs);
        const changeUsd = index === current ? -valueUsd : writeUsd;
        cacheUsd[index] = changeUsd;
        costUsd[index] = fullUsd + changeUsd;
      });
      estimates.quality = quality;
    },

    assess(objective, { taskPosterior }, needs, { constraints = {}, models: states }) {
      const problem = findConstraintProblem(constraints);
      const basis = { estimates, taskPosterior, needs, constraints };
      const excluded: ExcludedModel[] = [];
      models.forEach((model, index) => {
        const { id } = model;
        utilities[index] = computeUtility(estimates, index, objective);
        const state = states !== undefined && Object.hasOwn(states, id) ? states[id] : undefined;
        const reason = unavailable?.get(id) ?? problem ?? findExclusion(model, index, basis, state);
        feasible[index] = reason === undefined ? 1 : 0;
        if (reason !== undefined) excluded.push({ model: id, reason });
      });
      return excluded;
    },
  };
}
