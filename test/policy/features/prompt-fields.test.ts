import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { anyChatRequest, anyMalformedPrompt } from '../../support/any-text.js';

describe('splitPromptFields', () => {
  it('reads a text as the user text', () => {
    expect(splitPromptFields('Add 2 and 3.')).toEqual({
      userText: 'Add 2 and 3.',
      userTurns: ['Add 2 and 3.'],
      system: '',
      tools: '',
      turns: 1,
      toolCount: 0,
      imageCount: 0,
    });
  });

  it('takes all user turns for the user text, and keeps instructions and tools apart', () => {
    const fields = splitPromptFields({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Use metres.' },
        { role: 'user', content: 'How far is it?' },
        { role: 'assistant', content: 'An answer, which nobody asked.' },
        { role: 'tool', content: '42 km', tool_call_id: '1' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'And back?' },
            { type: 'image_url', image_url: { url: 'https://images.test/map.png' } },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'find_route',
            description: 'Finds a way.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
          },
        },
      ],
    });
    expect(fields).toEqual({
      userText: 'How far is it?\nAnd back?',
      userTurns: ['How far is it?', 'And back?'],
      system: 'Be brief.\nUse metres.',
      tools: expect.stringMatching(/^42 km\n.*find_route.*Finds a way\./) as string,
      turns: 2,
      toolCount: 1,
      imageCount: 1,
    });
    expect(fields.tools).toContain('city');
    expect(fields.tools).not.toContain('object');
  });

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['a number', 7],
    ['messages that are no list', { messages: 'hello' }],
    ['messages that are no objects', { messages: [null, 3, 'x', []] }],
    ['content of another type', { messages: [{ role: 'user', content: 5 }] }],
    ['parts that are no objects', { messages: [{ role: 'user', content: [null, 'x', 4] }] }],
    ['a text part without text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    [
      'a part whose type cannot be a text',
      { messages: [{ role: 'user', content: [{ type: { toString: 1 } }] }] },
    ],
    ['tools that are no objects', { messages: [], tools: [null, 'x', 4, [[]]] }],
  ])('counts nothing of %s', (_, prompt) => {
    expect(splitPromptFields(prompt as unknown as Prompt)).toMatchObject({
      userText: '',
      imageCount: 0,
    });
  });

  it('reads tool definitions to a limited depth', () => {
    let definition: Record<string, unknown> = { name: 'innermost' };
    for (let depth = 0; depth < 5000; depth++) definition = { description: 'x', inner: definition };
    const { tools } = splitPromptFields({ messages: [], tools: [definition as never] });
    expect(tools).not.toContain('innermost');
    expect(tools.length).toBeLessThan(200);
  });

  it('takes a bare list of messages for a conversation', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Add 2 and 3.' },
    ] as const;
    expect(splitPromptFields(messages)).toEqual(splitPromptFields({ messages }));
    expect(splitPromptFields(messages).userText).toBe('Add 2 and 3.');
  });

  it('never throws, and always gives texts and counts', () => {
    fc.assert(
      fc.property(fc.oneof(anyChatRequest, anyMalformedPrompt), (prompt) => {
        const {
          userText: ask,
          system,
          tools,
          turns,
          toolCount,
          imageCount,
        } = splitPromptFields(prompt as Prompt);
        expect([ask, system, tools].every((text) => typeof text === 'string')).toBe(true);
        expect([turns, toolCount, imageCount].every(Number.isInteger)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
