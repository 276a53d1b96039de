import { describe, expect, it } from 'vitest';
import { readApiKey } from '../../../src/measure/models/read-api-key.js';

const model = { id: 'small', apiKeyEnv: 'SMALL_KEY' };

describe('readApiKey', () => {
  it('takes the key from the environment, without white space around it', () => {
    expect(readApiKey(model, { SMALL_KEY: ' secret\n' })).toBe('secret');
  });

  it('needs none where the pool names no variable', () => {
    expect(readApiKey({ id: 'local', apiKeyEnv: undefined }, {})).toBeUndefined();
  });

  it.each([[{}], [{ SMALL_KEY: '' }], [{ SMALL_KEY: '  ' }], [{ SMALL_KEY: undefined }]])(
    'names the variable where it is not set: %j',
    (environment) => {
      expect(() => readApiKey(model, environment)).toThrow(
        expect.objectContaining({
          code: 'missing_key',
          where: 'small',
          message: expect.stringContaining('SMALL_KEY is not set') as string,
        }),
      );
    },
  );

  it('does not take what every object has for a variable', () => {
    expect(() => readApiKey({ id: 'a', apiKeyEnv: 'constructor' }, {})).toThrow(/not set/);
  });

  it('refuses a key that no header can carry, without showing it', () => {
    const attempt = () => readApiKey(model, { SMALL_KEY: 'planted\u0007value' });
    expect(attempt).toThrow(/SMALL_KEY contains characters/);
    expect(attempt).not.toThrow(/planted/);
  });
});
