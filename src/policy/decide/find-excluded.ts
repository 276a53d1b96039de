import { capabilityNames } from '../../llm/price.js';
import {
  estimateInputTokens,
  estimateOutputTokens,
  estimateP95LatencyMs,
} from '../file/estimates.js';
import type { PolicyModel } from '../file/policy.js';
import type { ModelEstimates } from './choose-model.js';
import { constraintKinds } from './constraints.js';
import type { Constraints, ModelState } from './decision.js';
import type { Capability, RequestNeeds } from './request-needs.js';

const kinds: Readonly<Record<string, unknown>> = constraintKinds;
const noCapabilities: readonly Capability[] = [];

/** Recorded charges say nothing about a request that is longer, in tokens. */
const maxRecordedTokens = 8000;

/**
 * Why the constraints cannot be read, if they cannot: an unknown name, NaN, a text for a list. They
 * then rule out every model: a mistyped budget must not pass for no budget.
 */
export function findConstraintProblem(constraints: unknown): string | undefined {
  if (typeof constraints !== 'object' || constraints === null) {
    return 'the constraints are not an object';
  }
  for (const [name, value] of Object.entries(constraints)) {
    if (value === undefined) continue;
    // No name that every object inherits, such as `constructor`, stands for a text.
    const kind = kinds[name];
    if (typeof kind !== 'string') return `unknown constraint "${name.slice(0, 60)}"`;
    if (kind === 'number' ? typeof value !== kind || Number.isNaN(value) : !Array.isArray(value)) {
      return `the constraint ${name} is not a ${kind === 'number' ? kind : 'list'}`;
    }
    if (kind !== 'capabilities') continue;
    const names = value as readonly Capability[];
    if (!names.every((one) => capabilityNames.includes(one))) {
      return `the constraint ${name} may list ${capabilityNames.join(', ')}`;
    }
  }
  return undefined;
}

/** What decides whether a model may be used, besides the model and its state. */
export interface ExclusionBasis {
  readonly estimates: ModelEstimates;
  readonly taskPosterior: ArrayLike<number>;
  readonly needs: RequestNeeds;
  readonly constraints: Constraints;
}

/**
 * Why a model may not be used for a request, or undefined.
 *
 * @param index of the model in the estimates
 */
export function findExclusion(
  model: PolicyModel,
  index: number,
  { estimates, taskPosterior, needs, constraints }: ExclusionBasis,
  state?: ModelState,
): string | undefined {
  const { id } = model;
  const { maxCostUsd, maxLatencyMs, minQuality, allow, deny } = constraints;
  if (state?.unavailable !== undefined) return state.unavailable;
  if (allow !== undefined && !allow.includes(id)) return 'not in the allowed models';
  if (deny?.includes(id)) return 'in the denied models';
  for (const one of needs.capabilities) {
    if (can(one, model, state) === false) return `the request needs ${one}, which it cannot do`;
  }
  for (const one of constraints.capabilities ?? noCapabilities) {
    if (can(one, model, state) !== true) return `not known to be capable of ${one}`;
  }
  const tooLong = findOverflow(model, taskPosterior, needs, constraints);
  if (tooLong !== undefined) return tooLong;
  if (maxCostUsd !== undefined) {
    const cost = estimates.costUsd[index] as number;
    if (Number.isNaN(cost)) return 'cost unknown, and maxCostUsd is set';
    if (model.cost.kind === 'recorded' && estimateTokens(model, needs) > maxRecordedTokens) {
      return 'only charges of other requests are known, this one is long, and maxCostUsd is set';
    }
    if (cost > maxCostUsd) {
      return `expected to cost $${formatBeyond(cost, maxCostUsd)}, more than $${maxCostUsd}`;
    }
  }
  if (maxLatencyMs !== undefined) {
    const latencyMs = estimateP95LatencyMs(model.latency, taskPosterior);
    if (Number.isNaN(latencyMs)) return 'latency unknown, and maxLatencyMs is set';
    if (latencyMs > maxLatencyMs) {
      return `95 % expected within ${formatBeyond(latencyMs, maxLatencyMs)} ms, longer than ${maxLatencyMs} ms`;
    }
  }
  const estimate = estimates.quality[index] as number;
  return minQuality !== undefined && estimate < minQuality
    ? `estimated quality ${formatBeyond(estimate, minQuality)}, below ${minQuality}`
    : undefined;
}

function can(
  one: Capability,
  { capabilities }: PolicyModel,
  state: ModelState | undefined,
): boolean | undefined {
  return state?.capabilities?.[one] ?? capabilities?.[one];
}

/** Input tokens that a request is likely to have, with its attachments. */
export function estimateTokens({ cost }: PolicyModel, needs: RequestNeeds): number {
  return estimateInputTokens(cost, needs.characters) + needs.attachmentTokens;
}

function findOverflow(
  model: PolicyModel,
  taskPosterior: ArrayLike<number>,
  needs: RequestNeeds,
  { contextMargin = 0.1, maxOutputTokens }: Constraints,
): string | undefined {
  const { contextWindow, cost } = model;
  if (contextWindow === undefined) return undefined;
  const inputTokens = estimateTokens(model, needs);
  const outputTokens =
    maxOutputTokens ?? needs.maxOutputTokens ?? estimateOutputTokens(cost, taskPosterior);
  const tokens = Math.ceil(inputTokens * (1 + contextMargin) + outputTokens);
  return tokens > contextWindow
    ? `may need ${tokens} tokens, and its context window holds ${contextWindow}`
    : undefined;
}

/** Three significant digits, and as many more as it takes to be on the same side of a limit. */
function formatBeyond(value: number, limit: number): number {
  for (let digits = 3; ; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (value > limit ? rounded > limit : rounded < limit) return rounded;
  }
}
