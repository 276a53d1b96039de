import { estimateCostUsd, estimateLatencyMs } from '../file/estimates.js';
import type { Objective, Policy, PolicyModel } from '../file/policy.js';
import { computeUtility, type ModelEstimates } from './choose-model.js';
import type { CurrentModel, DecideOptions, ExcludedModel } from './decision.js';
import { estimateCache } from './estimate-cache.js';
import { findConstraintProblem, findExclusion } from './find-excluded.js';
import type { RequestNeeds } from './request-needs.js';
import type { PromptScores } from './score-prompt.js';

/**
 * The models of a policy, by index, and what is expected of them for the request at hand. The arrays
 * are reused. A request is estimated first, then its cache, its utilities and what it excludes.
 */
export interface ModelTable {
  readonly ids: readonly string[];
  readonly baseline: number;
  /** The models that replace an excluded one, the first feasible one of them. */
  readonly fallbacks: readonly number[];
  readonly estimates: ModelEstimates;
  readonly cacheWriteUsd: Float64Array;
  /** NaN where unknown. */
  readonly utilities: Float64Array;
  isFeasible(model: number): boolean;
  estimate(scores: PromptScores, needs: RequestNeeds): void;
  /**
   * Counts the value of a conversation's prompt cache as a saving of its model, and what it takes to
   * fill a new one as a cost of the others.
   *
   * @returns the value in USD
   */
  weighCache(current: number, conversation: CurrentModel, needs: RequestNeeds): number;
  /** Computes the utilities, marks the feasible models and lists the others. */
  assess(
    objective: Objective,
    scores: PromptScores,
    needs: RequestNeeds,
    options: DecideOptions,
  ): ExcludedModel[];
}

const noConstraints = {};

/** @param unavailable models that cannot be used, each with the reason that decisions then give */
export function createModelTable(
  { models, baseline, fallbackOrder }: Policy,
  unavailable: ReadonlyMap<string, string> | undefined,
): ModelTable {
  const size = models.length;
  const costUsd = new Float64Array(size);
  const latencyMs = new Float64Array(size);
  const cacheWriteUsd = new Float64Array(size);
  const utilities = new Float64Array(size);
  const feasible = new Uint8Array(size);
  const estimates = { quality: costUsd as ArrayLike<number>, costUsd, latencyMs };
  const ids = models.map(({ id }) => id);
  return {
    ids,
    baseline: ids.indexOf(baseline),
    fallbacks: fallbackOrder.map((id) => ids.indexOf(id)),
    estimates,
    cacheWriteUsd,
    utilities,
    isFeasible: (model) => feasible[model] === 1,

    estimate({ quality, taskPosterior }, { characters, attachmentTokens }) {
      for (let model = 0; model < size; model++) {
        const { cost, latency } = models[model] as PolicyModel;
        costUsd[model] = estimateCostUsd(cost, characters, taskPosterior, attachmentTokens);
        latencyMs[model] = estimateLatencyMs(latency, taskPosterior);
      }
      estimates.quality = quality;
    },

    weighCache(current, conversation, needs) {
      let savedUsd = 0;
      models.forEach((model, index) => {
        const { valueUsd, writeUsd } = estimateCache(model, conversation, needs);
        const isCurrent = index === current;
        if (isCurrent) savedUsd = valueUsd;
        cacheWriteUsd[index] = isCurrent ? 0 : writeUsd;
        costUsd[index] = Math.max(
          0,
          (costUsd[index] as number) + (isCurrent ? -valueUsd : writeUsd),
        );
      });
      return savedUsd;
    },

    assess(objective, { taskPosterior }, needs, { constraints = noConstraints, models: states }) {
      const problem = findConstraintProblem(constraints);
      const excluded: ExcludedModel[] = [];
      for (let index = 0; index < size; index++) {
        const model = models[index] as PolicyModel;
        const { id } = model;
        utilities[index] = computeUtility(estimates, index, objective);
        const state = states !== undefined && Object.hasOwn(states, id) ? states[id] : undefined;
        const reason =
          unavailable?.get(id) ??
          problem ??
          findExclusion(model, index, estimates, taskPosterior, needs, constraints, state);
        feasible[index] = reason === undefined ? 1 : 0;
        if (reason !== undefined) excluded.push({ model: id, reason });
      }
      return excluded;
    },
  };
}
