import { describe, expect, it } from 'vitest';
import { findEnding, toOpenAiFinishReason } from '../../src/llm/finish-reason.js';

describe('findEnding', () => {
  it.each([
    ['stop', 'complete'],
    [' STOP ', 'complete'],
    ['FinishReason.STOP', 'complete'],
    ['finish_reason_stop', 'complete'],
    ['tool-calls', 'tool_calls'],
    ['MAX_TOKENS', 'truncated'],
    ['content filter', 'refused'],
    ['content_filter: SAFETY', 'refused'],
    ['pause_turn', 'paused'],
    ['compaction', 'paused'],
  ])('reads %j as %s', (reason, ending) => {
    expect(findEnding(reason)).toBe(ending);
  });

  it.each(['', 'null', 'error', 'abort', 'stopped early', 'error: stop', 'constructor'])(
    'does not know %j',
    (reason) => {
      expect(findEnding(reason)).toBeUndefined();
    },
  );
});

describe('toOpenAiFinishReason', () => {
  it.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool_calls'],
    ['max_tokens', 'length'],
    ['SAFETY', 'content_filter'],
    // Anthropic's refusal is no filter.
    ['refusal', 'refusal'],
    ['pause_turn', 'pause_turn'],
    ['abort', 'abort'],
  ])('writes %j as %s', (reason, word) => {
    expect(toOpenAiFinishReason(reason)).toBe(word);
  });
});
