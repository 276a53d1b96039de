import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonList } from '../../../../src/measure/outcomes/importers/parse-python-list.js';

describe('parsePythonList', () => {
  it.each([
    [`[]`, []],
    [`['a']`, ['a']],
    [` [ 'a' , "b" , ] `, ['a', 'b']],
    [`["it's", 'say "x"']`, ["it's", 'say "x"']],
    [`['it\\'s', "\\"x\\""]`, ["it's", '"x"']],
    [`['a\\n\\tb\\\\n']`, ['a\n\tb\\n']],
    [`['\\xe9\\u20ac\\U0001f600']`, ['é€😀']],
    [`['\\d stays']`, ['\\d stays']],
  ])('reads %s', (text, elements) => {
    expect(parsePythonList(text)).toEqual(elements);
  });

  it.each([
    '',
    'a',
    "'a'",
    "['a'",
    "['a' 'b']",
    "['a',,'b']",
    '[a]',
    "['a'] + [1]",
    '["a\nb"]',
    "['\\x4']",
    "['\\U00110000']",
    "['a\\",
    "[,'a']",
  ])('refuses %s', (text) => {
    expect(parsePythonList(text)).toBeUndefined();
  });

  it('reads back any list that is written the way Python writes it', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(texts, (given) => {
        expect(parsePythonList(`[${given.map(pythonRepr).join(', ')}]`)).toEqual(given);
      }),
    );
  });

  it('is done at once with a text of a million opening brackets or backslashes', () => {
    expect(parsePythonList('['.repeat(1_000_000))).toBeUndefined();
    expect(parsePythonList(`['${'\\'.repeat(1_000_000)}`)).toBeUndefined();
  });
});

function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = [...text].map((character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    if (character === '\n') return '\\n';
    const code = character.codePointAt(0) as number;
    if (code >= 32 && code < 127) return character;
    if (code < 256) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 65_536
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `${quote}${escaped.join('')}${quote}`;
}
