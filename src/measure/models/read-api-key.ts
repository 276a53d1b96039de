import { RoutesmithError } from '../../util/errors.js';
import { isShownVariableName } from './secret-shape.js';
import type { PoolModel } from './model.js';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the key for a model, without surrounding white space. Undefined if the pool names no
 * variable for it.
 *
 * @throws RoutesmithError `missing_key` if the variable is unset, empty, or contains a character
 * that is not allowed in an HTTP header. The message never shows its value.
 */
export function readApiKey(
  model: Pick<PoolModel, 'id' | 'apiKeyEnv'>,
  environment: Environment,
): string | undefined {
  const name = model.apiKeyEnv;
  if (name === undefined) return undefined;
  const shown = isShownVariableName(name) ? name : 'that apiKeyEnv names';
  const value = Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined;
  if (value === undefined || value === '') {
    throw new RoutesmithError('missing_key', `the environment variable ${shown} is not set`, {
      where: model.id,
      fix: `Set it to the provider's API key: export ${isShownVariableName(name) ? name : 'NAME'}=...`,
    });
  }
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new RoutesmithError(
      'missing_key',
      `the variable ${shown} contains characters that are not valid in an API key`,
      {
        where: model.id,
        fix: `Set it again, without quotes, spaces or line breaks.`,
      },
    );
  }
  return value;
}
