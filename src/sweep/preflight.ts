import type { PoolModel } from '../pool/model.js';
import { readApiKey, type Environment } from '../pool/read-api-key.js';
import { checkReachable } from '../providers/check-reachable.js';
import { RoutesmithError } from '../util/errors.js';

/**
 * Checks what can be checked before the first call: that every model's protocol is spoken, that
 * every key is set, and that somebody listens on every base URL.
 *
 * @returns the keys by model id
 * @throws RoutesmithError `invalid_pool`, `missing_key` or `provider_unreachable`
 */
export async function runPreflight(
  models: readonly PoolModel[],
  environment: Environment,
): Promise<ReadonlyMap<string, string | undefined>> {
  for (const { id, protocol } of models) {
    if (protocol === 'openai') continue;
    throw new RoutesmithError('invalid_pool', `the ${protocol} protocol cannot be swept yet`, {
      where: id,
      fix: 'Reach this model through openrouter or another OpenAI-compatible server, or leave it out.',
    });
  }
  const apiKeys = new Map(models.map((model) => [model.id, readApiKey(model, environment)]));
  const baseUrls = [...new Set(models.map(({ baseUrl }) => baseUrl))];
  const problems = await Promise.all(baseUrls.map((baseUrl) => checkReachable(baseUrl)));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) {
    throw new RoutesmithError('provider_unreachable', found.join('; '), {
      fix: 'Start the server, or correct the provider in the pool file.',
    });
  }
  return apiKeys;
}
