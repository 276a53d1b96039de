export {
  watchPolicy,
  type PolicyWatcher,
  type WatchEvent,
  type WatchOptions,
} from './serve/watch/watch-policy.js';
export type { LoadedPolicy, LoadOptions } from './policy/decide/load-policy.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
