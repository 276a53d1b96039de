import type { EndpointHealth } from '../../serve/router/endpoint-health.js';
import { createFailover } from '../../serve/router/failover.js';
import { RoutesmithError } from '../../util/errors.js';
import {
  checkModels,
  checkSettings,
  readModelName,
  readSharedControls,
  type AdapterSettings,
} from '../calls/route-controls.js';
import type { AiTarget } from './attempt.js';
import type { AiModel, RoutedModel } from './model.js';
import { createOwnsKey } from './provider-options.js';
import { createRoutedModel, type ModelParts } from './routed-model.js';

/**
 * The language models of a policy, and how calls fail over between them.
 *
 * @typeParam Model a language model of the AI SDK, of version 3 or 4 of its specification
 */
export interface RoutesmithSettings<Model extends AiModel> extends AdapterSettings {
  /** The policy's models, by its names of them. One that is not here is never chosen. */
  readonly models: Readonly<Record<string, Model>>;
  /**
   * Keys of provider options that a model takes, by the policy's name of it, besides the first part
   * of its `provider` and `openaiCompatible`. A model never sees other keys.
   */
  readonly optionKeys?: Readonly<Record<string, readonly string[]>>;
}

/** A provider of the AI SDK whose models route each call to one of others. */
export interface RoutesmithProvider<Model extends AiModel> {
  /** As `languageModel`. @default 'auto' */
  (name?: string): RoutedModel<Model>;
  readonly specificationVersion: Model['specificationVersion'];
  /**
   * @param name `auto` chooses by the policy's default objective and `auto:<objective>` by another
   * one; the id of a model prefers this model, and others take over if it fails
   * @throws RoutesmithError `usage` for an unknown name
   */
  languageModel(name: string): RoutedModel<Model>;
  /** @throws RoutesmithError `usage`: policies are about language models */
  embeddingModel(name: string): never;
  /** @throws RoutesmithError `usage`: policies are about language models */
  imageModel(name: string): never;
  /** The state of each model. */
  health(): Readonly<Record<string, EndpointHealth>>;
}

/**
 * Creates a provider for the AI SDK. It keeps the state of each model, so create one and share it.
 *
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createRoutesmith<Model extends AiModel>(
  given: RoutesmithSettings<Model>,
): RoutesmithProvider<Model> {
  const settings = checkSettings(given, { optionKeys: 'object' });
  const { policy, models, controls, optionKeys = {}, capabilities = {} } = settings;
  const ids = Object.keys(models);
  checkModels(policy, ids, { optionKeys, capabilities });
  const version = findVersion(models);
  const all = new Map<string, AiTarget>(
    Object.entries<AiModel>(models).map(([id, model]) => [
      id,
      { model, owns: createOwnsKey(model, optionKeys[id]), capabilities: capabilities[id] },
    ]),
  );
  const failover = createFailover(settings, {
    all,
    findPrice: () => undefined,
    isSame: ({ model }, other) => model === other.model,
  });
  const parts: ModelParts = {
    failover,
    models: Object.values(models),
    version,
    controls: readSharedControls(controls),
  };
  const languageModel = (name = 'auto'): RoutedModel<Model> => {
    const routed = createRoutedModel(parts, name, readModelName(name, policy, ids));
    return routed as unknown as RoutedModel<Model>;
  };
  const refuse = (): never => {
    throw new RoutesmithError('usage', 'a policy is about language models only');
  };
  return Object.assign((name?: string) => languageModel(name), {
    specificationVersion: version,
    languageModel,
    embeddingModel: refuse,
    imageModel: refuse,
    health: failover.health,
  });
}

/**
 * The version of the specification that all models are of.
 *
 * @throws RoutesmithError `usage` if there is none
 */
export function findVersion<Model extends AiModel>(
  models: Readonly<Record<string, Model>>,
): Model['specificationVersion'] {
  const versions = new Set<Model['specificationVersion']>();
  for (const [id, model] of Object.entries(models)) {
    const version = (model as Partial<AiModel>).specificationVersion;
    if (version !== 'v3' && version !== 'v4') {
      const fix = "Pass a model of version 3 or 4 of the AI SDK's specification (ai 6 or 7).";
      throw new RoutesmithError('usage', 'is not a language model that can be routed to', {
        where: `models, ${id}`,
        fix,
      });
    }
    versions.add(version);
  }
  if (versions.size !== 1) {
    throw new RoutesmithError('usage', 'must all be of one version of the specification', {
      where: 'models',
      fix: 'Use packages of the same major version of the AI SDK.',
    });
  }
  return [...versions][0] as Model['specificationVersion'];
}
