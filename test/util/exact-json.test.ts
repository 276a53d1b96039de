import { describe, expect, it } from 'vitest';
import {
  keepSource,
  keepSources,
  listChangedNumbers,
  listSources,
  writeExactJson,
} from '../../src/util/exact-json.js';
import type { JsonObject } from '../../src/util/json.js';

describe('the numbers of a JSON text that JavaScript would change', () => {
  it.each([
    ['{"id":1234567890123456789}', ['1234567890123456789']],
    ['[-9007199254740993, 1e400]', ['-9007199254740993', '1e400']],
    ['[9007199254740993,9007199254740995]', ['9007199254740993', '9007199254740995']],
    // As they are, or as every program with doubles reads them.
    ['[9007199254740992, 1234567890123456, 1e300, 0.12345678901234567890]', []],
    ['[-1234567890123456,1E300,-1.5e-400,0e999,true,false,null]', []],
    ['[12E+400,-9007199254740993,1.0e309]', ['12E+400', '-9007199254740993', '1.0e309']],
    // In texts.
    ['{"1234567890123456789":"1234567890123456789","a":"\\"1e999"}', []],
  ])('of %s are %j', (text, expected) => {
    expect(listChangedNumbers(text)).toEqual(expected);
  });

  it('may have millions of digits', () => {
    const long = '1'.repeat(8_000_000);
    expect(listChangedNumbers(`{"a":${long},"b":0.${long}}`).map(({ length }) => length)).toEqual([
      long.length,
    ]);
  });
});

describe('the sources of the members of a JSON text', () => {
  it('are their texts, by name or place', () => {
    const object = ' { "a" : {"b": [1, 2], "c:d": ","} ,"e\\"":"}" , "f":12345678901234567890 }';
    expect([...listSources(object)]).toEqual([
      ['a', '{"b": [1, 2], "c:d": ","}'],
      ['e"', '"}"'],
      ['f', '12345678901234567890'],
    ]);
    expect([...listSources('[{"a":1}, [] ,"x"]').values()]).toEqual(['{"a":1}', '[]', '"x"']);
    expect([listSources('{}').size, listSources('[ ]').size]).toEqual([0, 0]);
  });
});

describe('an object whose source is kept', () => {
  it('is written with all of its digits, wherever it is', () => {
    const source = '{ "id": 1234567890123456789 }';
    const input = JSON.parse(source) as object;
    keepSource(input, source);
    expect(writeExactJson({ list: [{ input }], input })).toBe(
      `{"list":[{"input":${source}}],"input":${source}}`,
    );
    expect(writeExactJson({ text: '0', id: 1 })).toBe('{"text":"0","id":1}');
  });

  it('may be any at a path', () => {
    const source = '{"list":[{"a":{"id":1234567890123456789}},{"a":7},{"a":{"id":1}},null]}';
    const value = JSON.parse(source) as JsonObject;
    expect(keepSources(value, source, ['list', '*', 'a'])).toBe(1);
    expect(writeExactJson(value)).toBe(source);
    for (const path of [
      ['list', 'a'],
      ['*', 'a'],
      ['other', '*'],
    ]) {
      expect(keepSources(JSON.parse(source) as JsonObject, source, path)).toBe(0);
    }
  });

  it('is written as it is now if no number needs its source', () => {
    const input = { id: 1 };
    keepSource(input, '{ "id": 1 }');
    expect(writeExactJson({ input })).toBe('{"input":{"id":1}}');
  });
});
