import type { DecideOptions, ExcludedModel } from '../../policy/decide/decision.js';
import type { ExclusionCode } from './record.js';

/**
 * How the reasons of `findExclusion` and `findConstraintProblem` begin; a test holds them together.
 * Codes in the decision itself would not fit into the size of the runtime.
 */
const reasons: readonly (readonly [RegExp, ExclusionCode])[] = [
  [/^not in the allowed models$/, 'not_allowed'],
  [/^in the denied models$/, 'denied'],
  [/^the request needs \w+, which it cannot do$/, 'capability'],
  [/^not known to be capable of /, 'capability'],
  [/^may need \S+ tokens, and its context window holds /, 'context'],
  [/^cost unknown, and maxCostUsd is set$/, 'cost'],
  [/^only charges of other requests are known, .*maxCostUsd is set$/, 'cost'],
  [/^expected to cost \$/, 'cost'],
  [/^latency unknown, and maxLatencyMs is set$/, 'latency'],
  [/^95 % expected within /, 'latency'],
  [/^estimated quality /, 'quality'],
  [/^the constraints are not an object$/, 'unreadable_constraints'],
  [/^the constraint \w+ (?:is not a (?:number|list)|may list )/, 'unreadable_constraints'],
  [/^unknown constraint "/, 'unreadable_constraints'],
];

/**
 * The code of the reason for which a decision excluded a model. The reason itself may hold what a
 * caller wrote, and is never read where it is what a caller said of the model's state.
 */
export function classifyExclusion(
  { model, reason }: ExcludedModel,
  { models: states }: Pick<DecideOptions, 'models'>,
): ExclusionCode {
  const state = states !== undefined && Object.hasOwn(states, model) ? states[model] : undefined;
  if (state?.unavailable === reason) return 'unavailable';
  return reasons.find(([pattern]) => pattern.test(reason))?.[1] ?? 'unavailable';
}
