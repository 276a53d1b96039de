import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocols } from '../../../../src/llm/protocol.js';
import type { CallFailure } from '../../../../src/measure/sweep/calls/call-failure.js';
import type { CallResult, CompletedCall } from '../../../../src/measure/sweep/calls/call-result.js';
import type { Protocol } from '../../../../src/llm/types.js';
import type { TokenUsage, Usage } from '../../../../src/llm/usage.js';
import { systemClock } from '../../../../src/measure/sweep/calls/clock.js';
import { CallResponseReader } from '../../../../src/measure/sweep/calls/response-reader.js';

const folder = path.join(import.meta.dirname, 'wire');
const files = readdirSync(folder).filter((file) => file.endsWith('.sse'));

const tokens = (usage: Usage, reportedCostUsd?: number): TokenUsage => ({
  usage,
  isGuess: false,
  reportedCostUsd,
});

const none = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

type Expected = Partial<CompletedCall> | (Partial<CallFailure> & { readonly failed: true });

/** What each file must be read as. `ttftMs` is the number of the event that started the clock. */
const expectations: Readonly<Record<string, Expected>> = {
  'openai-role-first.sse': {
    answer: 'Paris.',
    finishReason: 'stop',
    tokens: tokens({ ...none, inputTokens: 19, cachedInputTokens: 16, outputTokens: 4 }),
    servedModel: 'gpt-4o-mini-2024-07-18',
    fingerprint: 'fp_1a2b3c',
    ttftMs: 2,
    firstContentMs: 2,
  },
  'openai-refusal.sse': {
    answer: "I can't help with that.",
    ending: 'refused',
    finishReason: 'stop',
  },
  'openai-tool-calls.sse': {
    answer:
      '{"tool_calls":[{"name":"get_weather","arguments":{"city":"Bern"}},{"name":"get_time","arguments":{}}]}',
    finishReason: 'tool_calls',
    firstContentMs: 1,
  },
  'openai-cut-before-done.sse': { failed: true, class: 'network', mayBeCharged: true },
  'openai-multi-byte-crlf.sse': { answer: 'Zürich, 東京, 👩‍🔬', finishReason: 'stop' },
  'openai-length.sse': { answer: 'The answ', finishReason: 'length' },
  'openai-not-json.sse': { failed: true, class: 'malformed', retryable: true },
  'openrouter-reasoning-keep-alives.sse': {
    answer: '91 = 7 x 13, so no.',
    tokens: tokens({ ...none, inputTokens: 12, outputTokens: 40, reasoningTokens: 31 }, 0.000121),
    servedModel: 'deepseek/deepseek-r1',
    servedProvider: 'DeepInfra',
    ttftMs: 1,
    firstContentMs: 3,
  },
  // Graders read text, so that this is no answer of quality 0.
  'openrouter-images.sse': {
    failed: true,
    class: 'unsupported',
    retryable: false,
    mayBeCharged: true,
  },
  'openrouter-error-inside.sse': { failed: true, class: 'server_error', status: 502 },
  'vllm-reasoning-content-null.sse': {
    answer: 'No',
    tokens: tokens({ ...none, inputTokens: 7, outputTokens: 5 }),
    ttftMs: 2,
    firstContentMs: 3,
  },
  'ollama-plain.sse': { answer: 'No', servedModel: 'qwen2.5:3b', ttftMs: 1 },
  'anthropic-text-cached.sse': {
    answer: 'Zürich 👋',
    finishReason: 'stop',
    tokens: tokens({
      inputTokens: 2105,
      cachedInputTokens: 2000,
      cacheWriteTokens: 100,
      outputTokens: 9,
      reasoningTokens: 0,
    }),
    servedModel: 'claude-sonnet-4-5-20250929',
    ttftMs: 4,
    firstContentMs: 4,
  },
  'anthropic-thinking.sse': { answer: 'No.', ttftMs: 3, firstContentMs: 7 },
  'anthropic-tool-use.sse': {
    answer:
      '{"tool_calls":[{"name":"get_weather","arguments":{"city":"Bern"}},{"name":"get_time","arguments":{}}]}',
    finishReason: 'tool_calls',
  },
  'anthropic-max-tokens.sse': { answer: 'The answ', finishReason: 'length' },
  'anthropic-refusal.sse': { answer: '', ending: 'refused', finishReason: 'refusal' },
  'anthropic-overloaded-inside.sse': { failed: true, class: 'server_error', retryable: true },
  'anthropic-cut.sse': { failed: true, class: 'network', mayBeCharged: true },
};

/** Reads a response that arrives in these pieces. The clock ticks once an event. */
function read(file: string, pieces: readonly Uint8Array[]): CallResult {
  const protocol = protocols[file.startsWith('anthropic') ? 'anthropic' : 'openai'];
  let events = 0;
  const counting: Protocol = {
    ...protocol,
    createStreamReader(context) {
      const stream = protocol.createStreamReader(context);
      return {
        ...stream,
        isOver: () => stream.isOver(),
        accept(event) {
          events += 1;
          return stream.accept(event);
        },
      };
    },
  };
  const context = { secrets: [], now: () => systemClock.date() };
  const reader = new CallResponseReader(counting, () => events, context);
  reader.start(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const piece of pieces) {
    const result = reader.accept(piece);
    if (result !== undefined) return result;
  }
  return reader.end();
}

/** Cut after each of these bytes. */
function cut(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...new Set(places)].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

function check(result: CallResult, expected: Expected): void {
  if ('failed' in expected) {
    const { failed: _, ...failure } = expected;
    expect(result).toMatchObject({ kind: 'failed', failure });
  } else expect(result).toMatchObject({ kind: 'completed', ...expected });
}

describe('a wire fixture', () => {
  it('has an expectation, for every file', () => {
    expect(files.toSorted()).toEqual(Object.keys(expectations).toSorted());
  });

  it.each(files)('%s is read as it is meant', (file) => {
    check(read(file, [readFileSync(path.join(folder, file))]), expectations[file] as Expected);
  });

  it.each(files)('%s is read the same byte by byte, and however it is cut', (file) => {
    const bytes = readFileSync(path.join(folder, file));
    const whole = read(file, [bytes]);
    expect(read(file, cut(bytes, [...bytes.keys()].slice(1)))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 })), (places) => {
        expect(read(file, cut(bytes, places))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it.each(files)('%s is never an answer where it is cut before its end', (file) => {
    const bytes = readFileSync(path.join(folder, file));
    const text = bytes.toString('utf8');
    // Up to the event that says why the model stopped, nothing is whole.
    const finish = text.search(/"(?:finish_reason|stop_reason)":"/);
    const end = finish === -1 ? bytes.length : Buffer.byteLength(text.slice(0, finish));
    for (let length = 0; length < end; length++) {
      expect(read(file, [bytes.subarray(0, length)]).kind).toBe('failed');
    }
  });
});
