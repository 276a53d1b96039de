import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyJson } from '../../src/util/copy-json.js';

describe('copying what JSON represents', () => {
  it('writes the same JSON, and knows about how long it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = copyJson(value);
        // A member of this name is left to JSON.
        if (JSON.stringify(value).includes('"__proto__":')) return;
        expect(JSON.stringify(copy?.value)).toBe(JSON.stringify(value));
        expect(copy?.size).toBeGreaterThanOrEqual(JSON.stringify(value).length / 8);
      }),
    );
  });

  it('is not reached by what its owner changes later', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }];
    const copy = copyJson(messages);
    messages[0]!.content[0]!.text = 'changed';
    messages.push({ role: 'user', content: [] });
    expect(copy?.value).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hello' }] }]);
  });

  it.each([
    ['a date', new Date(0)],
    ['an instance of a class', new Map([['a', 1]])],
    ['a value with a form of its own', { toJSON: () => 'secret' }],
    ['a large integer', { a: 1n }],
    ['an own __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ])('leaves %s to JSON', (_, value) => {
    expect(copyJson([value])).toBeUndefined();
  });

  it('leaves what contains itself to JSON, which refuses it', () => {
    const value: unknown[] = [];
    value.push(value);
    expect(copyJson(value)).toBeUndefined();
  });
});
