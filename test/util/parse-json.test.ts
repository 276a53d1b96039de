import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findJsonExcess,
  ownJson,
  parseJson,
  parseJsonObject,
  parsePythonJson,
  strangersJson,
  tryParseJson,
} from '../../src/util/parse-json.js';

const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON from outside', () => {
  it('is read as JSON.parse reads it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), fc.nat(400), (text, padding) => {
        const padded = text + ' '.repeat(padding);
        expect(parseJson(padded)).toEqual(JSON.parse(padded));
      }),
    );
  });

  it('may be 200 levels deep, and no deeper', () => {
    expect(() => parseJson(nest(200))).not.toThrow();
    expect(() => parseJson(nest(201))).toThrow('the JSON is nested more than 200 levels deep');
    const objects = '{"a":'.repeat(201) + '1' + '}'.repeat(201);
    expect(() => parseJson(objects, ownJson)).toThrow('nested more than 200 levels');
  });

  it('may hold brackets, quotes and commas in texts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', '{', '"', '\\', ',', ']', 'é')), (pieces) => {
        const value = [pieces.join('').repeat(300), { [pieces.join('')]: 1 }];
        expect(parseJson(JSON.stringify(value))).toEqual(value);
      }),
    );
  });

  it('may be wide or long only where it is the own file of a user', () => {
    const wide = `[${'0,'.repeat(strangersJson.maxMembers)}0]`;
    expect(findJsonExcess(wide)).toBe('has more than 500000 members');
    expect(findJsonExcess(wide, ownJson)).toBeUndefined();
    const long = `"${' '.repeat(strangersJson.maxCharacters)}"`;
    expect(findJsonExcess(long)).toBe('is longer than 33554432 characters');
  });

  it('is undefined where it is not JSON or exceeds a limit, which null is not', () => {
    expect(tryParseJson('null')).toBeNull();
    expect(tryParseJson('{"a":1')).toBeUndefined();
    expect(tryParseJson(nest(101), { ...ownJson, maxDepth: 100 })).toBeUndefined();
    expect(tryParseJson(nest(100), { ...ownJson, maxDepth: 100 })).toBeDefined();
  });

  it('is no object where it exceeds a limit', () => {
    expect(parseJsonObject(`{"a":${nest(300)}}`)).toBeUndefined();
    expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 });
    expect(parseJsonObject('[1]')).toBeUndefined();
  });
});

describe('JSON as Python writes it', () => {
  it('has null for the numbers that JSON does not know, and keeps its strings', () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity, 1], "NaN": "NaN, \\"Infinity\\""}';
    expect(parsePythonJson(text)).toEqual({
      a: null,
      b: [null, null, 1],
      NaN: 'NaN, "Infinity"',
    });
  });

  it('is any other JSON, too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parsePythonJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['{"a": nan}', '{"a": NaNs}', '{"a": "NaN}', 'NaN NaN', ''])('is not %s', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });
});
