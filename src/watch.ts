export {
  watchPolicy,
  type PolicyWatcher,
  type WatchEvent,
  type WatchOptions,
} from './serve/watch/watch-policy.js';
