import { describe, expect, it } from 'vitest';
import { escapeControls, formatSafeJson } from '../../src/util/escape-controls.js';

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

describe('formatSafeJson', () => {
  it('is the same JSON, without a character that a terminal obeys', () => {
    const value = { 'a\u202eb': ['\u009b31m', '\u007f', '\u001b[2J', 'line\n', 'é 翻译 👩‍💻'] };
    const text = formatSafeJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
