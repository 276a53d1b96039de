import { describe, expect, it } from 'vitest';
import { concludeAnswer } from '../../../src/adapters/ai-sdk/read-answer.js';
import { checkConclusion } from '../../../src/serve/router/check-conclusion.js';

describe('how an answer of an AI SDK model ended', () => {
  it.each([
    // As the package for Gemini says it.
    ['error', 'MALFORMED_FUNCTION_CALL', { class: 'malformed', isModelFault: true }],
    ['other', 'malformed_tool_use', { class: 'malformed', isModelFault: true }],
    ['error', 'STOP', { class: 'server_error' }],
    ['error', undefined, { class: 'server_error' }],
  ] as const)('is a failure for %s, %s', (unified, raw, failure) => {
    expect(concludeAnswer({ unified, raw }, true)).toMatchObject({ kind: 'failed', failure });
  });

  it.each([
    ['stop', 'STOP'],
    ['other', 'end_turn'],
  ] as const)('is an answer for %s, %s', (unified, raw) => {
    expect(concludeAnswer({ unified, raw }, true)).toMatchObject({ kind: 'answered' });
  });
});

it('takes the cost of a refusal by Claude before any output for a guess', () => {
  const conclusion = concludeAnswer({ unified: 'content-filter', raw: 'refusal' }, false);
  const tokens = { usage: null, isGuess: false, reportedCostUsd: undefined };
  expect(checkConclusion(conclusion, false, tokens)).toEqual({
    finishReason: 'refusal',
    tokens: { ...tokens, isGuess: true },
  });
});
