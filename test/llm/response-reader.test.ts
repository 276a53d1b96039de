import { describe, expect, it } from 'vitest';
import { protocols } from '../../src/llm/protocol.js';
import { listForms } from '../support/key-forms.js';

/** What an answer of OpenAI's form says who served it, as it is read with an API key. */
function readServed(members: Readonly<Record<string, string>>, key: string) {
  const choices = [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }];
  const context = { secrets: [key], now: () => new Date(0) };
  const { events } = protocols.openai.readAnswer({ ...members, choices }, context);
  return events.find((event) => event.kind === 'served');
}

const key = 'Zx9qT7vLm2Kd8wRb5YpQ';

describe.each([
  ['model', 'model'],
  ['provider', 'provider'],
  ['system_fingerprint', 'fingerprint'],
] as const)('the %s that a response names', (member, read) => {
  it.each(listForms(key))('is not taken where it holds the API key: %s', (form) => {
    const given = { model: 'a', provider: 'b', system_fingerprint: 'c', [member]: `of ${form}` };
    const known = { model: 'a', provider: 'b', fingerprint: 'c' };
    expect(readServed(given, key)).toEqual({ kind: 'served', ...known, [read]: null });
  });

  it.each(['ollama', 'lm-studio', 'EMPTY'])('may hold what stands for a key: %s', (placeholder) => {
    const named = `${placeholder}/llama-3`;
    expect(readServed({ [member]: named }, placeholder)?.[read]).toBe(named);
  });
});
