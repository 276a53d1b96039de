import type { ZodError } from 'zod';
import { capabilityNames } from '../../llm/price.js';
import { isShownSettingName } from './secret-shape.js';

export const priceAdvice =
  'Write USD per million tokens and the date of the prices: price: { input: 0.4, output: 1.6, date: 2025-06-30 }, and cachedInput and cacheWrite where the provider bills cached input at other prices';

/** Describes the first problem of a pool file: where it is, what it is and what to write. */
export function explainPoolIssues(issues: ZodError['issues']): {
  readonly path: readonly PropertyKey[];
  readonly what: string;
  readonly fix: string;
} {
  const issue = issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  const message =
    unknownKey === undefined ? (issue?.message ?? 'this is not a pool') : 'unknown setting';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more in this file)` : '';
  return { path, what: `${describePath(path)}${message}${more}`, fix: computeAdvice(path) };
}

function computeAdvice(path: readonly PropertyKey[]): string {
  switch (path[2]) {
    case 'price':
      return `${priceAdvice}. For a self-hosted server, price: free is allowed.`;
    case 'apiKey':
    case 'apiKeyEnv':
      return 'Keep the key in the environment and write the name of its variable: apiKeyEnv: OPENAI_API_KEY';
    case 'capabilities':
      return `List any of these: capabilities: [${capabilityNames.join(', ')}]`;
    case 'parameters':
      return 'Known parameters: temperature, maxTokens, reasoningEffort, seed.';
    case 'efforts':
      return 'List them once: efforts: [low, medium, high]';
    case 'request':
      return 'Write tokenLimit: max_tokens or max_completion_tokens, omit: with any of [stream_options, temperature, seed], and betas: true or false.';
    case 'timeouts':
      return 'Write milliseconds: timeouts: { firstByteMs: 600000, firstContentMs: 600000, idleMs: 60000, totalMs: 1800000 }';
    default:
      return 'Write models: and a list. A model needs id, provider, model and price; optional are apiKeyEnv, protocol, contextWindow, capabilities, parameters, efforts, request, timeouts, pin and simulated.';
  }
}

/** `models[2].price: `, for the start of a message. */
function describePath(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = String(part);
      return isShownSettingName(name) ? `.${name}` : '.(name not shown)';
    })
    .join('')
    .replace(/^\./, '');
  return text === '' ? '' : `${text}: `;
}
