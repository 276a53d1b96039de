import { describe, expect, it } from 'vitest';
import { computeCharge } from '../../src/llm/cost.js';
import { protocols } from '../../src/llm/protocol.js';
import { hasFreeRefusals, settleRefusal } from '../../src/llm/refusal-charge.js';
import type { JsonValue } from '../../src/util/json.js';

const { anthropic } = protocols;
const price = { inputPerMillionUsd: 3, outputPerMillionUsd: 15, date: '2026-01-01' };
const usage = { input_tokens: 10_000, output_tokens: 1 };

/** What Claude's answer costs, where refusals without output are free or not known to be. */
function charge(members: Record<string, JsonValue>, isFree: boolean) {
  const body = { type: 'message', content: [], stop_reason: 'refusal', usage, ...members };
  const { conclusion } = anthropic.readAnswer(body, { secrets: [], now: () => new Date(0) });
  const tokens = settleRefusal(anthropic.readUsage(body.usage), conclusion, isFree);
  const { costUsd, isGuess } = computeCharge(tokens, price);
  return { costUsd, isGuess };
}

const costUsd = 0.030015;

describe('a refusal of Claude’s before any output', () => {
  it('costs nothing at Anthropic', () => {
    expect(charge({}, true)).toEqual({ costUsd: 0, isGuess: false });
  });

  it('costs a guess elsewhere', () => {
    expect(charge({}, false)).toEqual({ costUsd, isGuess: true });
  });

  it('costs a guess where another model was asked before', () => {
    const iterations = [
      { type: 'message', model: 'claude-a', ...usage },
      { type: 'message', model: 'claude-b', input_tokens: 0, output_tokens: 0 },
    ];
    const answer = { usage: { ...usage, iterations } };
    expect(charge(answer, true)).toEqual({ costUsd, isGuess: true });
  });

  it.each<[string, Record<string, JsonValue>]>([
    ['a text', { content: [{ type: 'text', text: 'I can' }] }],
    ['reasoning', { content: [{ type: 'thinking', thinking: 'Hm.' }] }],
    ['reasoning that is not shown', { content: [{ type: 'redacted_thinking', data: 'x' }] }],
    ['a call of a tool', { content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] }],
    ['no refusal', { content: [], stop_reason: 'end_turn' }],
  ])('is not an answer with %s', (_, members) => {
    for (const isFree of [true, false]) {
      expect(charge(members, isFree)).toEqual({ costUsd, isGuess: false });
    }
  });

  it('has the charge that a gateway reports', () => {
    const conclusion = {
      kind: 'answered',
      ending: 'refused',
      finishReason: 'refusal',
      hasAnswer: false,
    } as const;
    const tokens = anthropic.readUsage({ ...usage, cost: 0.02 });
    expect(computeCharge(settleRefusal(tokens, conclusion), price)).toMatchObject({
      costUsd: 0.02,
      isGuess: false,
    });
  });
});

describe('the server that does not bill it', () => {
  it.each([
    ['https://api.anthropic.com/v1', true],
    ['https://api.anthropic.com.example.org/v1', false],
    ['https://bedrock-runtime.us-east-1.amazonaws.com/v1', false],
    ['http://localhost:4000/api.anthropic.com', false],
  ])('%s: %s', (baseUrl, isFree) => {
    expect(hasFreeRefusals(baseUrl)).toBe(isFree);
  });
});
