import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';
import type { Capabilities, Price } from '../../llm/price.js';
import { omittableMembers, tokenLimitNames, type RequestForm } from '../../llm/request-form.js';

/** A value, or a function that gives it for each request (for keys that change). */
export type Supplied<T> = T | (() => T | Promise<T>);

interface EndpointBase {
  /** `https://openrouter.ai/api/v1`, for instance. A query is kept, credentials are refused. */
  readonly baseUrl: string;
  /** The provider's name for the model. */
  readonly model: string;
  /** Sent as `Authorization: Bearer`, to Anthropic as `x-api-key`. Never logged, never in an error. */
  readonly apiKey?: Supplied<string>;
  /** Sent with every request. Their values are treated as secrets. */
  readonly headers?: Supplied<Readonly<Record<string, string>>>;
  /**
   * Members of the body for every request. The request's own win, and null removes a member that the
   * router sends by default (`stream_options`).
   */
  readonly parameters?: JsonObject;
  /** How the server wants its requests, if not as its provider does. */
  readonly request?: RequestForm;
  /** For the costs in results and events. @default the price in the policy */
  readonly price?: Price;
  /** What the model can do, if the policy does not know or says otherwise. */
  readonly capabilities?: Partial<Capabilities>;
}

/** Where a model of the policy is served. */
export type Endpoint =
  | (EndpointBase & {
      /** OpenAI's chat completions, or a server that speaks the same. */
      readonly kind: 'openai';
    })
  | (EndpointBase & {
      /** Anthropic's Messages. */
      readonly kind: 'anthropic';
      /** Their `max_tokens` if the request names no limit: the protocol needs one. */
      readonly maxTokens: number;
    });

const memberNames = [
  'kind',
  'baseUrl',
  'model',
  'apiKey',
  'headers',
  'parameters',
  'request',
  'price',
  'capabilities',
  'maxTokens',
];

/**
 * Checks the endpoints of a router: plain JavaScript passes by the types.
 *
 * @throws RoutesmithError `usage`, naming the endpoint and the member, never a value that may be a key
 */
export function checkEndpoints(
  pool: Readonly<Record<string, Endpoint>>,
  policyModels: readonly string[],
): void {
  const entries = Object.entries(pool);
  if (entries.length === 0) {
    throw new RoutesmithError('usage', 'has no endpoint', {
      where: 'pool',
      fix: 'Give at least one model of the policy its endpoint.',
    });
  }
  for (const [id, endpoint] of entries) {
    if (!policyModels.includes(id)) {
      throw new RoutesmithError(
        'usage',
        `the policy has no such model: ${describeUnknownName(id, policyModels)}`,
        {
          where: 'pool',
          fix: 'Name the endpoint as the policy names the model, or train with it.',
        },
      );
    }
    const problem = findEndpointProblem(endpoint);
    if (problem !== undefined) {
      throw new RoutesmithError('usage', problem, { where: `pool, ${id}` });
    }
  }
}

function findEndpointProblem(endpoint: Endpoint): string | undefined {
  const unknown = Object.keys(endpoint).find((name) => !memberNames.includes(name));
  if (unknown !== undefined) return describeUnknownName(unknown, memberNames);
  if (endpoint.kind !== 'openai' && endpoint.kind !== 'anthropic') {
    return 'kind must be "openai" or "anthropic"';
  }
  if (typeof endpoint.model !== 'string' || endpoint.model === '') {
    return 'model must be the name that the provider gives the model';
  }
  if (endpoint.kind === 'anthropic' && !(endpoint.maxTokens >= 1)) {
    return 'maxTokens must be set: Anthropic asks for a limit with every request';
  }
  return findRequestProblem(endpoint.request) ?? findUrlProblem(endpoint.baseUrl);
}

function findRequestProblem(request: RequestForm | undefined): string | undefined {
  if (request === undefined) return undefined;
  const { tokenLimit, omit = [], ...others } = request;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    return `request: ${describeUnknownName(unknown, ['tokenLimit', 'omit'])}`;
  }
  if (tokenLimit !== undefined && !tokenLimitNames.includes(tokenLimit)) {
    return `request: tokenLimit must be ${tokenLimitNames.join(' or ')}`;
  }
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
      : 'baseUrl must not hold credentials: use apiKey or headers';
  } catch {
    return 'baseUrl must be a URL, such as https://api.openai.com/v1';
  }
}
