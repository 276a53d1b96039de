import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyResponse,
  classifyStreamError,
} from '../../../../src/measure/sweep/calls/classify-failure.js';

function classify(status: number, error: Record<string, unknown> = {}) {
  return classifyResponse({ status, body: JSON.parse(JSON.stringify({ error })) as never });
}

describe('classifyResponse', () => {
  it.each([
    [400, 'bad_request', false],
    [401, 'authentication', false],
    [402, 'quota_exhausted', false],
    [403, 'authentication', false],
    [404, 'model_not_found', false],
    [408, 'timeout', true],
    [409, 'server_error', true],
    [413, 'bad_request', false],
    [422, 'bad_request', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [529, 'server_error', true],
  ])('takes %i for %s', (status, failureClass, retryable) => {
    expect(classify(status)).toMatchObject({ class: failureClass, status, retryable });
  });

  it('tells a quota that is used up from a rate limit', () => {
    expect(classify(429, { code: 'insufficient_quota' })).toMatchObject({
      class: 'quota_exhausted',
      retryable: false,
    });
    expect(classify(429, { type: 'insufficient_quota', code: null }).class).toBe('quota_exhausted');
  });

  it.each([
    [{ code: 'context_length_exceeded', message: 'too long' }],
    [{ type: 'exceed_context_size_error', message: 'the request exceeds it' }],
    [{ code: 400, message: "This model's maximum context length is 4096 tokens." }],
  ])('knows a prompt that is too long: %j', (error) => {
    expect(classify(400, error)).toMatchObject({ class: 'context_overflow', retryable: false });
  });

  it('does not let a message turn a server error into something else', () => {
    expect(classify(500, { message: 'maximum context length' }).class).toBe('server_error');
  });

  it('knows a filtered request, also where moderation answers 403', () => {
    expect(classify(400, { code: 'content_filter' }).class).toBe('content_filtered');
    expect(classify(403, { metadata: { reasons: ['violence'] } }).class).toBe('content_filtered');
  });

  it('makes one short line of any body, without control characters', () => {
    const body = `\u001b[31mno\r\n${'x'.repeat(5000)}`;
    const { message } = classifyResponse({ status: 500, body });
    expect(message).toMatch(/^HTTP 500: \[31mno x+$/);
    expect(message.length).toBeLessThanOrEqual(400);
  });

  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.jsonValue(), (status, body) => {
        const failure = classifyResponse({ status, body: body as never });
        expect(failure.status).toBe(status);
        expect(failure.message.length).toBeLessThanOrEqual(400);
      }),
    );
  });
});

describe('classifyStreamError', () => {
  it('takes a numeric code for the status', () => {
    expect(classifyStreamError({ code: 429, message: 'slow down' })).toMatchObject({
      class: 'rate_limited',
      status: 429,
    });
  });

  it('takes everything else for a server error without a status', () => {
    expect(classifyStreamError({ message: 'overloaded' })).toMatchObject({
      class: 'server_error',
      status: null,
      retryable: true,
    });
    expect(classifyStreamError('broken').class).toBe('server_error');
  });
});
