import { checkMembers, checkSetting, type MemberTypes } from '../../util/check-members.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';
import type { Capabilities, Price } from '../../llm/price.js';
import { omittableMembers, tokenLimitNames, type RequestForm } from '../../llm/request-form.js';
import { capabilityTypes } from './failover-settings.js';

/** A value, or a function that returns it for each request (for keys that change). */
export type Supplied<T, Given = T> = T | (() => Given | Promise<Given>);

interface EndpointBase {
  /** Such as `https://openrouter.ai/api/v1`. A query is kept; credentials are rejected. */
  readonly baseUrl: string;
  /** The provider's name for the model. */
  readonly model: string;
  /**
   * Sent as `Authorization: Bearer`, or `x-api-key` for Anthropic. Never in logs or errors. Where it
   * is empty, or a function that returns none, nothing is sent: attempts fail as `invalid_credentials`.
   * For a server without keys, leave it out.
   */
  readonly apiKey?: Supplied<string, string | undefined>;
  /** Sent with every request. Their values are treated as secrets. */
  readonly headers?: Supplied<Readonly<Record<string, string>>>;
  /**
   * Members of the body of every request. Members of the request override them, and null removes a
   * member that the router sends by default (`stream_options`).
   */
  readonly parameters?: JsonObject;
  /** How requests to this server differ from its provider's usual form. */
  readonly request?: RequestForm;
  /**
   * For the costs in results and events. Decisions and `maxCostUsd` use the policy's price, which
   * `prices` of `loadPolicy` replaces. @default the price in the policy
   */
  readonly price?: Price;
  /** The model's capabilities; they override those in the policy. */
  readonly capabilities?: Partial<Capabilities>;
}

/** Where a model of the policy is served. */
export type Endpoint =
  | (EndpointBase & {
      /** OpenAI's chat completions, or a compatible server. */
      readonly kind: 'openai';
    })
  | (EndpointBase & {
      /** Anthropic's Messages. */
      readonly kind: 'anthropic';
      /** `max_tokens` for requests without a limit, which the protocol requires. */
      readonly maxTokens: number;
    });

const memberTypes: MemberTypes<keyof EndpointBase | 'kind' | 'maxTokens'> = {
  kind: 'string',
  baseUrl: 'string',
  model: 'string',
  apiKey: 'string or function',
  headers: 'object or function',
  parameters: 'object',
  request: 'object',
  price: 'object',
  capabilities: 'object',
  maxTokens: 'number',
};

const priceTypes: MemberTypes<keyof Price> = {
  inputPerMillionUsd: 'number',
  outputPerMillionUsd: 'number',
  cachedInputPerMillionUsd: 'number',
  cacheWritePerMillionUsd: 'number',
  date: 'string',
};

/**
 * Validates the endpoints of a router, for callers without TypeScript.
 *
 * @throws RoutesmithError `usage` with the endpoint and the member, but never a value that may be a
 * key
 */
export function checkEndpoints(
  pool: Readonly<Record<string, Endpoint>>,
  policyModels: readonly string[],
): void {
  checkSetting(isJsonObject(pool), 'must be an object', 'pool');
  const entries = Object.entries(pool);
  if (entries.length === 0) {
    throw new RoutesmithError('usage', 'there is no endpoint', {
      where: 'pool',
      fix: 'Add an endpoint for at least one model of the policy.',
    });
  }
  for (const [id, endpoint] of entries) {
    if (!policyModels.includes(id)) {
      throw new RoutesmithError(
        'usage',
        `the policy has no such model: ${describeUnknownName(id, policyModels)}`,
        {
          where: 'pool',
          fix: "Use the policy's name of the model, or train a policy with this model.",
        },
      );
    }
    const where = `pool, ${id}`;
    checkSetting(isJsonObject(endpoint as unknown), 'must be an object', where);
    checkMembers(endpoint, memberTypes, where);
    const { price, capabilities } = endpoint;
    checkMembers(price, priceTypes, `${where}, price`);
    checkMembers(capabilities, capabilityTypes, `${where}, capabilities`);
    const problem = findEndpointProblem(endpoint);
    if (problem !== undefined) throw new RoutesmithError('usage', problem, { where });
  }
}

function findEndpointProblem(endpoint: Endpoint): string | undefined {
  if (endpoint.kind !== 'openai' && endpoint.kind !== 'anthropic') {
    return 'kind must be "openai" or "anthropic"';
  }
  if (typeof endpoint.model !== 'string' || endpoint.model === '') {
    return "model must be the provider's name of the model";
  }
  if (endpoint.kind === 'anthropic' && !(endpoint.maxTokens >= 1)) {
    return 'maxTokens must be set, because Anthropic requires a limit';
  }
  if (endpoint.kind === 'openai' && (endpoint as { maxTokens?: number }).maxTokens !== undefined) {
    return 'maxTokens is only for Anthropic; set parameters: { max_tokens: … } instead';
  }
  return (
    findPriceProblem(endpoint.price) ??
    findRequestProblem(endpoint.request) ??
    findUrlProblem(endpoint.baseUrl)
  );
}

function findPriceProblem(price: Price | undefined): string | undefined {
  if (price === undefined) return undefined;
  const { date: _, ...amounts } = price;
  for (const name of ['inputPerMillionUsd', 'outputPerMillionUsd', ...Object.keys(amounts)]) {
    const value = (amounts as Readonly<Record<string, number | undefined>>)[name];
    const isOptional = name.startsWith('cache');
    if (isOptional && value === undefined) continue;
    if (value !== undefined && value >= 0 && value < Infinity) continue;
    return `price, ${name}: must be a number of at least 0, in USD per million tokens`;
  }
  return undefined;
}

function findRequestProblem(request: RequestForm | undefined): string | undefined {
  if (request === undefined) return undefined;
  const { tokenLimit, omit = [], betas = false, ...others } = request;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    return `request: ${describeUnknownName(unknown, ['tokenLimit', 'omit', 'betas'])}`;
  }
  if (tokenLimit !== undefined && !tokenLimitNames.includes(tokenLimit)) {
    return `request: tokenLimit must be ${tokenLimitNames.join(' or ')}`;
  }
  if (typeof betas !== 'boolean') return 'request: betas must be true or false';
  const isValidOmit = Array.isArray(omit) && omit.every((name) => omittableMembers.includes(name));
  return isValidOmit ? undefined : `request: omit must be a list of ${omittableMembers.join(', ')}`;
}

function findUrlProblem(baseUrl: string): string | undefined {
  try {
    const { protocol, username, password } = new URL(baseUrl);
    if (protocol !== 'https:' && protocol !== 'http:') {
      return 'baseUrl must begin with https:// or http://';
    }
    return username === '' && password === ''
      ? undefined
      : 'baseUrl must not contain credentials; use apiKey or headers';
  } catch {
    return 'baseUrl must be a URL, such as https://api.openai.com/v1';
  }
}
