import { describe, expect, it } from 'vitest';
import { buildOpenAiRequest } from '../../../src/llm/openai/build-request.js';
import type { LlmRequest } from '../../../src/llm/types.js';
import type { JsonObject } from '../../../src/util/json.js';

function build(members: JsonObject, given: Partial<LlmRequest> = {}): JsonObject {
  const messages = [{ role: 'user', content: 'Hi' }] as const;
  return buildOpenAiRequest({ model: 'm', messages, stream: false, members, form: {}, ...given });
}

describe('the limit of a chat completion', () => {
  const defaults = { max_tokens: 100 };

  it.each<[string, JsonObject, JsonObject]>([
    ['the default', {}, { max_tokens: 100 }],
    ['the default in place of null', { max_tokens: null }, { max_tokens: 100 }],
    ['the default beside null', { max_completion_tokens: null }, { max_tokens: 100 }],
    ['its own', { max_tokens: 50 }, { max_tokens: 50 }],
    [
      'its own under the other name',
      { max_completion_tokens: 50, max_tokens: null },
      { max_completion_tokens: 50 },
    ],
    ['what is no limit, for the server to refuse', { max_tokens: -1 }, { max_tokens: -1 }],
  ])('is %s', (_, members, limits) => {
    const { max_tokens, max_completion_tokens } = build(members, { defaults });
    expect(JSON.parse(JSON.stringify({ max_tokens, max_completion_tokens }))).toEqual(limits);
  });

  it('is the default under the name that the server wants', () => {
    const form = { tokenLimit: 'max_completion_tokens' } as const;
    const body = build({ max_tokens: null }, { defaults, form });
    expect(body).toMatchObject({ max_completion_tokens: 100 });
    expect(body).not.toHaveProperty('max_tokens');
  });

  it('is none where neither has one', () => {
    expect(build({ max_tokens: null })).not.toHaveProperty('max_tokens');
  });
});
