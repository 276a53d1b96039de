import { describe, expect, it } from 'vitest';
import {
  buildPoolRequest,
  findUnsendablePart,
} from '../../../../src/measure/sweep/calls/build-pool-request.js';
import { protocols } from '../../../../src/llm/protocol.js';
import type { JsonObject, JsonValue } from '../../../../src/util/json.js';
import { computeTokenBounds } from '../../../../src/measure/sweep/worst-case-cost.js';
import { buildPoolModel } from '../../../support/pool-model.js';

const messages = [{ role: 'user' as const, content: 'List three fruits.' }];
const form = { extras: {} };

describe('the request for a prompt with members of its own', () => {
  const model = buildPoolModel({ parameters: { temperature: 0, maxTokens: 100, seed: 1 } });

  it('has them in place of the parameters of the pool', () => {
    const members = { response_format: { type: 'json_object' }, temperature: 1 };
    const own = { ...members, max_completion_tokens: 20 };
    const request = buildPoolRequest(model, { messages, members: own }, form);
    expect(request.members).toMatchObject({ ...members, max_tokens: 20, seed: 1 });
    expect(request.members).not.toHaveProperty('max_completion_tokens');
  });

  it('has its top_p in place of a temperature of the pool where Anthropic refuses both', () => {
    const prompt = { messages, members: { top_p: 0.9 } };
    const request = buildPoolRequest(model, prompt, form);
    expect(protocols.openai.buildRequest(request)).toMatchObject({ top_p: 0.9, temperature: 0 });
    const sent = protocols.anthropic.buildRequest(request);
    expect(sent).toMatchObject({ top_p: 0.9 });
    expect(sent).not.toHaveProperty('temperature');
  });

  it('keeps the effort that tells models of the pool apart', () => {
    const high = buildPoolModel({ parameters: { reasoningEffort: 'high' } });
    const prompt = { messages, members: { reasoning_effort: 'low' } };
    expect(buildPoolRequest(high, prompt, form).members['reasoning_effort']).toBe('high');
    expect(buildPoolRequest(model, prompt, form).members['reasoning_effort']).toBe('low');
  });

  it('is bounded by its own limit, and counts its schema', () => {
    const plain = computeTokenBounds(model, { messages });
    const schema = { type: 'json_schema', json_schema: { name: 'fruits', schema: {} } };
    const members = { max_tokens: 500, response_format: schema };
    const shaped = computeTokenBounds(model, { messages, members });
    expect(plain.outputTokens).toBe(100);
    expect(shaped.outputTokens).toBe(500);
    expect(shaped.inputTokens).toBeGreaterThan(plain.inputTokens);
  });

  it.each<{ members: JsonObject; sent: JsonValue; bound: number }>([
    { members: { max_tokens: '100000' }, sent: '100000', bound: 8000 },
    { members: { max_tokens: -1 }, sent: -1, bound: 8000 },
    { members: { max_tokens: 5000, max_completion_tokens: 50 }, sent: 50, bound: 50 },
    { members: { max_tokens: 5000, max_completion_tokens: null }, sent: 5000, bound: 5000 },
    { members: { max_tokens: null }, sent: 100, bound: 100 },
  ])('is bounded by the limit that is sent: $members', ({ members, sent, bound }) => {
    const prompt = { messages, members };
    const request = buildPoolRequest(model, prompt, form);
    for (const { buildRequest } of Object.values(protocols)) {
      const { max_tokens: limit, max_completion_tokens: other } = buildRequest(request);
      expect({ limit, other }).toEqual({ limit: sent, other: undefined });
    }
    const bounds = computeTokenBounds({ ...model, contextWindow: 8000 }, prompt);
    expect(bounds.outputTokens).toBe(bound);
  });

  it('cannot be sent to a protocol that has no words for them', () => {
    const prompt = { messages, members: { response_format: { type: 'json_object' } } };
    expect(findUnsendablePart('anthropic', prompt)).toContain('response_format');
    expect(findUnsendablePart('openai', prompt)).toBeUndefined();
    const limited = { messages, members: { max_tokens: 7, stop: ['.'] } };
    expect(findUnsendablePart('anthropic', limited)).toBeUndefined();
  });
});
