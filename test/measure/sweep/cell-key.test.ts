import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeCellKey } from '../../../src/measure/sweep/cell-key.js';
import { buildPoolModel } from '../../support/pool-model.js';

const model = buildPoolModel({
  parameters: { temperature: 0, maxTokens: 100 },
  pin: { order: ['a', 'b'], quantizations: ['fp8'] },
});
const cell = { promptHash: 'p', model, repeat: 0 };
const key = computeCellKey(cell);

describe('computeCellKey', () => {
  it('is a SHA-256', () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['the prompt', { promptHash: 'q' }],
    ['the repeat', { repeat: 1 }],
    ['the provider’s model', { model: { ...model, model: 'small-2' } }],
    ['the base URL', { model: { ...model, baseUrl: 'https://example.com/v1' } }],
    ['the protocol', { model: { ...model, protocol: 'anthropic' as const } }],
    ['the pin', { model: { ...model, pin: { order: ['b', 'a'], quantizations: ['fp8'] } } }],
    ['no pin', { model: { ...model, pin: undefined } }],
    ['temperature', { model: { ...model, parameters: { temperature: 1, maxTokens: 100 } } }],
    ['a parameter not given', { model: { ...model, parameters: { maxTokens: 100 } } }],
    ['the seed', { model: { ...model, parameters: { ...model.parameters, seed: 1 } } }],
    [
      'the reasoning effort',
      { model: { ...model, parameters: { ...model.parameters, reasoningEffort: 'low' } } },
    ],
  ])('changes with %s', (_, change) => {
    expect(computeCellKey({ ...cell, ...change })).not.toBe(key);
  });

  it('does not change with what shapes no answer', () => {
    fc.assert(
      fc.property(
        fc.record({
          id: fc.string(),
          apiKeyEnv: fc.option(fc.string(), { nil: undefined }),
          price: fc.record({
            inputPerMillionUsd: fc.nat(),
            outputPerMillionUsd: fc.nat(),
            date: fc.string(),
          }),
          contextWindow: fc.option(fc.nat(), { nil: undefined }),
          simulated: fc.boolean(),
        }),
        (change) => {
          expect(computeCellKey({ ...cell, model: { ...model, ...change } })).toBe(key);
        },
      ),
    );
  });

  it('does not change with the order in which a file names things', () => {
    const reordered = {
      ...model,
      parameters: { maxTokens: 100, temperature: 0 },
      pin: { quantizations: ['fp8'], order: ['a', 'b'] },
    };
    expect(computeCellKey({ ...cell, model: reordered })).toBe(key);
  });

  it('differs for any two cells that differ', () => {
    const anyCell = fc.record({
      promptHash: fc.constantFrom('p', 'q', ''),
      repeat: fc.nat(2),
      model: fc.record({
        protocol: fc.constantFrom('openai' as const, 'anthropic' as const),
        baseUrl: fc.constantFrom('https://a', 'https://b'),
        model: fc.constantFrom('m', 'n'),
        pin: fc.constantFrom(undefined, { order: ['a'] }),
        parameters: fc.constantFrom({}, { seed: 0 }, { temperature: 0 }),
      }),
    });
    fc.assert(
      fc.property(anyCell, anyCell, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(computeCellKey(a) === computeCellKey(b)).toBe(isSame);
      }),
    );
  });
});
