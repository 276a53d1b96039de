import { describe, expect, it } from 'vitest';
import { escapeControls, formatSafeJson, isPlainName } from '../../src/util/escape-controls.js';

describe('escapeControls', () => {
  it.each([
    ['an OSC sequence', '\x1b]52;c;ZXZpbA==\x07', '\\x1b]52;c;ZXZpbA==\\x07'],
    ['a C1 control', '\x9b31m', '\\x9b31m'],
    ['an override of direction', 'a\u202eb', 'a\\u202eb'],
    ['an isolate', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['an Arabic letter mark', '\u061c', '\\u061c'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ])('escapes %s', (_, text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  it('keeps line breaks, tabs and text of every script', () => {
    const text = 'a\tb\nשלום 翻译 👩‍💻';
    expect(escapeControls(text)).toBe(text);
  });
});

describe('isPlainName', () => {
  it.each(['gpt-5@low', 'vendor/model:free', 'Übersetzung 翻译', 'a b'])('takes %j', (name) => {
    expect(isPlainName(name)).toBe(true);
  });

  it.each(['a\nb', 'a\rb', 'a\tb', '\x1b[2J', 'a\u202eb', 'a\u2028b'])('refuses %j', (name) => {
    expect(isPlainName(name)).toBe(false);
  });
});

describe('formatSafeJson', () => {
  it('is the same JSON, without a character that a terminal obeys', () => {
    const value = { 'a\u202eb': ['\u009b31m', '\u007f', '\u001b[2J', 'line\n', 'é 翻译 👩‍💻'] };
    const text = formatSafeJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
