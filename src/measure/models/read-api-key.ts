import { RoutesmithError } from '../../util/errors.js';
import type { PoolModel } from './model.js';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The key for a model, without surrounding white space, or undefined where the pool names no
 * variable for it.
 *
 * @throws RoutesmithError `missing_key` where the variable is unset, empty, or holds a character
 * that no HTTP header can carry. The message names the variable and never shows its value.
 */
export function readApiKey(
  model: Pick<PoolModel, 'id' | 'apiKeyEnv'>,
  environment: Environment,
): string | undefined {
  const name = model.apiKeyEnv;
  if (name === undefined) return undefined;
  const value = Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined;
  if (value === undefined || value === '') {
    throw new RoutesmithError('missing_key', `the environment variable ${name} is not set`, {
      where: model.id,
      fix: `Set it to the provider's API key, for instance: export ${name}=...`,
    });
  }
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new RoutesmithError('missing_key', `${name} holds characters that no API key has`, {
      where: model.id,
      fix: `Set ${name} again, without quotes, spaces or line breaks.`,
    });
  }
  return value;
}
