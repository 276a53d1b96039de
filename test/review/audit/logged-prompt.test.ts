import { describe, expect, it } from 'vitest';
import { canBeLogged, readLoggedPrompt } from '../../../src/review/audit/logged-prompt.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';
import { computePromptHash, type Example } from '../../../src/measure/tasks/example.js';

const messages = [{ role: 'user' as const, content: 'List three fruits.' }];
const format = { type: 'json_object' };

describe('what a logged request asked', () => {
  it('has the members that shape the answer, and no others', () => {
    const shaping = { response_format: format, max_tokens: 50, stop: ['.'], temperature: 0 };
    const others = { stream: true, n: 2, seed: 7, user: 'jane', top_p: null };
    const tools = [{ type: 'function', function: { name: 'add' } }];
    const read = readLoggedPrompt(
      { id: 'r', request: { messages, tools, ...shaping, ...others } },
      undefined,
    );
    expect(read).toEqual({ ok: true, value: { messages, tools, members: shaping } });
  });

  it('is the text alone where nothing else was asked', () => {
    const read = readLoggedPrompt({ id: 'r', request: 'List three fruits.' }, undefined);
    expect(read).toEqual({ ok: true, value: 'List three fruits.' });
    expect(readLoggedPrompt({ id: 'r', request: messages }, undefined)).toEqual({
      ok: true,
      value: { messages },
    });
  });

  it('has a system prompt that stands beside the messages', () => {
    const read = readLoggedPrompt(
      { id: 'r', request: { system: 'Be brief.', messages } },
      undefined,
    );
    expect(read).toMatchObject({
      value: { messages: [{ role: 'system', content: 'Be brief.' }, ...messages] },
    });
  });

  it("has a system prompt in blocks of text, in Anthropic's form", () => {
    const blocks = ['Be brief.', 'Be polite.'].map((text) => ({ type: 'text', text }));
    const read = readLoggedPrompt({ id: 'r', request: { system: blocks, messages } }, undefined);
    expect(read).toMatchObject({
      value: { messages: [{ role: 'system', content: 'Be brief.\n\nBe polite.' }, ...messages] },
    });
  });

  it('cannot be read where its system prompt is something else', () => {
    for (const system of [7, { text: 'Be brief.' }, [{ type: 'image', source: {} }]]) {
      expect(readLoggedPrompt({ id: 'r', request: { system, messages } }, undefined)).toMatchObject(
        { ok: false, problem: 'system must be a text, or blocks of text' },
      );
    }
  });

  it('takes the prompt of a store, with the members of the log where it has them', () => {
    const prompts = new Map([['r', { prompt: 'Name three fruits.' }]]);
    const request = { messages, response_format: format };
    expect(readLoggedPrompt({ id: 'r', request }, prompts)).toMatchObject({
      value: {
        messages: [{ content: 'Name three fruits.' }],
        members: { response_format: format },
      },
    });
    expect(readLoggedPrompt({ id: 'r' }, prompts)).toMatchObject({ value: 'Name three fruits.' });
    expect(readLoggedPrompt({ id: 'other' }, prompts)).toBeUndefined();
  });

  it('is another example than the same prompt without them', () => {
    const hashes = [{ max_tokens: 50 }, { max_tokens: 60 }, undefined].map((members) =>
      computePromptHash({ messages, members }),
    );
    expect(new Set(hashes).size).toBe(3);
    expect(hashes[2]).toBe(computePromptHash('List three fruits.'));
  });
});

describe('a given text', () => {
  const text = 'List three fruits.';
  const system = { role: 'system' as const, content: 'Be brief.' };
  const tools = [{ type: 'function', function: { name: 'add' } }];
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const picture = [{ role: 'user' as const, content: [{ type: 'text', text }, image] }];

  const mark = { type: 'ephemeral', ttl: '1h' };
  const cached = [
    { role: 'user' as const, content: [{ type: 'text', text, cache_control: mark }] },
  ];

  it.each([
    ['the same text', text, text, true],
    ['the same text as messages', text, { messages }, true],
    ['a line break more', text, `${text}\n`, true],
    ['a line break less', `${text}\n`, text, true],
    ['without its marks of a cache', { messages: cached }, { messages }, true],
    ['another text', text, 'List four vegetables.', false],
    ['without its system prompt', { messages: [system, ...messages] }, text, false],
    ['without its tools', { messages, tools }, text, true],
    ['with its tools in another form', { messages, tools }, { messages, tools: [{}] }, true],
    ['a longer text than all of it', { messages, tools }, text.repeat(9), false],
    ['without its image', { messages: picture }, text, false],
    ['with its image', { messages: picture }, { messages: picture }, true],
  ] as const)('can be the logged one, or not: %s', (_, logged, given, canBe) => {
    const needs = findNeeds(logged);
    const recorded = { ...needs, maxOutputTokens: needs.maxOutputTokens ?? null };
    expect(canBeLogged(given as Example['prompt'], recorded)).toBe(canBe);
  });
});
