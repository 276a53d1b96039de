import type { AiCallOptions, AiModel, RoutedModel } from './model.js';
import { createRoutesmith, findVersion, type RoutesmithSettings } from './create-routesmith.js';

/** The models beside the one that the middleware wraps. */
export interface MiddlewareSettings<Model extends AiModel> extends RoutesmithSettings<Model> {
  /** The other models of the policy, at least one. */
  readonly models: Readonly<Record<string, Model>>;
  /** The policy's name of the model that the middleware wraps. */
  readonly wraps: string;
  /** `auto` or `auto:<objective>`. @default 'auto' */
  readonly name?: string;
}

/** What a call of `wrapLanguageModel` passes. */
interface Wrapped<Model extends AiModel> {
  readonly params: AiCallOptions;
  readonly model: Model;
}

/** A middleware of the AI SDK, for `wrapLanguageModel`. */
export interface RoutesmithMiddleware<Model extends AiModel> {
  readonly specificationVersion: Model['specificationVersion'];
  overrideSupportedUrls(wrapped: Pick<Wrapped<Model>, 'model'>): Model['supportedUrls'];
  wrapGenerate(wrapped: Wrapped<Model>): ReturnType<Model['doGenerate']>;
  wrapStream(wrapped: Wrapped<Model>): ReturnType<Model['doStream']>;
}

/**
 * Creates a middleware that makes a model of an application one of those that a policy chooses from:
 * its calls are routed to it or to the others, with failover.
 *
 * @throws RoutesmithError `usage` for invalid settings: here, or with the first call
 */
export function createRoutesmithMiddleware<Model extends AiModel>({
  wraps,
  name,
  ...settings
}: MiddlewareSettings<Model>): RoutesmithMiddleware<Model> {
  /** Kept by the wrapped model, so that the state of the models outlives a call. */
  const routed = new WeakMap<Model, RoutedModel<Model>>();
  const route = (model: Model): RoutedModel<Model> => {
    const known = routed.get(model);
    if (known !== undefined) return known;
    const models = { ...settings.models, [wraps]: model };
    const created = createRoutesmith({ ...settings, models })(name ?? 'auto');
    routed.set(model, created);
    return created;
  };
  type Generate = ReturnType<Model['doGenerate']>;
  type Stream = ReturnType<Model['doStream']>;
  return {
    specificationVersion: findVersion(settings.models),
    overrideSupportedUrls: ({ model }) => route(model).supportedUrls,
    wrapGenerate: ({ model, params }) => route(model).doGenerate(params) as Generate,
    wrapStream: ({ model, params }) => route(model).doStream(params) as Stream,
  };
}
