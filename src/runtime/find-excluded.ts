import type { ModelEstimates } from './choose-model.js';
import type { Constraints } from './decision.js';

const limitNames = ['maxCostUsd', 'maxLatencyMs', 'minQuality'] as const;
const listNames = ['allow', 'deny'] as const;

/**
 * Finds the models that a request's constraints rule out, each with its reason. A constraint that
 * cannot be read (an unknown name, NaN, a text for a list) rules out every model: a mistyped
 * budget must not pass for no budget.
 */
export function findExcluded(
  ids: readonly string[],
  estimates: ModelEstimates,
  p95Ms: readonly number[],
  constraints: Constraints,
): Map<string, string> {
  const problem = findConstraintProblem(constraints);
  const excluded = new Map<string, string>();
  ids.forEach((id, model) => {
    const reason = problem ?? findReason(id, model, estimates, p95Ms, constraints);
    if (reason !== undefined) excluded.set(id, reason);
  });
  return excluded;
}

function findConstraintProblem(constraints: unknown): string | undefined {
  if (typeof constraints !== 'object' || constraints === null) {
    return 'the constraints are not an object';
  }
  for (const [name, value] of Object.entries(constraints)) {
    if (value === undefined) continue;
    if ((limitNames as readonly string[]).includes(name)) {
      if (typeof value !== 'number' || Number.isNaN(value)) {
        return `the constraint ${name} is not a number`;
      }
    } else if ((listNames as readonly string[]).includes(name)) {
      if (!Array.isArray(value)) return `the constraint ${name} is not a list of models`;
    } else {
      return `unknown constraint "${name.slice(0, 60)}"`;
    }
  }
  return undefined;
}

function findReason(
  id: string,
  model: number,
  { quality, costUsd }: ModelEstimates,
  p95Ms: readonly number[],
  { maxCostUsd, maxLatencyMs, minQuality, allow, deny }: Constraints,
): string | undefined {
  const cost = costUsd[model] as number;
  const latency = p95Ms[model] as number;
  const estimate = quality[model] as number;
  if (allow !== undefined && !allow.includes(id)) return 'not in the allowed models';
  if (deny?.includes(id)) return 'in the denied models';
  if (maxCostUsd !== undefined && !(cost <= maxCostUsd)) {
    return Number.isNaN(cost)
      ? 'cost unknown, and a highest cost is set'
      : `expected to cost $${formatDigits(cost)}, more than $${formatDigits(maxCostUsd)}`;
  }
  if (maxLatencyMs !== undefined && !(latency <= maxLatencyMs)) {
    return Number.isNaN(latency)
      ? 'latency unknown, and a longest latency is set'
      : `95 % expected within ${Math.round(latency)} ms, longer than ${maxLatencyMs} ms`;
  }
  if (minQuality !== undefined && estimate < minQuality) {
    return `estimated quality ${formatDigits(estimate)}, below ${minQuality}`;
  }
  return undefined;
}

/** Three significant digits, without exponents for the sizes that costs have. */
function formatDigits(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}
