import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameFields } from '../../../../src/learn/train/features/frames.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';

const frame = (text: string): string => frameFields(splitPromptFields(text)).userText;

describe('frameFields', () => {
  it('keeps every character of the ask', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(frame(text)).toContain(text);
      }),
    );
  });

  it('frames about three quarters of the prompts', () => {
    const texts = Array.from({ length: 400 }, (_, index) => `What is ${index} plus one?`);
    const framed = texts.filter((text) => frame(text) !== text).length;
    expect(framed / texts.length).toBeGreaterThan(0.65);
    expect(framed / texts.length).toBeLessThan(0.85);
  });

  it('frames the same prompt the same way', () => {
    expect(frame('What is 2 plus 2?')).toBe(frame('What is 2 plus 2?'));
  });

  it('leaves the system prompt, the tools and the counts alone', () => {
    const fields = splitPromptFields({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Tell me about tides.' },
      ],
    });
    const { userText, userTurns, ...others } = frameFields(fields);
    expect(userTurns).toEqual([userText]);
    expect(fields).toMatchObject(others);
  });
});
