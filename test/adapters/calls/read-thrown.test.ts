import {
  APICallError,
  EmptyResponseBodyError,
  LoadAPIKeyError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import fc from 'fast-check';
import { APIConnectionTimeoutError, APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { readReported, readThrown } from '../../../src/adapters/calls/read-thrown.js';
import { attemptError } from '../../../src/serve/router/failure.js';

const now = new Date(Date.UTC(2025, 0, 1));
const asking = { isReading: false, now };
const reading = { isReading: true, now };

function callError(changes: Partial<ConstructorParameters<typeof APICallError>[0]>): APICallError {
  return new APICallError({
    message: 'Failed sk-secret-key-1234',
    url: 'https://example.com',
    requestBodyValues: { prompt: 'secret' },
    ...changes,
  });
}

function withCode(code: unknown, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('an error that a package of models throws', () => {
  it.each<readonly [string, unknown, object]>([
    [
      'a status of the AI SDK',
      callError({ statusCode: 503 }),
      { class: 'server_error', status: 503 },
    ],
    [
      'a wait',
      callError({ statusCode: 429, responseHeaders: { 'retry-after': '7' } }),
      { class: 'rate_limited', retryAfterMs: 7000 },
    ],
    [
      'a body that says more than the status',
      callError({
        statusCode: 400,
        responseBody: '{"error":{"code":"context_length_exceeded","message":"too long"}}',
      }),
      { class: 'context_overflow' },
    ],
    [
      "a status of OpenAI's package",
      APIError.generate(429, { error: { code: 'insufficient_quota' } }, 'no', new Headers()),
      { class: 'quota_exhausted', status: 429 },
    ],
    [
      "an error in a stream, of OpenAI's package",
      new APIError(undefined, { code: 502, message: 'upstream' }, 'upstream', undefined),
      { class: 'server_error' },
    ],
    ['a limit of time', new APIConnectionTimeoutError(), { class: 'timeout' }],
    [
      'a status of AWS',
      Object.assign(new Error('slow'), { $metadata: { httpStatusCode: 429 } }),
      { class: 'rate_limited' },
    ],
    [
      'a status of axios',
      Object.assign(new Error('x'), { response: { status: 401 } }),
      { class: 'authentication' },
    ],
    ['a number as its code', withCode(404), { class: 'model_not_found' }],
    [
      'a connection that failed',
      new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }),
      { class: 'network', detail: 'ECONNREFUSED' },
    ],
    ['no key', new LoadAPIKeyError({ message: 'no key' }), { class: 'invalid_credentials' }],
    [
      'an unknown model',
      new NoSuchModelError({ modelId: 'x', modelType: 'languageModel' }),
      { class: 'model_not_found' },
    ],
    [
      'what the model cannot do',
      new UnsupportedFunctionalityError({ functionality: 'x' }),
      { class: 'unsupported' },
    ],
    ['no body', new EmptyResponseBodyError(), { class: 'malformed' }],
    ['a body that cannot be read', callError({ statusCode: 200 }), { class: 'malformed' }],
    [
      'a body that broke off',
      callError({
        statusCode: 200,
        cause: new TypeError('x', { cause: withCode('UND_ERR_SOCKET') }),
      }),
      { class: 'truncated' },
    ],
    ['an error of its own', new TypeError('x is not a function'), { class: 'model_error' }],
    ['nothing', undefined, { class: 'model_error' }],
    ['a text', 'no', { class: 'model_error' }],
    ['an attempt that was cut off', attemptError('aborted'), { class: 'aborted' }],
  ])('%s', (_, error, failure) => {
    const read = readThrown(error, asking).failure;
    expect(read).toMatchObject(failure);
    expect(JSON.stringify(read)).not.toMatch(/secret/);
  });

  it('while it reads means that the answer broke off', () => {
    const lost = new TypeError('terminated', { cause: withCode('ECONNRESET') });
    expect(readThrown(lost, reading).failure.class).toBe('truncated');
  });

  it('may be anything', () => {
    const hostile = Object.defineProperty(new Error('x'), 'status', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(readThrown(hostile, asking).failure.class).toBe('model_error');
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (members, said) => {
        const error = Object.assign(new Error('x'), { error: members, headers: said, data: said });
        expect(readThrown(error, asking).failure.class).toMatch(/^[a-z_]+$/);
        expect(readReported(said, reading).failure.class).toMatch(/^[a-z_]+$/);
      }),
    );
  });
});

describe('an error inside an answer', () => {
  it.each<readonly [unknown, string]>([
    [{ type: 'overloaded_error', message: 'busy' }, 'server_error'],
    [{ code: 429, message: 'slow down' }, 'rate_limited'],
    ['overloaded', 'server_error'],
    [null, 'server_error'],
    [callError({ statusCode: 503 }), 'server_error'],
  ])('%j', (error, failureClass) => {
    expect(readReported(error, reading).failure.class).toBe(failureClass);
  });
});
