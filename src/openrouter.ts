export {
  toOpenRouter,
  type OpenRouterOptions,
  type OpenRouterRouting,
} from './adapters/to-open-router.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
