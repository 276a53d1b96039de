import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perturbations } from '../../../../src/learn/evaluate/diagnose/perturbations.js';
import { promptText, type ChatRequest, type Prompt } from '../../../../src/llm/chat.js';
import { createRandom } from '../../../../src/util/random.js';
import { anyText } from '../../../support/any-text.js';

function perturb(name: string, prompt: Prompt, seed = 1): Prompt {
  const perturbation = perturbations.find((item) => item.name === name);
  if (perturbation === undefined) throw new Error(`no perturbation "${name}"`);
  return perturbation.apply(prompt, createRandom(seed));
}

const frames = perturbations.map(({ name }) => name).filter((name) => name.endsWith('frame'));

const conversation: ChatRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'First question' },
    { role: 'assistant', content: 'An Answer' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'And this picture?' },
        { type: 'image_url', image_url: { url: 'https://example.com/A.png' } },
      ],
    },
  ],
  tools: [{ type: 'function', function: { name: 'Look' } }],
};

describe('a perturbation', () => {
  it('changes case', () => {
    expect(perturb('upper case', 'Wie groß ist π?')).toBe('WIE GROSS IST Π?');
    expect(perturb('lower case', 'Name TWO rivers')).toBe('name two rivers');
    expect(perturb('title case', "what's the étude IN c?")).toBe("What's The Étude In C?");
  });

  it('makes a typo inside one long word in 33, and one at least', () => {
    const words = Array.from({ length: 99 }, (_, index) => `word${'abcdefghij'[index % 10]}`);
    const typed = String(perturb('typos', words.join(' '))).split(' ');
    expect(typed.filter((word, index) => word !== words[index])).toHaveLength(3);
    expect(perturb('typos', 'A cat sat, rivers ran')).toMatch(/^A cat sat, r\w{4,5} ran$/);
    expect(perturb('typos', 'A cat sat, rivers ran')).not.toContain('rivers');
    expect(perturb('typos', '2 + 2 = ?')).toBe('2 + 2 = ?');
  });

  it('makes the same typos for the same seed, and others for another', () => {
    const text = 'Which rivers flow through several European capitals?';
    expect(perturb('typos', text, 3)).toBe(perturb('typos', text, 3));
    const variants = new Set([1, 2, 3, 4, 5, 6].map((seed) => perturb('typos', text, seed)));
    expect(variants.size).toBeGreaterThan(2);
  });

  it('pads without changing a word', () => {
    const text = 'two words\nand a line';
    for (const name of ['white space', 'blank lines']) {
      const padded = String(perturb(name, text));
      expect(padded.length).toBeGreaterThan(text.length);
      expect(padded.split(/\s+/).filter((word) => word !== '')).toEqual(text.split(/\s+/));
    }
  });

  it.each(frames)('%s leaves the ask as it is', (name) => {
    const framed = String(perturb(name, 'How deep is the Øresund?'));
    expect(framed).toContain('How deep is the Øresund?');
    expect(framed.trim()).not.toBe('How deep is the Øresund?');
  });

  it('is there in four languages besides English', () => {
    expect(frames).toEqual([
      'polite frame',
      'German frame',
      'French frame',
      'Spanish frame',
      'Chinese frame',
    ]);
  });

  it('puts a system prompt before all else', () => {
    expect(perturb('system prompt', 'Why?')).toMatchObject({
      messages: [{ role: 'system' }, { role: 'user', content: 'Why?' }],
    });
    const changed = perturb('system prompt', conversation) as ChatRequest;
    expect(changed.messages.slice(1)).toEqual(conversation.messages);
    expect(changed.tools).toEqual(conversation.tools);
  });

  it("changes the user's text only, in conversations too", () => {
    const shouted = perturb('upper case', conversation) as ChatRequest;
    expect(shouted.messages.map(({ content }) => content)).toEqual([
      'Be brief.',
      'FIRST QUESTION',
      'An Answer',
      [{ type: 'text', text: 'AND THIS PICTURE?' }, (conversation.messages[3]?.content ?? [])[1]],
    ]);
    expect(shouted.tools).toEqual(conversation.tools);
  });

  it("frames the user's last message only", () => {
    const framed = perturb('polite frame', conversation) as ChatRequest;
    expect(framed.messages.slice(0, 3)).toEqual(conversation.messages.slice(0, 3));
    expect(framed.messages[3]?.content).toHaveLength(4);
    expect(framed.messages[3]?.content?.slice(1, 3)).toEqual(conversation.messages[3]?.content);
  });

  it.each(perturbations.map(({ name }) => name))('%s takes any text', (name) => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, seed) => {
        const asText = promptText(perturb(name, text, seed));
        const messages = [{ role: 'user', content: text } as const];
        expect(promptText(perturb(name, { messages }, seed))).toBe(asText);
      }),
      { numRuns: 50 },
    );
  });

  it.each(perturbations.map(({ name }) => name))(
    '%s leaves a conversation without a text of the user alone, but for a system prompt',
    (name) => {
      const messages = [
        { role: 'assistant', content: 'Hello' } as const,
        { role: 'user', content: null } as const,
      ];
      const changed = perturb(name, { messages }) as ChatRequest;
      expect(changed.messages.filter(({ role }) => role !== 'system')).toEqual(messages);
    },
  );
});
