import { describe, expect, it } from 'vitest';
import {
  countImages,
  messageText,
  promptMessages,
  promptRequest,
  promptText,
} from '../../src/llm/chat.js';
import { boundInputTokens } from '../../src/llm/worst-case-cost.js';
import { findNeeds } from '../../src/policy/decide/request-needs.js';
import { splitPromptFields } from '../../src/policy/features/prompt-fields.js';

describe('messageText', () => {
  it('joins the text parts and leaves images out', () => {
    const text = messageText({
      role: 'user',
      content: [
        { type: 'text', text: 'What is' },
        { type: 'image_url', image_url: { url: 'https://images.test/1.png' } },
        { type: 'text', text: '' },
        { type: 'text', text: 'this?' },
      ],
    });
    expect(text).toBe('What is\nthis?');
  });

  it('is empty for a message that only calls tools', () => {
    expect(messageText({ role: 'assistant', content: null, tool_calls: [{}] })).toBe('');
  });
});

describe('promptRequest', () => {
  it('has the other members of a prompt where a request has them', () => {
    const messages = [{ role: 'user' as const, content: 'List three fruits.' }];
    const format = { type: 'json_object' };
    expect(
      promptRequest({ messages, members: { response_format: format, max_tokens: 9 } }),
    ).toEqual({
      messages,
      response_format: format,
      max_tokens: 9,
    });
    expect(promptRequest({ messages })).toEqual({ messages });
    expect(promptRequest('List three fruits.')).toBe('List three fruits.');
  });
});

describe('countImages', () => {
  it('counts the images of all messages, in the form of OpenAI or Anthropic', () => {
    const image = { type: 'image_url', image_url: { url: 'https://images.test/1.png' } };
    const own = { type: 'image', source: { type: 'url', url: 'https://images.test/2.png' } };
    const messages = [
      { role: 'user', content: [image, { type: 'text', text: 'and' }, own] },
      { role: 'assistant', content: 'Two.' },
      { role: 'user', content: [image] },
    ] as const;
    expect(countImages({ messages })).toBe(3);
    expect(countImages('image_url')).toBe(0);
  });

  it.each(['image', 'image_url', 'input_image', 'input_image_url', 'image_file', 'text'])(
    'agrees with features, decisions and bounds on a part of type %s',
    (type) => {
      const long = 'a'.repeat(100_000);
      const part = { type, image_url: { url: `data:image/png;base64,${long}` } };
      const prompt = { messages: [{ role: 'user', content: [part] }] } as const;
      const isImage = countImages(prompt) === 1;
      expect(isImage).toBe(!['image_file', 'text'].includes(type));
      expect(splitPromptFields(prompt).imageCount === 1).toBe(isImage);
      expect(findNeeds(prompt).capabilities.includes('vision')).toBe(isImage);
      expect(boundInputTokens(prompt) < long.length).toBe(isImage);
    },
  );

  it('takes no part without a type for an image', () => {
    const content = [{ type: ['image'] }, {}] as never;
    expect(countImages({ messages: [{ role: 'user', content }] })).toBe(0);
  });
});

describe('promptMessages', () => {
  it('makes one user message of a text, and takes messages as they are', () => {
    expect(promptMessages('Hi')).toEqual([{ role: 'user', content: 'Hi' }]);
    const messages = [{ role: 'system', content: 'Be brief.' }] as const;
    expect(promptMessages({ messages })).toBe(messages);
  });
});

describe('promptText', () => {
  it('is all that is sent: every message, then the tools', () => {
    const prompt = {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function' }],
    } as const;
    expect(promptText(prompt)).toBe('Be brief.\nHi\n[{"type":"function"}]');
    expect(promptText('Hi')).toBe('Hi');
  });
});
