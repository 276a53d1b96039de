import { describe, expect, it } from 'vitest';
import { protocols } from '../../../../src/llm/protocol.js';
import { responseLimits } from '../../../../src/llm/response-limits.js';
import type { CallResult } from '../../../../src/measure/sweep/calls/call-result.js';
import { CallResponseReader } from '../../../../src/measure/sweep/calls/response-reader.js';

const { maxBodyBytes, maxAnswerCharacters } = responseLimits;

/** Reads a response in pieces, as they come from a connection. */
function readResponse(contentType: string, body: string): CallResult {
  const context = { secrets: [], now: () => new Date() };
  const reader = new CallResponseReader(protocols.openai, () => 1, context);
  reader.start(200, { 'content-type': contentType });
  const bytes = Buffer.from(body);
  for (let start = 0; start < bytes.length; start += 65_536) {
    const result = reader.accept(bytes.subarray(start, start + 65_536));
    if (result !== undefined) return result;
  }
  return reader.end();
}

function readWhole(content: string): CallResult {
  const message = { role: 'assistant', content };
  const body = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
  return readResponse('application/json', body);
}

function readStream(content: string): CallResult {
  const pieces = Array.from({ length: Math.ceil(content.length / 100_000) }, (_, index) =>
    content.slice(index * 100_000, (index + 1) * 100_000),
  );
  const events = pieces.map((piece, index) => {
    const finish = index === pieces.length - 1 ? 'stop' : null;
    const choice = { index: 0, delta: { content: piece }, finish_reason: finish };
    return `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
  });
  return readResponse('text/event-stream', `${events.join('')}data: [DONE]\n\n`);
}

describe('the longest answer that a sweep reads', () => {
  const around = Buffer.byteLength(
    JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
    }),
  );

  it('is a body of as many bytes as the limit, and a stream of as many characters', () => {
    const whole = 'a'.repeat(maxBodyBytes - around);
    expect(readWhole(whole)).toMatchObject({ kind: 'completed', answer: whole });
    const streamed = '字'.repeat(maxAnswerCharacters);
    expect(readStream(streamed)).toMatchObject({ kind: 'completed', answer: streamed });
  });

  it.each([
    ['a whole body', readWhole, 'a'.repeat(maxBodyBytes), /^the body is longer than 4194304 bytes/],
    ['a body of long characters', readWhole, '字'.repeat(1_500_000), /^the body is longer than/],
    ['a stream', readStream, 'a'.repeat(maxAnswerCharacters + 1), /more than 4194304 characters/],
  ])(
    'is not asked for again where it is exceeded, which would be paid: %s',
    (_, read, text, why) => {
      const failure = { class: 'malformed', retryable: false, mayBeCharged: true };
      expect(read(text)).toMatchObject({ kind: 'failed', failure });
      expect(read(text)).toHaveProperty('failure.message', expect.stringMatching(why));
    },
  );
});
