import { RoutesmithError, findErrorCode } from '../../../util/errors.js';
import { type JsonObject } from '../../../util/json.js';
import { parseJsonObject, strangersJson } from '../../../util/parse-json.js';
import { redactSecrets } from '../../../util/redact-secrets.js';
import { anthropicProtocol } from '../../../llm/anthropic/protocol.js';
import { openAiProtocol } from '../../../llm/openai/protocol.js';
import { readApiKey, type Environment } from '../read-api-key.js';
import { knownProviders, resolveProvider, type Provider } from '../resolve-provider.js';
import type { ListedModel } from './listed-model.js';
import { parseModelList, parseOllamaCapabilities } from './parse-model-list.js';

export interface ModelListRequest {
  /** A known provider's name, or a base URL. */
  readonly provider: string;
  /** The name of the variable with the key. @default the provider's; none for a base URL */
  readonly apiKeyEnv?: string | undefined;
  /** Of a base URL whose protocol is not OpenAI's; a known provider has its own. */
  readonly protocol?: Provider['protocol'];
  readonly environment: Environment;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 30_000;

/**
 * Asks a provider for its list of models: `/models` of the base URL, all pages; Ollama for `/api/tags`, and for
 * what each model can do. A key is sent if its variable is set; some lists are public.
 *
 * @throws RoutesmithError `usage` for an unknown provider, `missing_key` if the server wants a key,
 * `provider_unreachable` if it does not answer with a list
 */
export async function readModelList(request: ModelListRequest): Promise<readonly ListedModel[]> {
  const found = findProvider(request.provider);
  if (found === knownProviders.get('ollama')) return readOllamaModels(found, request);
  const isKnown = knownProviders.has(request.provider);
  const { protocol = found.protocol } = isKnown ? found : request;
  const provider = { ...found, protocol };
  return readPages(provider, request);
}

/** Anthropic's largest page. @see https://docs.anthropic.com/en/api/models-list */
const pageSize = 1000;
const maxPages = 10;

/** All pages of a list, as Anthropic counts them: a model of a later page would count as not listed. */
async function readPages(
  provider: Provider,
  request: ModelListRequest,
): Promise<readonly ListedModel[]> {
  const url = `${provider.baseUrl}/models`;
  const size = provider.protocol === 'anthropic' ? [`limit=${pageSize}`] : [];
  const models: ListedModel[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const from = after === undefined ? [] : [`after_id=${encodeURIComponent(after)}`];
    const query = [...size, ...from].join('&');
    const page = await readPage(query === '' ? url : `${url}?${query}`, provider, request);
    models.push(...page.models);
    if (!page.hasMore) return models;
    if (page.lastId === after) break;
    after = page.lastId;
  }
  throw new RoutesmithError('provider_unreachable', 'its list of models has pages without an end', {
    where: url,
    fix: 'Write the models into the pool by hand.',
  });
}

interface ListPage {
  readonly models: readonly ListedModel[];
  readonly hasMore: boolean;
  /** The model after which the next page starts. */
  readonly lastId: string;
}

async function readPage(
  url: string,
  provider: Provider,
  request: ModelListRequest,
): Promise<ListPage> {
  const value = await askJson(url, provider, request);
  const parsed = parseModelList(value);
  if (!parsed.ok) throw unreachable(url, `no list of models: ${parsed.problem}`);
  const { has_more: hasMore, last_id: lastId } = value;
  return {
    models: parsed.value,
    hasMore: hasMore === true,
    lastId: typeof lastId === 'string' ? lastId : (parsed.value.at(-1)?.model ?? ''),
  };
}

/** @throws RoutesmithError `usage` */
export function findProvider(text: string): Provider {
  const resolved = resolveProvider(text);
  if (resolved.ok) return resolved.value;
  throw new RoutesmithError('usage', `--provider: ${resolved.problem}`, {
    fix: `Give ${[...knownProviders.keys()].join(', ')}, or a base URL such as https://example.com/v1.`,
  });
}

/** Ollama's models run on your own machine: nothing is charged for them. */
async function readOllamaModels(
  provider: Provider,
  request: ModelListRequest,
): Promise<readonly ListedModel[]> {
  const root = new URL(provider.baseUrl).origin;
  const parsed = parseModelList(await askJson(`${root}/api/tags`, provider, request));
  if (!parsed.ok) throw unreachable(`${root}/api/tags`, `no list of models: ${parsed.problem}`);
  const models: ListedModel[] = [];
  for (const { model } of parsed.value) {
    const shown = await askJson(`${root}/api/show`, provider, request, { model });
    models.push({
      model,
      price: { kind: 'free' },
      contextWindow: readContextSetting(shown),
      capabilities: parseOllamaCapabilities(shown),
    });
  }
  return models;
}

/** The server's limit, where the model sets one: the model's own is not what the server allows. */
function readContextSetting(shown: JsonObject): number | undefined {
  const { parameters } = shown;
  const size =
    typeof parameters === 'string' ? /^num_ctx\s+(\d+)/m.exec(parameters)?.[1] : undefined;
  return size === undefined ? undefined : Number(size);
}

async function askJson(
  url: string,
  provider: Provider,
  request: ModelListRequest,
  body?: JsonObject,
): Promise<JsonObject> {
  const { fetch, timeoutMs = defaultTimeoutMs } = request;
  const key = findKey(provider, request);
  const protocol = provider.protocol === 'anthropic' ? anthropicProtocol : openAiProtocol;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      // Following a redirect would send the key to another server.
      redirect: 'manual',
      headers: { ...protocol.buildHeaders(key), 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    status = response.status;
    text = await readLimitedText(response, maxListBytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw unreachable(url, cause.message, cause);
    const code = findErrorCode(cause);
    throw unreachable(url, `the server does not answer${code === '' ? '' : ` (${code})`}`, cause);
  }
  if (status === 401 || status === 403) throw refusedKey(url, provider, request);
  const value = status === 200 ? parseJsonObject(text, strangersJson) : undefined;
  if (value !== undefined) return value;
  const shown = redactSecrets(text, [key]).slice(0, 200);
  throw unreachable(url, `the server answered with status ${status}: ${shown}`);
}

/** OpenRouter's list of several hundred models has half a megabyte. */
const maxListBytes = 8 * 1024 * 1024;

/** The text of a body. @throws Error if it is longer than the limit; the rest is not read */
async function readLimitedText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += bytes.length;
    if (size > maxBytes) throw new RangeError(`its answer is longer than ${maxBytes} bytes`);
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

/** The key, if its variable is set. A list that needs one answers with 401 without it. */
function findKey(
  provider: Provider,
  { apiKeyEnv, environment }: ModelListRequest,
): string | undefined {
  const name = apiKeyEnv ?? provider.apiKeyEnv;
  if (name === undefined || (environment[name] ?? '').trim() === '') return undefined;
  return readApiKey({ id: provider.baseUrl, apiKeyEnv: name }, environment);
}

function refusedKey(
  url: string,
  provider: Provider,
  { apiKeyEnv, environment }: ModelListRequest,
): RoutesmithError {
  const name = apiKeyEnv ?? provider.apiKeyEnv;
  const isSet = name !== undefined && (environment[name] ?? '').trim() !== '';
  return new RoutesmithError('missing_key', 'the server wants a valid API key', {
    where: url,
    fix: isSet
      ? `Check the key in ${name}.`
      : name === undefined
        ? 'Name the environment variable that holds the key: --key-env NAME.'
        : `Set it to the provider's API key: export ${name}=...`,
  });
}

/** No connection came about: what the server would say to another URL, nobody knows. */
const networkErrors: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function unreachable(where: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('provider_unreachable', what, {
    where,
    fix: networkErrors.has(findErrorCode(cause))
      ? "Check the network connection, and the host's name."
      : 'Check the base URL; it usually ends in /v1.',
    cause,
  });
}
