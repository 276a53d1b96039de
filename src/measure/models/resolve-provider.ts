import type { PoolModel } from './model.js';

/** Where a model is served and how it is spoken to. */
export interface Provider {
  readonly protocol: PoolModel['protocol'];
  readonly baseUrl: string;
  /** The variable that holds the key, by the provider's own custom; undefined where none is. */
  readonly apiKeyEnv: string | undefined;
  /** True where `price: free` can be true: a server of one's own. */
  readonly mayBeFree: boolean;
}

/** The providers that a pool may call by name. */
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
 * A provider by its name, or an OpenAI-compatible server by its base URL (no key unless the pool
 * names a variable).
 *
 * @returns what is wrong, as a sentence, where it is neither. The text itself is not repeated: a
 * URL may hold a password.
 */
export function resolveProvider(text: string): Provider | { readonly problem: string } {
  const known = knownProviders.get(text);
  if (known !== undefined) return known;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: 'provider is neither a known name nor a base URL' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { problem: 'a base URL must start with https:// or http://' };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'a base URL must not hold a user name or a password' };
  }
  if (url.search !== '' || url.hash !== '') {
    return { problem: 'a base URL must not hold a query or a fragment' };
  }
  const baseUrl = `${url.origin}${url.pathname}`.replace(/\/{1,16}$/, '');
  return { protocol: 'openai', baseUrl, apiKeyEnv: undefined, mayBeFree: true };
}
