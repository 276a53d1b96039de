import { describe, expect, it } from 'vitest';
import { buildAnthropicRequest } from '../../../src/llm/anthropic/build-request.js';
import { readAnthropicRequest } from '../../../src/llm/anthropic/read-request.js';
import { readOpenAiRequest } from '../../../src/llm/openai/read-request.js';
import { UnreadableRequestError } from '../../../src/llm/caller-request.js';
import { stripReasoning } from '../../../src/llm/strip-reasoning.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

const hello = { role: 'user', content: 'Hi' };
const tool = { name: 'f', description: 'Does f.', input_schema: { type: 'object' } };
const image = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
const toolUse = { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } };
const inTurn = (...content: readonly JsonObject[]): JsonObject => ({
  max_tokens: 9,
  messages: [hello, { role: 'assistant', content: [toolUse] }, { role: 'user', content }],
});
const result = (members: JsonObject): JsonObject => ({
  type: 'tool_result',
  tool_use_id: 'c',
  ...members,
});

function build(body: JsonObject): JsonObject {
  const { words } = readAnthropicRequest(body);
  return buildAnthropicRequest({ ...words, model: 'm', stream: false, form: {} });
}

describe('a request for Anthropic Messages in the words of chat completions', () => {
  it('has roles, texts, images, tools and results in their places', () => {
    const { words, inexpressible } = readAnthropicRequest({
      model: 'auto',
      stream: true,
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image', source: image },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'Wait' }, toolUse] },
        {
          role: 'user',
          content: [
            result({ content: [{ type: 'text', text: '7' }] }),
            { type: 'text', text: 'Well?' },
          ],
        },
      ],
      tools: [tool],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      temperature: 0.5,
      metadata: { user_id: 'u' },
      thinking: { type: 'disabled' },
    });
    expect(inexpressible).toBeUndefined();
    expect(words).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Wait',
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: '7' },
        { role: 'user', content: 'Well?' },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'Does f.', parameters: { type: 'object' } },
        },
      ],
      members: {
        max_tokens: 100,
        tool_choice: 'required',
        parallel_tool_calls: false,
        stop: ['END'],
        temperature: 0.5,
        user: 'u',
      },
    });
  });

  it('has a user whose id is longer than OpenAI takes as a hash of it', () => {
    const userOf = (id: string): unknown =>
      readAnthropicRequest({ max_tokens: 9, messages: [hello], metadata: { user_id: id } }).words
        .members['user'];
    const id = (session: string): string =>
      JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: 'a', session_id: session });
    expect(userOf('x'.repeat(64))).toBe('x'.repeat(64));
    expect(userOf(id('1'))).toMatch(/^user-[\da-f]{16}$/);
    expect(userOf(id('1'))).toBe(userOf(id('1')));
    expect(userOf(id('1'))).not.toBe(userOf(id('2')));
  });

  it('has no lines that a client tells Anthropic about itself at the start of the system prompt', () => {
    const systemOf = (system: JsonValue): unknown =>
      readAnthropicRequest({ max_tokens: 9, messages: [hello], system })
        .words.messages.filter(({ role }) => role === 'system')
        .map(({ content }) => content);
    const line = 'x-anthropic-billing-header: cc_version=2.1.177.01c; cch=36ee5;';
    const rest = 'Be brief.\nx-anthropic-version: is a header.';
    const block = (text: string): JsonObject => ({ type: 'text', text });
    expect(systemOf([block(line), block(rest)])).toEqual([rest]);
    expect(systemOf([block(`${line}\n${rest}`)])).toEqual([rest]);
    expect(systemOf(`${line}\n\n${rest}`)).toEqual([rest]);
    expect(systemOf(rest)).toEqual([rest]);
    expect(systemOf(line)).toEqual([]);
    expect(systemOf('')).toEqual(['']);
  });

  it('is the same again when it is said in the words of Anthropic', () => {
    const body = {
      max_tokens: 9,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', content: [toolUse] },
        { role: 'user', content: [result({ content: [{ type: 'text', text: '7' }] })] },
      ],
      tools: [tool],
      tool_choice: { type: 'tool', name: 'f' },
      temperature: 1,
      top_p: 0.9,
      stop_sequences: ['a', 'b'],
    };
    expect(build(body)).toEqual({ ...body, model: 'm', stream: false });
  });

  it('has no tools where the list is empty, which chat completions refuse', () => {
    const { words } = readAnthropicRequest({ max_tokens: 9, messages: [hello], tools: [] });
    expect(words.tools).toBeUndefined();
  });

  it.each([
    [true, { strict: true }],
    [false, {}],
    [null, {}],
  ])('has a tool whose "strict" is %j', (strict, expected) => {
    const tools = [{ ...tool, strict }];
    const read = readAnthropicRequest({ max_tokens: 9, messages: [hello], tools });
    expect(read.inexpressible).toBeUndefined();
    const { name, description, input_schema: parameters } = tool;
    const described = { name, description, parameters, ...expected };
    expect(read.words.tools).toEqual([{ type: 'function', function: described }]);
  });

  it('has messages of the system in their places', () => {
    const system = (content: JsonValue): JsonObject => ({ role: 'system', content });
    const block = { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } };
    const { messages } = inTurn(result({ content: '7' }));
    const said = [hello, system('Today is Tuesday.'), ...(messages as JsonObject[]).slice(1)];
    const { words, inexpressible } = readAnthropicRequest({
      max_tokens: 9,
      messages: [...said, system([block]), { role: 'system' }],
    });
    expect(inexpressible).toBeUndefined();
    expect(words.messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['system', 'Today is Tuesday.'],
      ['assistant', null],
      ['tool', '7'],
      ['system', 'Be brief.'],
    ]);
  });

  it('keeps a toolset without a name as it is written', () => {
    const toolset = { type: 'mcp_toolset', mcp_server_name: 'x' };
    const tools = [tool, toolset];
    const { words } = readAnthropicRequest({ max_tokens: 9, messages: [hello], tools });
    expect(words.tools?.[1]).toEqual(toolset);
  });

  it('has no answer of which only thinking is there', () => {
    const thought = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const turn = (...content: readonly JsonObject[]) => ({ role: 'assistant', content });
    const read = (messages: readonly JsonObject[]) =>
      readAnthropicRequest({ max_tokens: 9, messages });
    expect(read([hello, turn(thought), hello])).toMatchObject({
      words: { messages: [hello, hello] },
      inexpressible: undefined,
    });
    const said = { type: 'text', text: 'Yes' };
    const answer = { role: 'assistant', content: 'Yes' };
    expect(read([hello, turn(thought, said), hello]).words.messages).toEqual([
      hello,
      answer,
      hello,
    ]);
  });

  it('says that a tool failed', () => {
    const { words } = readAnthropicRequest(
      inTurn(result({ content: 'no such file', is_error: true })),
    );
    expect(words.messages.at(-1)?.content).toBe('Error: no such file');
  });

  it('has the images and documents of a tool result, which decisions read', () => {
    const document = { type: 'document', source: { ...image, media_type: 'application/pdf' } };
    const shown = [{ type: 'text', text: 'A cat:' }, { type: 'image', source: image }, document];
    const { words } = readAnthropicRequest(inTurn(result({ content: shown, is_error: true })));
    expect(words.messages.at(-1)?.content).toEqual([
      { type: 'text', text: 'Error: A cat:' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      document,
    ]);
    expect(findNeeds(words)).toMatchObject({ capabilities: ['vision'], hasFiles: true });
  });

  it.each<[string, JsonObject]>([
    ['"top_k"', { top_k: 5 }],
    ['"thinking"', { thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['tool of type "web_search_20250305"', { tools: [{ type: 'web_search_20250305', name: 'w' }] }],
    ['tool of type "mcp_toolset"', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }],
    ['tool of type "browser_toolset_20260801"', { tools: [{ type: 'browser_toolset_20260801' }] }],
    ['"max_tokens" of 0', { max_tokens: 0 }],
    [
      'block of type "tool_removal"',
      { messages: [hello, { role: 'system', content: [{ type: 'tool_removal' }] }] },
    ],
    [
      '"output_config" in system messages',
      { messages: [hello, { role: 'system', content: 'x', output_config: { effort: 'low' } }] },
    ],
    ['block of type "image" in the system prompt', { system: [{ type: 'image', source: image }] }],
    ['more than four stop sequences', { stop_sequences: ['1', '2', '3', '4', '5'] }],
    ['"metadata.team"', { metadata: { team: 't' } }],
    [
      'block of type "image" in tool results',
      inTurn(
        result({
          content: [
            { type: 'text', text: 'A cat:' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          ],
        }),
      ),
    ],
    [
      'answer that is begun by the caller',
      { messages: [hello, { role: 'assistant', content: 'I' }] },
    ],
    [
      'block of type "document"',
      { messages: [{ role: 'user', content: [{ type: 'document', source: {} }] }] },
    ],
    [
      'block of type "image" in tool results',
      inTurn(result({ content: [{ type: 'image', source: image }] })),
    ],
  ])('names %s as what cannot be said', (name, changes) => {
    const { inexpressible } = readAnthropicRequest({
      max_tokens: 9,
      messages: [hello],
      ...changes,
    });
    expect(inexpressible).toBe(`OpenAI chat completions have no ${name}`);
  });

  it.each<[string, JsonObject]>([
    ['messages', { max_tokens: 1 }],
    ['messages', { max_tokens: 1, messages: [] }],
    ['messages.0', { max_tokens: 1, messages: ['Hi'] }],
    ['messages.0.role', { max_tokens: 1, messages: [{ role: 'developer', content: 'x' }] }],
    ['messages.0.content', { max_tokens: 1, messages: [{ role: 'user' }] }],
    ['max_tokens', { messages: [hello] }],
    ['max_tokens', { max_tokens: -1, messages: [hello] }],
    ['max_tokens', { max_tokens: '1', messages: [hello] }],
    ['system.0.text', { max_tokens: 1, messages: [hello], system: [{ type: 'text' }] }],
    ['tools.0.name', { max_tokens: 1, messages: [hello], tools: [{}] }],
    ['tools.0.name', { max_tokens: 1, messages: [hello], tools: [{ type: 'custom' }] }],
  ])('is refused where %s is wrong', (member, body) => {
    let error: unknown;
    try {
      readAnthropicRequest(body);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(UnreadableRequestError);
    expect((error as UnreadableRequestError).member).toBe(member);
  });
});

describe('a conversation that goes on with another model', () => {
  const signed = { type: 'thinking', thinking: 'Hm', signature: 's' };
  const thinking = { type: 'enabled', budget_tokens: 1024 };

  it('is given without the thinking that another model signed', () => {
    const said = { type: 'text', text: 'Yes' };
    const body = {
      max_tokens: 9,
      thinking,
      messages: [hello, { role: 'assistant', content: [signed, said] }, hello],
    };
    const stripped = stripReasoning(readAnthropicRequest(body)).body;
    expect(stripped).toEqual({
      ...body,
      messages: [hello, { role: 'assistant', content: [said] }, hello],
    });
  });

  it('does not think on from thoughts that are gone, in the middle of a tool call', () => {
    const { messages, ...body } = inTurn(result({ content: '7' }));
    const [question, , answer] = messages as readonly JsonObject[];
    const thought = [question, { role: 'assistant', content: [signed, toolUse] }, answer];
    const request = readAnthropicRequest({ ...body, thinking, messages: thought as never });
    expect(stripReasoning(request).body).toEqual({ ...body, thinking: null, messages });
  });

  it('does not think on from thoughts that are gone, where a message follows the result', () => {
    const { messages, ...body } = inTurn(result({ content: '7' }));
    const [question, , answer] = messages as readonly JsonObject[];
    const thought = [question, { role: 'assistant', content: [signed, toolUse] }, answer, hello];
    const request = readAnthropicRequest({ ...body, thinking, messages: thought as never });
    expect(stripReasoning(request).body).toMatchObject({ thinking: null });
  });

  it('does not think on from thoughts that are gone, in a turn that was paused', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const turn = (...content: readonly JsonObject[]): JsonObject => ({
      role: 'assistant',
      content,
    });
    const body = { max_tokens: 9, thinking, messages: [hello, turn(signed, search)] };
    expect(stripReasoning(readAnthropicRequest(body)).body).toEqual({
      max_tokens: 9,
      thinking: null,
      messages: [hello, turn(search)],
    });
  });

  describe('and then stays with that', () => {
    const own = { type: 'thinking', thinking: 'Ah', signature: 't' };
    const turn = (...content: readonly JsonObject[]): JsonObject => ({
      role: 'assistant',
      content,
    });
    const said = { type: 'text', text: 'Yes' };
    const told = { role: 'user', content: [result({ content: '7' })] };
    const strip = (messages: readonly JsonObject[], before: number) =>
      stripReasoning(readAnthropicRequest({ max_tokens: 9, thinking, messages }), before).body;

    it('is given with the thinking since the change only', () => {
      const messages = [hello, turn(signed, said), hello, turn(own, said), hello];
      const expected = [hello, turn(said), hello, turn(own, said), hello];
      expect(strip(messages, 3)).toEqual({ max_tokens: 9, thinking, messages: expected });
    });

    it('thinks on where the last message is one of the system', () => {
      const told = { role: 'system', content: 'Be brief.' };
      const messages = [hello, told, turn(signed, said), hello, told];
      const expected = [hello, told, turn(said), hello, told];
      expect(strip(messages, Infinity)).toEqual({ max_tokens: 9, thinking, messages: expected });
    });

    it('does not think on in a tool call whose result the system adds to', () => {
      const system = { role: 'system', content: 'Be brief.' };
      const messages = [hello, system, turn(signed, toolUse), told, system, hello];
      const expected = [hello, system, turn(toolUse), told, system, hello];
      const stripped = { max_tokens: 9, thinking: null, messages: expected };
      expect(strip(messages, Infinity)).toEqual(stripped);
    });

    it('thinks on in a tool call that it began itself', () => {
      const messages = [hello, turn(signed, said), hello, turn(own, toolUse), told];
      const expected = [hello, turn(said), hello, turn(own, toolUse), told];
      expect(strip(messages, 3)).toEqual({ max_tokens: 9, thinking, messages: expected });
    });

    it('does not think on in a turn that the other model began', () => {
      const messages = [hello, turn(signed, toolUse), told, turn(own, toolUse), told];
      const expected = [hello, turn(toolUse), told, turn(toolUse), told];
      expect(strip(messages, 3)).toEqual({ max_tokens: 9, thinking: null, messages: expected });
    });

    it('is given with the reasoning since the change in the words of chat completions, too', () => {
      const answered = (text: string) => ({ role: 'assistant', content: 'Yes', reasoning: text });
      const messages = [hello, answered('Hm'), hello, answered('Ah'), hello];
      const { body, words } = stripReasoning(readOpenAiRequest({ messages }), 3);
      const bare = { role: 'assistant', content: 'Yes' };
      expect(body['messages']).toEqual([hello, bare, hello, answered('Ah'), hello]);
      expect(words.messages).toEqual(body['messages']);
    });
  });

  describe('whose context is edited', () => {
    const clearThinking = { type: 'clear_thinking_20251015', keep: 'all' };
    const clearTools = { type: 'clear_tool_uses_20250919' };
    const strip = (management: JsonObject, isInToolCall: boolean) => {
      const answer = isInToolCall ? { role: 'user', content: [result({ content: '7' })] } : hello;
      const said = isInToolCall ? toolUse : { type: 'text', text: 'Yes' };
      const messages = [hello, { role: 'assistant', content: [signed, said] }, answer];
      const body = { max_tokens: 9, thinking, context_management: management, messages };
      return stripReasoning(readAnthropicRequest(body)).body;
    };

    it('clears no thoughts where it no longer thinks, which Anthropic refuses', () => {
      const stripped = strip({ edits: [clearThinking, clearTools] }, true);
      expect(stripped['context_management']).toEqual({ edits: [clearTools] });
      expect(strip({ edits: [clearThinking] }, true)).not.toHaveProperty('context_management');
    });

    it('is edited as it was where it goes on thinking', () => {
      const management = { edits: [clearThinking, clearTools] };
      expect(strip(management, false)).toMatchObject({ thinking, context_management: management });
    });
  });

  it('is given without the signatures of calls, which are for the model that made them', () => {
    const called = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const signedCall = { ...called, extra_content: { google: { thought_signature: 's' } } };
    const turn = (...calls: readonly JsonObject[]): JsonObject => ({
      role: 'assistant',
      content: null,
      tool_calls: calls,
    });
    const told = { role: 'tool', tool_call_id: 'c', content: '7' };
    const messages = [hello, turn(signedCall, called), told, turn(signedCall), told];
    const request = readOpenAiRequest({ messages });
    const foreign = [hello, turn(called, called), told, turn(called), told];
    expect(stripReasoning(request).words.messages).toEqual(foreign);
    const own = [...foreign.slice(0, 3), turn(signedCall), told];
    expect(stripReasoning(request, 3).body['messages']).toEqual(own);
  });

  it('is given without the signatures of texts, which are for the model that wrote them', () => {
    const bare = { role: 'assistant', content: 'Yes' };
    const signedText = { ...bare, extra_content: { google: { thought_signature: 's' } } };
    const messages = [hello, signedText, hello, signedText, hello];
    const request = readOpenAiRequest({ messages });
    expect(stripReasoning(request).words.messages).toEqual([hello, bare, hello, bare, hello]);
    expect(stripReasoning(request, 3).body['messages']).toEqual([
      hello,
      bare,
      hello,
      signedText,
      hello,
    ]);
    const unsigned = readOpenAiRequest({ messages: [hello, { ...bare, extra_content: null }] });
    expect(stripReasoning(unsigned)).toBe(unsigned);
  });

  it.each([null, ''])(
    'is given without an answer of reasoning only, beside content of %j',
    (content) => {
      const bare = { role: 'assistant', content, refusal: null };
      const called = {
        ...bare,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f' } }],
      };
      const thought = { ...bare, reasoning_content: 'Hm' };
      const messages = [
        hello,
        thought,
        hello,
        { ...called, reasoning: 'Hm' },
        bare,
      ] as JsonObject[];
      const { body, words } = stripReasoning(readOpenAiRequest({ messages }));
      expect(body['messages']).toEqual([hello, hello, called, bare]);
      expect(words.messages).toEqual(body['messages']);
    },
  );

  it('is the same request where there is no reasoning', () => {
    const request = readAnthropicRequest({ max_tokens: 9, messages: [hello], thinking });
    expect(stripReasoning(request)).toBe(request);
  });
});
