import { failure, success, type Result } from '../../util/result.js';
import type { PoolModel } from './model.js';

/** Where a model is served, and with which protocol. */
export interface Provider {
  readonly protocol: PoolModel['protocol'];
  readonly baseUrl: string;
  /** The variable that the provider's documentation uses for the key; undefined if none is needed. */
  readonly apiKeyEnv: string | undefined;
  /** True if `price: free` is allowed: a self-hosted server. */
  readonly mayBeFree: boolean;
}

/** The providers that a pool can refer to by name. */
export const knownProviders: ReadonlyMap<string, Provider> = new Map([
  [
    'openai',
    {
      protocol: 'openai',
      baseUrl: 'https://api.openai.com/v1',
      apiKeyEnv: 'OPENAI_API_KEY',
      mayBeFree: false,
    },
  ],
  [
    'openrouter',
    {
      protocol: 'openai',
      baseUrl: 'https://openrouter.ai/api/v1',
      apiKeyEnv: 'OPENROUTER_API_KEY',
      mayBeFree: false,
    },
  ],
  [
    'anthropic',
    {
      protocol: 'anthropic',
      baseUrl: 'https://api.anthropic.com/v1',
      apiKeyEnv: 'ANTHROPIC_API_KEY',
      mayBeFree: false,
    },
  ],
  [
    'ollama',
    {
      protocol: 'openai',
      baseUrl: 'http://localhost:11434/v1',
      apiKeyEnv: undefined,
      mayBeFree: true,
    },
  ],
]);

/**
 * Finds a provider by its name, or an OpenAI-compatible server by its base URL (without a key unless
 * the pool names a variable). Problems do not quote the text, because a URL may contain a password.
 */
export function resolveProvider(text: string): Result<Provider> {
  const known = knownProviders.get(text);
  if (known !== undefined) return success(known);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return failure('provider is neither a known name nor a base URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return failure('a base URL must start with https:// or http://');
  }
  if (url.username !== '' || url.password !== '') {
    return failure('a base URL must not contain a user name or a password');
  }
  if (url.search !== '' || url.hash !== '') {
    return failure('a base URL must not contain a query or a fragment');
  }
  const baseUrl = `${url.origin}${url.pathname}`.replace(/\/{1,16}$/, '');
  return success({ protocol: 'openai', baseUrl, apiKeyEnv: undefined, mayBeFree: true });
}
