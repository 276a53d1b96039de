import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { buildPolicyLine } from './build-decision.js';
import { createFeatureCounter, findCounting, type FeatureCounter } from './count-features.js';
import type { LoggedPolicy } from './record.js';

/** What a log makes of each policy once. A policy that was replaced does not stay in memory for it. */
export class PolicyCache {
  readonly #lines = new WeakMap<LoadedPolicy, LoggedPolicy>();
  readonly #counters = new WeakMap<LoadedPolicy, FeatureCounter>();
  #policies = 0;

  /** The line of a policy, numbered in the order of their first use. */
  findLine(policy: LoadedPolicy): LoggedPolicy {
    const line = this.#lines.get(policy) ?? buildPolicyLine(policy, this.#policies++);
    this.#lines.set(policy, line);
    return line;
  }

  findCounter(policy: LoadedPolicy): FeatureCounter {
    const counter =
      this.#counters.get(policy) ?? createFeatureCounter(findCounting(policy.policy.scorer));
    this.#counters.set(policy, counter);
    return counter;
  }
}
