import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/util/json.js';
import {
  classifyProviderError,
  findErrorStatus,
  readProviderError,
} from '../../src/llm/provider-error.js';

describe('the status of an error inside a 200', () => {
  it.each([
    [{ code: 429 }, 429],
    [{ code: '503' }, 503],
    [{ code: 200 }, 500],
    [{ type: 'overloaded_error' }, 529],
    [{ type: 'rate_limit_error' }, 429],
    [{ code: 'rate_limit_exceeded' }, 429],
    [{ type: 'invalid_request_error' }, 400],
    [{ message: 'x' }, 500],
  ])('of %j is %i', (error, status) => {
    expect(findErrorStatus(readProviderError({ error }))).toBe(status);
  });
});

describe('what an error means', () => {
  it.each([
    [400, { message: 'input is too long for the model' }, 'context_overflow'],
    [400, { code: 'unsupported_value' }, 'unsupported'],
    [404, { message: 'No endpoints found that support image input' }, 'unsupported'],
    [404, { message: 'No endpoints found for this model' }, 'model_not_found'],
    [400, { message: 'We support images. Yours is broken.' }, 'bad_request'],
    [400, { message: 'x' }, 'bad_request'],
  ])('is, for %i %j, %s', (status, error, expected) => {
    expect(classifyProviderError(status, readProviderError({ error }))).toBe(expected);
  });

  it('is found for any body', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 400, max: 599 }), (body, status) => {
        const error = readProviderError(body as JsonValue);
        expect(typeof error.message).toBe('string');
        expect(classifyProviderError(status, error)).toMatch(/^[a-z_]+$/);
      }),
    );
  });
});
