export {
  toOpenRouter,
  type OpenRouterOptions,
  type OpenRouterRouting,
} from './adapters/to-open-router.js';
export type { Decision } from './policy/decide/decision.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
