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

describe('the effort of a chat completion', () => {
  const effort = { effort: 'low' };

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'the default in place of null',
      { reasoning_effort: 'low' },
      { reasoning_effort: null },
      { reasoning_effort: 'low' },
    ],
    [
      'the default in the other form',
      { reasoning: effort },
      { reasoning: null },
      { reasoning: effort },
    ],
    [
      'its own',
      { reasoning_effort: 'low' },
      { reasoning_effort: 'high' },
      { reasoning_effort: 'high' },
    ],
    ['null without a default', {}, { reasoning_effort: null }, { reasoning_effort: null }],
  ])('is %s', (_, defaults, members, expected) => {
    expect(build(members, { defaults })).toMatchObject(expected);
  });
});

describe('the tool calls of a chat completion', () => {
  const long = `chatcmpl-tool-${'0'.repeat(32)}`;
  const call = (id: string, more: object = {}) => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: '{}' },
    ...more,
  });
  const turns = (...calls: readonly { readonly id: string }[]) => [
    { role: 'user' as const, content: 'Hi' },
    { role: 'assistant' as const, content: null, tool_calls: calls },
    ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: '7' })),
  ];
  const send = (messages: ReturnType<typeof turns>, form: LlmRequest['form']) =>
    build({}, { messages, form })['messages'];

  it('have ids that OpenAI takes, the same in call, result and later requests', () => {
    const messages = turns(call(long), call('call_1'));
    const sent = send(messages, { shortCallIds: true });
    const short = (sent as readonly { tool_call_id?: string }[])[2]?.tool_call_id ?? '';
    expect(short).toMatch(/^call_[0-9a-f]{16}$/);
    expect(sent).toEqual(turns(call(short), call('call_1')));
    expect(send(turns(call(long), call('call_1')), { shortCallIds: true })).toEqual(sent);
    expect(send(messages, {})).toEqual(messages);
  });

  it('say that they have no signature where Gemini made none of them', () => {
    const google = (signature: string) => ({
      extra_content: { google: { thought_signature: signature } },
    });
    const form = { signedCalls: true } as const;
    const unsigned = google('skip_thought_signature_validator');
    expect(send(turns(call('a'), call('b')), form)).toEqual(turns(call('a', unsigned), call('b')));
    const signed = turns(call('a', google('s')), call('b'));
    expect(send(signed, form)).toEqual(signed);
    const text = [{ role: 'assistant', content: 'Yes', ...google('s') }] as const;
    expect(send(text as never, form)).toEqual(text);
  });
});
