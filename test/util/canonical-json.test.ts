import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/util/canonical-json.js';
import { createRandom, shuffle } from '../../src/util/random.js';

describe('canonicalJson', () => {
  it('sorts members by UTF-16 code units, at every level, without white space', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }], é: true, Z: 2 })).toBe(
      '{"Z":2,"a":[{"c":"x","d":null}],"b":1,"é":true}',
    );
  });

  it('leaves undefined members out', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', { a: [Infinity] }],
    ['a function', () => 1],
    ['undefined in a list', [undefined]],
    ['a symbol', Symbol('s')],
    ['a bigint', { a: 1n }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('keeps a member named __proto__', () => {
    const value: unknown = JSON.parse('{"b":1,"__proto__":{"x":2}}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":2},"b":1}');
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the same for every order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, seed) => {
        const reordered = Object.fromEntries(shuffle(Object.entries(value), createRandom(seed)));
        expect(canonicalJson(reordered)).toBe(canonicalJson(value));
      }),
    );
  });
});
