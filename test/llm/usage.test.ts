import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeCharge } from '../../src/llm/cost.js';
import { mergeRawUsage, readAnthropicUsage, readOpenAiUsage } from '../../src/llm/usage.js';
import type { JsonObject, JsonValue } from '../../src/util/json.js';

const usageOfOpenAi = (raw: JsonValue | undefined) => readOpenAiUsage(raw).usage;
const usageOfAnthropic = (raw: JsonValue | undefined) => readAnthropicUsage(raw).usage;
const reportedCostOf = (raw: JsonValue) => readOpenAiUsage(raw).reportedCostUsd;

describe('readOpenAiUsage', () => {
  it('counts cached tokens inside the prompt and reasoning inside the completion', () => {
    expect(
      usageOfOpenAi({
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920 },
        completion_tokens_details: { reasoning_tokens: 192 },
      }),
    ).toEqual({
      inputTokens: 2006,
      cachedInputTokens: 1920,
      cacheWriteTokens: 0,
      outputTokens: 300,
      reasoningTokens: 192,
    });
  });

  it.each([1e39, Number.MAX_SAFE_INTEGER, 100_000_001, -1, 0.5, '10', null])(
    'does not believe a count that no call has: %j',
    (count) => {
      expect(usageOfOpenAi({ prompt_tokens: count, completion_tokens: 5 })).toBeNull();
      expect(usageOfOpenAi({ prompt_tokens: 5, completion_tokens: count })).toBeNull();
      expect(usageOfAnthropic({ input_tokens: count, output_tokens: 5 })).toBeNull();
      const total = { prompt_tokens: 10, completion_tokens: 5, total_tokens: count };
      expect(usageOfOpenAi(total)).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    },
  );

  it('does not believe counts that are possible one by one, but not together', () => {
    const max = 100_000_000;
    const details = { completion_tokens_details: { reasoning_tokens: max } };
    const tokens = { prompt_tokens: 5, completion_tokens: max - 1 };
    expect(usageOfOpenAi({ ...tokens, ...details })).toBeNull();
    expect(usageOfOpenAi({ prompt_tokens: 5, completion_tokens: 5, ...details })).toBeNull();
    const cached = { cache_read_input_tokens: max, cache_creation_input_tokens: 0 };
    expect(usageOfAnthropic({ input_tokens: 1, ...cached, output_tokens: 5 })).toBeNull();
    expect(usageOfAnthropic({ input_tokens: 0, ...cached, output_tokens: 5 })).not.toBeNull();
  });

  it('adds reasoning that a provider counts beside the completion', () => {
    const usage = usageOfOpenAi({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    });
    expect(usage).toMatchObject({ outputTokens: 105, reasoningTokens: 100 });
  });

  it('knows cache writes, and the other name for cache hits', () => {
    const written = usageOfOpenAi({
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 50 },
    });
    expect(written).toMatchObject({ cachedInputTokens: 30, cacheWriteTokens: 50 });
    const hit = { prompt_tokens: 100, completion_tokens: 1, prompt_cache_hit_tokens: 64 };
    expect(usageOfOpenAi(hit)).toMatchObject({ cachedInputTokens: 64 });
  });

  it('knows the cache counts of Anthropic that a proxy repeats beside the prompt', () => {
    const raw = {
      prompt_tokens: 2000,
      completion_tokens: 1,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 1900,
    };
    const counted = { inputTokens: 2000, cachedInputTokens: 60, cacheWriteTokens: 1900 };
    expect(usageOfOpenAi(raw)).toMatchObject(counted);
    const details = { cached_tokens: 60, cache_creation_tokens: 1900 };
    const inDetails = { prompt_tokens: 2000, completion_tokens: 1, prompt_tokens_details: details };
    expect(usageOfOpenAi(inDetails)).toMatchObject(counted);
    const beside = { ...raw, prompt_tokens: 100 };
    expect(usageOfOpenAi(beside)).toMatchObject({ inputTokens: 100, cacheWriteTokens: 40 });
    const streamed = mergeRawUsage(raw, { ...raw, cache_creation_input_tokens: 0 });
    expect(usageOfOpenAi(streamed)).toMatchObject(counted);
  });

  it('knows the cache writes of DashScope', () => {
    const details = { cached_tokens: 0, cache_creation_input_tokens: 1500 };
    const raw = { prompt_tokens: 2000, completion_tokens: 1, prompt_tokens_details: details };
    expect(usageOfOpenAi(raw)).toMatchObject({ inputTokens: 2000, cacheWriteTokens: 1500 });
  });

  it.each<[string, JsonObject]>([
    ['reasoning', { completion_tokens_details: { reasoning_tokens: 300 }, total_tokens: 30 }],
    ['cached input', { prompt_tokens_details: { cached_tokens: 21 } }],
    ['cached and written input', { prompt_cache_hit_tokens: 15, cache_creation_input_tokens: 15 }],
  ])('is a guess where %s is more than the whole', (_, parts) => {
    const whole = { prompt_tokens: 20, completion_tokens: 10 };
    expect(readOpenAiUsage({ ...whole, ...parts })).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 10 },
      isGuess: true,
    });
  });

  it('takes null details, which some servers send', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: null };
    expect(usageOfOpenAi(usage)).toMatchObject({ inputTokens: 3, cachedInputTokens: 0 });
  });

  it.each([[null], [undefined], [{}], [{ prompt_tokens: 1 }], [[1, 2]]])(
    'is unknown, not zero, for %j',
    (usage) => {
      expect(usageOfOpenAi(usage)).toBeNull();
    },
  );

  it.each([-1, 1.5, '7', null])('does not take %j for a number of tokens', (count) => {
    expect(usageOfOpenAi({ prompt_tokens: count, completion_tokens: 1 })).toBeNull();
  });

  it('never gives parts that are more than the whole', () => {
    const tokens = fc.nat(1000);
    let read = 0;
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, tokens, (a, b, c, d, e, total) => {
        const usage = usageOfOpenAi({
          prompt_tokens: a,
          completion_tokens: b,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: c, cache_write_tokens: d },
          completion_tokens_details: { reasoning_tokens: e },
        });
        if (usage === null) return;
        read += 1;
        expect(usage.cachedInputTokens + usage.cacheWriteTokens).toBeLessThanOrEqual(a);
        expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      }),
    );
    expect(read).toBeGreaterThan(0);
  });
});

describe('the reported charge', () => {
  it('reads a charge, zero included', () => {
    expect(reportedCostOf({ cost: 0.00014 })).toBe(0.00014);
    expect(reportedCostOf({ cost: 0 })).toBe(0);
  });

  it('reads the total of a charge in parts, and ticks', () => {
    const perplexity = {
      cost: { total_cost: 0.006, request_cost: 0.005, input_tokens_cost: 0.001 },
    };
    expect(reportedCostOf(perplexity)).toBe(0.006);
    expect(reportedCostOf({ cost_in_usd_ticks: 37_756_000 })).toBeCloseTo(0.0037756, 12);
  });

  it('makes costs a guess where it is in no form that is known', () => {
    const tokens = { prompt_tokens: 10, completion_tokens: 5 };
    expect(readOpenAiUsage({ ...tokens, cost: { fee: 1 } }).isGuess).toBe(true);
    expect(readOpenAiUsage({ ...tokens, cost: null }).isGuess).toBe(false);
    expect(readOpenAiUsage({ ...tokens, cost: {} }).isGuess).toBe(false);
    const counts = { input_tokens: 10, output_tokens: 5 };
    for (const reading of [
      readOpenAiUsage({ ...tokens, cost: { fee: 1 } }),
      readAnthropicUsage({ ...counts, cost: { fee: 1 } }),
    ]) {
      expect(reading).toMatchObject({ isGuess: true, hasUnreadCharge: true });
    }
    expect(readOpenAiUsage({ ...tokens, cost: 0.1 })).not.toHaveProperty('hasUnreadCharge');
  });

  it.each<[string, boolean, JsonObject]>([
    ['the cache of an hour', true, { cache_creation: { ephemeral_1h_input_tokens: 7 } }],
    [
      'the cache of five minutes',
      false,
      { cache_creation: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 0 } },
    ],
    ['searches', true, { server_tool_use: { web_search_requests: 1 } }],
    ['no search', false, { server_tool_use: { web_search_requests: 0 } }],
    ['fetched pages', false, { server_tool_use: { web_fetch_requests: 2 } }],
    ['no other counts', false, { server_tool_use: null, cache_creation: null }],
  ])('makes costs a guess where the price table has no price of it: %s', (_, isGuess, counts) => {
    const ofAnthropic = { input_tokens: 10, output_tokens: 5, ...counts };
    const translated = { prompt_tokens: 10, completion_tokens: 5, ...counts };
    for (const reading of [readAnthropicUsage(ofAnthropic), readOpenAiUsage(translated)]) {
      expect(reading.isGuess).toBe(isGuess);
      expect(reading).not.toHaveProperty('hasUnreadCharge');
    }
    const priced = { ...translated, cost: 0.1 };
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-01' };
    expect(computeCharge(readOpenAiUsage(priced), price).isGuess).toBe(false);
  });

  it.each([[null], [{}], [{ cost: '0.1' }], [{ cost: -1 }], [{ cost: { total: 1 } }]])(
    'reads none in %j',
    (usage) => {
      expect(reportedCostOf(usage)).toBeUndefined();
    },
  );
});

describe('tokens that only a total shows', () => {
  it('are billed as output, and marked as a guess', () => {
    const raw = { prompt_tokens: 20, completion_tokens: 424, total_tokens: 1016 };
    expect(readOpenAiUsage(raw)).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 996, reasoningTokens: 572 },
      isGuess: true,
    });
  });

  it('are no guess if the reasoning explains them', () => {
    const raw = {
      prompt_tokens: 20,
      completion_tokens: 424,
      total_tokens: 1016,
      completion_tokens_details: { reasoning_tokens: 572 },
    };
    expect(readOpenAiUsage(raw)).toMatchObject({ usage: { outputTokens: 996 }, isGuess: false });
  });

  it('are added if there is more reasoning than output, and no total', () => {
    const raw = {
      prompt_tokens: 20,
      completion_tokens: 5,
      completion_tokens_details: { reasoning_tokens: 60 },
    };
    expect(readOpenAiUsage(raw)).toMatchObject({ usage: { outputTokens: 65 }, isGuess: true });
  });

  it.each([0, 10, 444])('are not taken from a total of %i that is not larger', (total) => {
    const raw = { prompt_tokens: 20, completion_tokens: 424, total_tokens: total };
    expect(readOpenAiUsage(raw)).toMatchObject({ usage: { outputTokens: 424 }, isGuess: false });
  });
});

describe('a usage without input', () => {
  it.each([0, 5])('is unknown with %i of output: a request always has input', (output) => {
    expect(usageOfOpenAi({ prompt_tokens: 0, completion_tokens: output })).toBeNull();
    expect(usageOfAnthropic({ input_tokens: 0, output_tokens: output })).toBeNull();
  });

  it('is unknown where a stream names the output only', () => {
    const started = { input_tokens: 0, output_tokens: 0 };
    expect(usageOfAnthropic(mergeRawUsage(started, { output_tokens: 9 }))).toBeNull();
  });

  it('keeps the charge that is reported', () => {
    const raw = { prompt_tokens: 0, completion_tokens: 5, cost: 0.25 };
    expect(readOpenAiUsage(raw)).toMatchObject({ usage: null, reportedCostUsd: 0.25 });
  });

  it('is known where all input was read from Anthropic’s cache', () => {
    const raw = { input_tokens: 0, cache_read_input_tokens: 120, output_tokens: 9 };
    expect(usageOfAnthropic(raw)).toMatchObject({ inputTokens: 120, cachedInputTokens: 120 });
  });
});

describe('the charge behind a key of one’s own', () => {
  it('is the gateway’s fee and the upstream charge', () => {
    const byok = { cost: 0.01, is_byok: true, cost_details: { upstream_inference_cost: 0.2 } };
    expect(reportedCostOf(byok)).toBeCloseTo(0.21);
    expect(reportedCostOf({ cost: 0.01, is_byok: true })).toBeUndefined();
  });
});

describe('mergeRawUsage', () => {
  it('replaces the parts of Anthropic’s input together: what is cached was counted before', () => {
    const known = { input_tokens: 120, output_tokens: 1 };
    const later = { input_tokens: 0, cache_read_input_tokens: 120, output_tokens: 9 };
    expect(readAnthropicUsage(mergeRawUsage(known, later)).usage).toMatchObject({
      inputTokens: 120,
      cachedInputTokens: 120,
      outputTokens: 9,
    });
    const empty = { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 9 };
    expect(readAnthropicUsage(mergeRawUsage(known, empty)).usage).toMatchObject({
      inputTokens: 120,
      outputTokens: 9,
    });
  });

  it('lets neither null nor 0 replace what is known', () => {
    const known = { input_tokens: 1000, output_tokens: 1, details: { cached: 3 } };
    const later = { input_tokens: 0, output_tokens: 5, details: { cached: null }, more: 0 };
    expect(mergeRawUsage(known, later)).toEqual({
      input_tokens: 1000,
      output_tokens: 5,
      details: { cached: 3 },
      more: 0,
    });
    expect(mergeRawUsage({ input_tokens: 0 }, { input_tokens: 9 })).toEqual({ input_tokens: 9 });
    expect(mergeRawUsage({ input_tokens: 4 }, { input_tokens: null })).toEqual({ input_tokens: 4 });
  });

  const split = {
    input_tokens: 10,
    cache_read_input_tokens: 9000,
    cache_creation_input_tokens: 500,
    output_tokens: 1,
  };

  it.each<[string, JsonObject]>([
    [
      'null cache counts',
      { input_tokens: 10, cache_read_input_tokens: null, cache_creation_input_tokens: null },
    ],
    ['a missing cache count', { input_tokens: 10, cache_read_input_tokens: 9000 }],
    [
      'cache counts of 0',
      { input_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    ],
    ['no input', { cache_read_input_tokens: 9000, cache_creation_input_tokens: 500 }],
    [
      'another split of the same input',
      { input_tokens: 10, cache_read_input_tokens: 9500, cache_creation_input_tokens: 0 },
    ],
  ])('keeps all input where the last report has %s', (_, later) => {
    const usage = usageOfAnthropic(mergeRawUsage(split, { ...later, output_tokens: 5 }));
    expect(usage).toMatchObject({ inputTokens: 9510, outputTokens: 5 });
  });

  const count = fc.integer({ min: 1, max: 10_000 });
  type Way = 'given' | 'null' | 'missing' | 'zero';
  const givens: readonly Way[] = ['given', 'null', 'missing'];

  /** Reports of one call, each of which gives some of the counts. */
  function reportsOf(truth: JsonObject, ways: readonly Way[]) {
    const names = Object.keys(truth);
    const ofOne = fc.tuple(...names.map(() => fc.constantFrom(...ways)));
    return fc.array(ofOne, { minLength: 1, maxLength: 6 }).map((reports) =>
      reports.map((chosen) => {
        const members = names.flatMap((name, index): [string, JsonValue][] => {
          const way = chosen[index] ?? 'missing';
          if (way === 'missing') return [];
          return [[name, way === 'null' ? null : way === 'zero' ? 0 : (truth[name] ?? null)]];
        });
        return Object.fromEntries(members) as JsonObject;
      }),
    );
  }

  const mergeAll = (reports: readonly JsonObject[]): JsonObject =>
    reports.reduce<JsonObject | null>(mergeRawUsage, null) ?? {};

  it('knows every count that any report gave, whatever the others leave out', () => {
    const calls = fc
      .record({
        input_tokens: count,
        cache_read_input_tokens: fc.nat(10_000),
        cache_creation_input_tokens: fc.nat(10_000),
        output_tokens: count,
      })
      .chain((truth) => fc.tuple(fc.constant(truth), reportsOf(truth, givens)));
    fc.assert(
      fc.property(calls, ([truth, reports]) => {
        const merged = mergeAll(reports);
        for (const [name, value] of Object.entries(truth)) {
          const isGiven = reports.some((report) => typeof report[name] === 'number');
          expect(merged[name] ?? null).toBe(isGiven ? value : null);
        }
      }),
    );
  });

  it('does so within the details of OpenAI’s protocol', () => {
    const reports = reportsOf({ cached_tokens: 7, cache_write_tokens: 3 }, givens);
    fc.assert(
      fc.property(reports, (details) => {
        const merged = mergeAll(
          details.map((one) => ({ prompt_tokens: 20, prompt_tokens_details: one })),
        );
        const given = Object.assign(
          {},
          ...details.map((one) =>
            Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
          ),
        ) as JsonObject;
        expect(merged['prompt_tokens']).toBe(20);
        expect(merged['prompt_tokens_details']).toMatchObject(given);
      }),
    );
  });

  it('never counts less input than one of the reports, whatever counts are 0', () => {
    const inputOf = (input: JsonObject): number =>
      usageOfAnthropic({ input_tokens: 0, ...input, output_tokens: 1 })?.inputTokens ?? 0;
    const calls = fc
      .record({
        input_tokens: count,
        cache_read_input_tokens: count,
        cache_creation_input_tokens: count,
      })
      .chain((truth) => reportsOf(truth, ['given', 'missing', 'zero']));
    fc.assert(
      fc.property(calls, (reports) => {
        const merged = inputOf(mergeAll(reports));
        for (const report of reports) expect(merged).toBeGreaterThanOrEqual(inputOf(report));
      }),
    );
  });
});

describe('readAnthropicUsage', () => {
  it('adds what was read from a cache and written to one', () => {
    expect(
      usageOfAnthropic({
        input_tokens: 10,
        cache_read_input_tokens: 200,
        cache_creation_input_tokens: 30,
        output_tokens: 7,
      }),
    ).toEqual({
      inputTokens: 240,
      cachedInputTokens: 200,
      cacheWriteTokens: 30,
      outputTokens: 7,
      reasoningTokens: 0,
    });
  });

  it.each([
    [{ output_tokens_details: { thinking_tokens: 40 } }, 40],
    [{ output_tokens_details: { thinking_tokens: 60 } }, 50],
    [{ output_tokens_details: null }, 0],
    [{}, 0],
  ])('counts the thinking in %j, which is part of the output', (details, reasoningTokens) => {
    const raw = { input_tokens: 10, output_tokens: 50, ...details };
    expect(usageOfAnthropic(raw)).toMatchObject({ outputTokens: 50, reasoningTokens });
  });

  describe('with iterations', () => {
    const message = { type: 'message', input_tokens: 23_000, output_tokens: 1000 };
    const summary = {
      type: 'compaction',
      input_tokens: 180_000,
      cache_read_input_tokens: 500,
      output_tokens: 3500,
    };
    const usual = { input_tokens: 23_000, output_tokens: 1000 };

    it('counts those that compacted the conversation, which are billed beside the usual counts', () => {
      expect(readAnthropicUsage({ ...usual, iterations: [summary, message] })).toEqual({
        usage: {
          inputTokens: 203_500,
          cachedInputTokens: 500,
          cacheWriteTokens: 0,
          outputTokens: 4500,
          reasoningTokens: 0,
        },
        isGuess: false,
        reportedCostUsd: undefined,
      });
      const none = { input_tokens: 0, output_tokens: 0 };
      expect(usageOfAnthropic({ ...none, iterations: [summary] })?.inputTokens).toBe(180_500);
    });

    it.each([null, []])('is the usual counts where they are %j', (iterations) => {
      const reading = readAnthropicUsage({ ...usual, iterations });
      expect(reading).toMatchObject({ usage: { inputTokens: 23_000 }, isGuess: false });
    });

    it.each<[string, JsonValue, number]>([
      ['are an advisor', [message, { ...message, type: 'advisor_message', model: 'b' }], 46_000],
      ['answered for another model', [{ ...message, type: 'fallback_message' }], 23_000],
      [
        'name two models',
        [
          { ...message, model: 'a' },
          { ...summary, model: 'b' },
        ],
        203_500,
      ],
      ['have a type that is not known', [{ ...message, type: 'later' }], 23_000],
      ['have no counts', [message, { type: 'message' }], 23_000],
      ['are no objects', [message, 5], 23_000],
      ['are no list', { message }, 23_000],
      ['count less than all', [{ ...message, input_tokens: 1 }], 23_000],
      [
        'wrote to the cache of an hour',
        [message, { ...summary, cache_creation: { ephemeral_1h_input_tokens: 1 } }],
        203_500,
      ],
    ])('is a guess where some %s', (_, iterations, inputTokens) => {
      const reading = readAnthropicUsage({ ...usual, iterations });
      expect(reading).toMatchObject({ usage: { inputTokens }, isGuess: true });
    });

    it('is none with more tokens than a call can have', () => {
      const large = { ...summary, output_tokens: 60_000_000 };
      expect(usageOfAnthropic({ ...usual, iterations: [large, large] })).toBeNull();
    });

    it('takes the last list of a stream', () => {
      const merged = mergeRawUsage(
        { ...usual, iterations: null },
        { iterations: [summary, message] },
      );
      expect(usageOfAnthropic(merged)?.outputTokens).toBe(4500);
    });
  });

  it('takes null for no cache', () => {
    const usage = { input_tokens: 1, cache_read_input_tokens: null, output_tokens: 2 };
    expect(usageOfAnthropic(usage)).toMatchObject({ inputTokens: 1, cachedInputTokens: 0 });
  });

  it.each([
    [null],
    [undefined],
    [{}],
    [{ input_tokens: 1 }],
    [{ input_tokens: -1, output_tokens: 2 }],
  ])('is unknown, not zero, for %j', (usage) => {
    expect(usageOfAnthropic(usage)).toBeNull();
  });
});
