import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../../src/llm/chat.js';
import type { DecideOptions } from '../../../src/policy/decide/decision.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { classifyExclusion } from '../../../src/serve/log/classify-exclusion.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';

const base = buildConstantPolicy();
const policy = await loadPolicy(
  (
    await writePolicyFile({
      ...base,
      models: base.models.map((model) => ({
        ...model,
        contextWindow: model.id === 'large' ? 4000 : 100_000,
        capabilities: { vision: false, tools: false, json: false, reasoning: false },
      })),
    })
  ).text,
);
const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
const long = 'word '.repeat(10_000);
const withImage = { messages: [{ role: 'user' as const, content: [image] }] };
/** Constraints as a caller without TypeScript may write them. */
const odd = (constraints: unknown) => ({ constraints }) as DecideOptions;

/** The code, the model, the prompt and what else excludes it. */
const cases: readonly (readonly [string, string, Prompt, DecideOptions])[] = [
  ['not_allowed', 'large', 'hello', { constraints: { allow: ['small'] } }],
  ['denied', 'large', 'hello', { constraints: { deny: ['large'] } }],
  ['capability', 'large', withImage, {}],
  ['capability', 'large', 'hello', { constraints: { capabilities: ['tools'] } }],
  ['context', 'large', long, {}],
  ['context', 'large', 'hello', { constraints: { maxOutputTokens: Infinity } }],
  ['cost', 'local', 'hello', { constraints: { maxCostUsd: 1 } }],
  ['cost', 'small', long, { constraints: { maxCostUsd: 1 } }],
  ['cost', 'large', 'hello', { constraints: { maxCostUsd: 0.005 } }],
  ['latency', 'local', 'hello', { constraints: { maxLatencyMs: 5000 } }],
  ['latency', 'large', 'hello', { constraints: { maxLatencyMs: 5 } }],
  ['quality', 'local', 'hello', { constraints: { minQuality: 0.65 } }],
  ['unreadable_constraints', 'large', 'hello', odd(null)],
  ['unreadable_constraints', 'large', 'hello', odd({ maxCostUsd: 'a' })],
  ['unreadable_constraints', 'large', 'hello', odd({ allow: 'small' })],
  ['unreadable_constraints', 'large', 'hello', odd({ capabilities: ['flying'] })],
  ['unreadable_constraints', 'large', 'hello', odd({ maxCots: 1 })],
  ['unreadable_constraints', 'large', 'hello', odd({ constructor: [] })],
  ['unavailable', 'large', 'hello', { models: { large: { unavailable: 'it is down' } } }],
  ...[
    'estimated quality dropped after the last update',
    'expected to cost $20 a day',
    'in the denied models',
  ].map(
    (unavailable) =>
      ['unavailable', 'large', 'hello', { models: { large: { unavailable } } }] as const,
  ),
];

describe('the code of an exclusion', () => {
  it.each(cases)('is %s for %s', (code, model, prompt, options) => {
    const { excluded } = policy.decide(prompt, options);
    const found = excluded.find((one) => one.model === model) ?? { model, reason: 'none' };
    expect({ ...found, code: classifyExclusion(found, options) }).toEqual({ ...found, code });
  });
});
