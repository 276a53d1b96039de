import { describe, expect, it } from 'vitest';
import { protocols } from '../../src/llm/protocol.js';

/** The model that an answer of OpenAI's form says it is of, as it is read with an API key. */
function readModel(model: string, key: string): string | null | undefined {
  const choices = [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }];
  const context = { secrets: [key], now: () => new Date(0) };
  const { events } = protocols.openai.readAnswer({ model, choices }, context);
  return events.find((event) => event.kind === 'served')?.model;
}

describe('the model that a response says it is of', () => {
  it('is not taken where it holds the API key', () => {
    expect(readModel('of Zx9qT7vLm2Kd8wRb5YpQ', 'Zx9qT7vLm2Kd8wRb5YpQ')).toBeNull();
  });

  it.each(['ollama', 'lm-studio', 'EMPTY'])('may hold what stands for a key: %s', (key) => {
    expect(readModel(`${key}/llama-3`, key)).toBe(`${key}/llama-3`);
  });
});
