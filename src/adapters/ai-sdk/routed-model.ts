import type { CandidateState } from '../../serve/router/candidates.js';
import type { CallPlan, Failover } from '../../serve/router/failover.js';
import type { RouteOptions } from '../../serve/router/failover-settings.js';
import { explainAbort } from '../calls/explain-abort.js';
import { readRouteControls, type ModelName, type RouteControls } from '../calls/route-controls.js';
import { describeRouting } from '../calls/routing-metadata.js';
import { generateAiOnce, streamAiOnce, type AiAttempt, type AiTarget } from './attempt.js';
import type { AiCallOptions, AiModel } from './model.js';
import { findForeignTool, findOwnEffort } from './provider-options.js';
import { readCall } from './read-call.js';
import {
  findUnreadable,
  joinSupportedUrls,
  listFileUrls,
  readSupportedUrls,
} from './supported-urls.js';
import { addMetadata, writeStream } from './write-stream.js';

/** What the routed models of one provider share. */
export interface ModelParts {
  readonly failover: Failover<AiTarget>;
  readonly models: readonly AiModel[];
  readonly version: AiModel['specificationVersion'];
  /** For each call, unless it says otherwise. */
  readonly controls: RouteControls;
}

/** Creates a language model that routes each call to one of others. */
export function createRoutedModel(parts: ModelParts, modelId: string, name: ModelName): AiModel {
  const { failover, models, version } = parts;
  return {
    specificationVersion: version,
    provider: 'routesmith',
    modelId,
    get supportedUrls() {
      return joinSupportedUrls(models);
    },
    async doGenerate(options) {
      const { plan, route } = await prepare(parts, name, options);
      try {
        const routed = await failover.complete(plan(generateAiOnce), route);
        const { value, figures } = routed;
        return addMetadata(value.result, describeRouting(routed, figures));
      } catch (error) {
        throw explainAbort(error, options.abortSignal);
      }
    },
    async doStream(options) {
      const { plan, route } = await prepare(parts, name, options);
      try {
        const routed = await failover.stream(plan(streamAiOnce), route);
        return { ...routed.stream.result, stream: writeStream(routed, options.abortSignal) };
      } catch (error) {
        throw explainAbort(error, options.abortSignal);
      }
    },
  };
}

/** How a call is routed and made. */
interface PreparedCall {
  plan<T>(ask: (attempt: AiAttempt, options: AiCallOptions) => Promise<T>): CallPlan<AiTarget, T>;
  readonly route: RouteOptions;
}

/** @throws RoutesmithError `usage` for invalid controls */
async function prepare(
  { models, controls }: ModelParts,
  name: ModelName,
  options: AiCallOptions,
): Promise<PreparedCall> {
  const own = readRouteControls(
    options.providerOptions?.['routesmith'],
    'providerOptions, routesmith',
  );
  const { abortSignal: signal } = options;
  const describe = await createDescribe(models, options);
  const request = readCall(options);
  return {
    plan: (ask) => ({
      request,
      describe,
      ask: (context) => ask(context, options),
    }),
    route: { ...controls, ...name, ...own, ...(signal !== undefined && { signal }) },
  };
}

/** Creates what tells which models can take a call. */
async function createDescribe(
  models: readonly AiModel[],
  { prompt, tools, providerOptions }: AiCallOptions,
): Promise<CallPlan<AiTarget, unknown>['describe']> {
  const files = listFileUrls(prompt);
  const patterns = await Promise.all(files.length === 0 ? [] : models.map(readSupportedUrls));
  return (target): CandidateState => {
    if (target === undefined) return { unavailable: 'no model of the AI SDK is given for it' };
    const { model, owns, capabilities } = target;
    const unreadable = findUnreadable(files, patterns[models.indexOf(model)] ?? {});
    const unavailable = findForeignTool(tools, owns) ?? unreadable;
    const effort = findOwnEffort(providerOptions, owns);
    return {
      ...(unavailable !== undefined && { unavailable }),
      ...(effort !== undefined && { effort }),
      ...(capabilities !== undefined && { capabilities }),
    };
  };
}
