import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { checkSetting } from '../../util/check-members.js';
import type { FailoverSettings } from './failover-settings.js';

/**
 * The current policy of a router.
 *
 * @throws RoutesmithError `usage` for what is no loaded policy, such as the promise of one
 */
export function readPolicy(policy: FailoverSettings['policy']): LoadedPolicy {
  const loaded = typeof policy === 'function' ? policy() : policy;
  const isLoaded = typeof (loaded as Partial<LoadedPolicy> | undefined)?.decide === 'function';
  checkSetting(isLoaded, 'must be loaded: await loadPolicy', 'policy');
  return loaded;
}
