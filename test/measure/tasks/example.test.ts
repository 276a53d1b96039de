import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computePromptHash } from '../../../src/measure/tasks/example.js';

describe('computePromptHash', () => {
  it('is the same for a text and for a conversation that sends nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (content) => {
        const messages = [{ role: 'user' as const, content }];
        expect(computePromptHash(content)).toBe(computePromptHash({ messages }));
      }),
    );
  });

  it('tells apart what sends something else', () => {
    const messages = [{ role: 'user' as const, content: 'a' }];
    const hashes = [
      computePromptHash('a'),
      computePromptHash('a '),
      computePromptHash({ messages: [{ role: 'system', content: 'a' }] }),
      computePromptHash({ messages: [...messages, ...messages] }),
      computePromptHash({ messages, tools: [{ type: 'function' }] }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
