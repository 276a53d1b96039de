import { readApiKey, type Environment } from '../../measure/models/read-api-key.js';
import type { Pool, PoolModel } from '../../measure/models/model.js';
import { findUnsendableSetting } from '../../measure/sweep/calls/build-pool-request.js';
import type { Endpoint } from '../../serve/router/endpoint.js';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';

/** The endpoints of a policy's models, and the pool's models that the policy does not know. */
export interface PoolEndpoints {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly unknown: readonly string[];
}

/**
 * The endpoints of a pool for a gateway. The parameters that the models were measured with are sent
 * with every request, unless the request says otherwise.
 *
 * @throws RoutesmithError `missing_key`, `invalid_pool`
 */
export function buildPoolEndpoints(
  { models, file }: Pool,
  known: readonly string[],
  environment: Environment,
): PoolEndpoints {
  const served = models.filter(({ id }) => known.includes(id));
  if (served.length === 0) {
    throw new RoutesmithError('invalid_pool', 'it has no model that the policy knows', {
      where: file,
      fix: `Use the policy's names of the models as ids: ${known.join(', ')}.`,
    });
  }
  const endpoints = served.map(
    (model) => [model.id, buildEndpoint(model, file, environment)] as const,
  );
  const unknown = models.map(({ id }) => id).filter((id) => !known.includes(id));
  return { endpoints: Object.fromEntries(endpoints), unknown };
}

function buildEndpoint(model: PoolModel, file: string, environment: Environment): Endpoint {
  const problem = findUnsendableSetting(model);
  if (problem !== undefined) {
    throw new RoutesmithError('invalid_pool', `${model.id}: ${problem}`, {
      where: file,
      fix: 'Change the parameters of this model.',
    });
  }
  const { protocol, baseUrl, price, capabilities, request, parameters, pin } = model;
  const { temperature, maxTokens, reasoningEffort, seed } = parameters;
  const apiKey = readApiKey(model, environment);
  const members = {
    temperature,
    // Anthropic's own default is a member of the endpoint.
    max_tokens: protocol === 'anthropic' ? undefined : maxTokens,
    reasoning_effort: reasoningEffort,
    seed,
    provider: pin,
  };
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const base = {
    baseUrl,
    model: model.model,
    price,
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(request === undefined ? {} : { request }),
    ...(given.length === 0 ? {} : { parameters: Object.fromEntries(given) as JsonObject }),
  };
  return protocol === 'anthropic'
    ? { kind: protocol, ...base, maxTokens: maxTokens as number }
    : { kind: protocol, ...base };
}
