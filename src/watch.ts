export {
  watchPolicy,
  type PolicyWatcher,
  type WatchEvent,
  type WatchOptions,
} from './watch/watch-policy.js';
