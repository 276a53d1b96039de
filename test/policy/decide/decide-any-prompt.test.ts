import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecide } from '../../../src/policy/decide/decide.js';
import type { DecideOptions, Decision } from '../../../src/policy/decide/decision.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from '../../support/any-text.js';
import { buildMixturePolicy } from '../../support/routing-policy.js';

const policy = buildMixturePolicy();
const decide = createDecide(policy, 'sha256:test');
const ids = policy.models.map(({ id }) => id);

/** What holds for every decision. */
function checkDecision(decision: Decision): void {
  expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  expect(decision.explanation).not.toBe('');
  const ranked = decision.ranked.map(({ model }) => model);
  const excluded = decision.excluded.map(({ model }) => model);
  expect([...ranked, ...excluded].sort()).toEqual(ids.toSorted());
  expect(ranked[0] ?? null).toBe(decision.model);
  expect(decision.kind).toBe(ranked.length === 0 ? 'no_feasible_model' : 'chosen');
  const utilities = decision.ranked.slice(1).map(({ utility }) => utility ?? -1e300);
  expect(utilities).toEqual(utilities.toSorted((a, b) => b - a));
  for (const { quality } of decision.ranked) expect(quality >= 0 && quality <= 1).toBe(true);
}

const anyOptions: fc.Arbitrary<DecideOptions> = fc.record(
  {
    objective: fc.constantFrom('quality', 'cost', 'none such', '__proto__'),
    model: fc.constantFrom('small', 'large', 'none such', 'constructor'),
    constraints: fc.record(
      {
        maxCostUsd: fc.double({ min: 0, max: 0.02, noNaN: true }),
        maxLatencyMs: fc.double({ min: 0, max: 5000, noNaN: true }),
        minQuality: fc.double({ min: 0, max: 1, noNaN: true }),
        allow: fc.subarray([...ids, 'none such']),
        deny: fc.subarray([...ids, 'none such']),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

describe('decide', () => {
  it('decides on any text, request or rubbish, under any options', () => {
    const anyPrompt = fc.oneof(anyText, anyChatRequest, anyMalformedPrompt);
    fc.assert(
      fc.property(anyPrompt, anyOptions, (prompt, options) => {
        checkDecision(decide(prompt as Prompt, options));
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \t\n\u3000'],
    ['NUL', '\0\0\0'],
    ['half of a pair', '\ud83d alone \udc00'],
    ['a megabyte of one character', 'x'.repeat(1_000_000)],
    ['a megabyte of words', 'lorem ipsum '.repeat(83_334)],
    ['a megabyte of ideographs', '天'.repeat(1_000_000)],
    ['a megabyte of combining marks', 'e\u0301'.repeat(500_000)],
    ['a megabyte of newlines', '\n'.repeat(1_000_000)],
  ])('decides on %s', (_, prompt) => {
    checkDecision(decide(prompt));
    checkDecision(decide({ messages: [{ role: 'system', content: prompt }] }));
  });

  it('decides on a conversation of ten thousand messages', () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `message ${index}`,
    }));
    checkDecision(decide({ messages }));
  });

  it('decides on no prompt at all', () => {
    for (const prompt of [null, undefined, 0, true, [], {}, { messages: null }]) {
      checkDecision(decide(prompt as unknown as Prompt));
    }
  });
});
