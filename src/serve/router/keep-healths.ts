import type { BreakerSettings } from './breaker-settings.js';
import type { RouterClock } from './call.js';
import { createEndpointHealth, type EndpointHealthTracker } from './endpoint-health.js';
import type { ShareCaps } from './share-caps.js';

/**
 * What one failover leaves to the one that continues it. Nothing here may refer to the failover, its
 * settings or what it continued: each reload would then keep all earlier policies and keys in memory.
 */
export interface Kept<Target> {
  readonly targets: ReadonlyMap<string, Target>;
  readonly healths: ReadonlyMap<string, EndpointHealthTracker>;
  readonly caps: ShareCaps | undefined;
}

/**
 * The trackers of targets, by model. Kept by target and not with the policy, because the policy may be
 * replaced.
 *
 * @param isSame whether what is known of one target's health holds for the other
 * @param before whose trackers are kept for targets that are the same; they follow the new breaker
 */
export function keepHealths<Target>(
  targets: ReadonlyMap<string, Target>,
  isSame: (one: Target, other: Target) => boolean,
  settings: { readonly breaker: BreakerSettings; readonly clock: RouterClock },
  before: Kept<Target> | undefined,
): Map<string, EndpointHealthTracker> {
  // Bound: a closure would keep `before` for as long as the tracker.
  const now = settings.clock.now.bind(settings.clock);
  return new Map(
    [...targets].map(([id, target]) => {
      const old = before?.targets.get(id);
      const isKept = old !== undefined && isSame(old, target);
      const health = isKept ? before?.healths.get(id) : undefined;
      health?.configure(settings.breaker);
      return [id, health ?? createEndpointHealth(settings.breaker, now)];
    }),
  );
}
