import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModelList } from '../../../../src/measure/models/listing/parse-model-list.js';

function parseOne(entry: Record<string, unknown>) {
  const parsed = parseModelList({ data: [{ id: 'm', ...entry }] });
  return parsed.ok ? parsed.value[0] : undefined;
}

describe('parseModelList', () => {
  it("reads OpenRouter's prices, context and abilities", () => {
    const entry = {
      id: 'acme/small',
      context_length: 128_000,
      top_provider: { context_length: 64_000 },
      architecture: { input_modalities: ['text', 'image'] },
      pricing: {
        prompt: '0.00000015',
        completion: '0.0000006',
        request: '0',
        input_cache_read: '0.00000003',
      },
      supported_parameters: ['tools', 'response_format', 'temperature'],
    };
    expect(parseModelList({ data: [entry] })).toEqual({
      ok: true,
      value: [
        {
          model: 'acme/small',
          price: {
            kind: 'listed',
            inputPerMillionUsd: 0.15,
            outputPerMillionUsd: 0.6,
            cachedInputPerMillionUsd: 0.03,
          },
          contextWindow: 64_000,
          capabilities: { vision: true, tools: true, json: true, reasoning: false },
        },
      ],
    });
  });

  it.each([
    { architecture: { input_modalities: ['text', 'image'] } },
    { supported_parameters: ['tools', 'response_format'] },
    { capabilities: ['completion', 'vision'] },
  ])('does not know what a model can do where only %j says something', (entry) => {
    expect(parseOne(entry)).toMatchObject({ model: 'm', capabilities: undefined });
  });

  it('takes a price of 0 that the list states', () => {
    expect(parseOne({ pricing: { prompt: '0', completion: '0' } })?.price).toMatchObject({
      kind: 'listed',
      inputPerMillionUsd: 0,
    });
  });

  it.each([
    [undefined, /no price/],
    [{}, /no price/],
    [{ prompt: '0.1' }, /no price for input and output/],
    [{ prompt: '', completion: '' }, /no price/],
    [{ prompt: 'free', completion: null }, /no price/],
    [{ prompt: '-1', completion: '-1' }, /varies/],
    [{ prompt: '0.000001', completion: '0.000001', request: '0.01' }, /each request/],
  ])('calls the price %j unknown, and never 0', (pricing, reason) => {
    expect(parseOne({ pricing })?.price).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(reason),
    });
  });

  it('does not read prices per million tokens as prices per token', () => {
    const unknown = { kind: 'unknown', reason: expect.stringContaining('per million') as string };
    const entries = [
      { id: 'large', pricing: { prompt: 0.24, completion: 0.84 } },
      // Each of the list's prices has its unit, also those that could be prices per token.
      { id: 'small', pricing: { prompt: 0.002, completion: 0.008 } },
      { id: 'free', pricing: { prompt: 0, completion: 0 } },
    ];
    expect(parseModelList({ data: entries })).toMatchObject({
      value: [{ price: unknown }, { price: unknown }, { price: { kind: 'listed' } }],
    });
    const dear = { pricing: { prompt: '0.00015', completion: '0.0006' } };
    expect(parseOne(dear)?.price).toMatchObject({ kind: 'listed', outputPerMillionUsd: 600 });
  });

  it("reads OpenAI's bare list, vLLM's context and Ollama's names", () => {
    expect(parseOne({ object: 'model' })).toMatchObject({
      price: { kind: 'unknown' },
      contextWindow: undefined,
      capabilities: undefined,
    });
    expect(parseOne({ max_model_len: 8192 })?.contextWindow).toBe(8192);
    const tags = parseModelList({
      models: [{ name: 'llama3.2:3b', model: 'llama3.2:3b', size: 1 }],
    });
    expect(tags).toMatchObject({ value: [{ model: 'llama3.2:3b' }] });
  });

  it.each([null, [], 'x', {}, { data: {} }, { data: [] }, { data: [{ id: 7 }, null] }])(
    'refuses %j',
    (value) => {
      expect(parseModelList(value)).toMatchObject({ ok: false });
    },
  );

  it('gives a price of at least 0 or none, for any JSON', () => {
    let listed = 0;
    const anyPrice = fc.oneof(fc.jsonValue(), fc.double(), fc.double().map(String));
    fc.assert(
      fc.property(anyPrice, anyPrice, (prompt, completion) => {
        const price = parseOne({ pricing: { prompt, completion } })?.price;
        if (price?.kind !== 'listed') return;
        listed += 1;
        expect(price.inputPerMillionUsd).toBeGreaterThanOrEqual(0);
        expect(['string', 'number']).toContain(typeof prompt);
      }),
    );
    expect(listed).toBeGreaterThan(0);
  });
});
