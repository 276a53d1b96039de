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
  const { decide, policy: file } = (loaded as Partial<LoadedPolicy> | undefined) ?? {};
  const isLoaded = typeof decide === 'function' && file !== undefined;
  const what = 'must be loaded: await loadPolicy, or give () => watcher.current';
  checkSetting(isLoaded, what, 'policy');
  return loaded;
}
