import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactSecrets, redactValues } from '../../src/util/redact-secrets.js';

describe('redactSecrets', () => {
  it.each([
    'Incorrect API key provided: sk-proj-abc123DEF456.',
    'Authorization: Bearer eyJhbGciOi.J9-x_y/z+w==',
    'authorization: bearer abcdefghijk',
    'key gsk_abcdefgh1234 is not known',
    'AIzaSyA1234567890abcdefghijk is disabled',
  ])('takes out what has the shape of a key: %s', (text) => {
    expect(redactSecrets(text)).toContain('[redacted]');
    expect(redactSecrets(text)).not.toMatch(/abc123|eyJhbG|abcdefgh|1234567890/);
  });

  it('leaves ordinary text alone', () => {
    const text = 'The risk-free rate and the task-based skill: ask the bearer of the letter.';
    expect(redactSecrets(text)).toBe(text);
  });

  it('takes out a given value wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const text = redactSecrets(`${before} ${value} ${after} ${value}`, [value]);
        expect(text.replaceAll('[redacted]', '')).not.toContain(value);
      }),
    );
  });

  it('is quick on texts made to be slow', () => {
    const text = 'sk-'.repeat(100_000) + 'Bearer '.repeat(20_000);
    expect(redactSecrets(text).length).toBeGreaterThan(0);
  });
});

describe('redactValues', () => {
  it('takes out given values only, and no placeholders', () => {
    const text = 'sk-proj-abc123DEF456 and none and secret-value';
    expect(redactValues(text, ['secret-value', 'none', undefined])).toBe(
      'sk-proj-abc123DEF456 and none and [redacted]',
    );
  });
});

describe('a redactor of answers', () => {
  it.each(['password', 'not-needed', 'anything', 'localhost', '12345678', 'your-api-key-here'])(
    'keeps the ordinary text %s, which a message loses',
    (key) => {
      const redactor = createRedactor([key]);
      const answer = `Set ${key} and try again.`;
      expect(redactor.answer(answer)).toBe(answer);
      expect(redactor.json({ [key]: 1 })).toEqual({ [key]: 1 });
      expect(redactor.message(answer)).toBe('Set [redacted] and try again.');
    },
  );

  it.each([
    'sk-proj-abc123DEF456',
    'a1b2c3d4',
    'correct-horse-battery-staple',
    'QmFzZVNpeHR5Rm91cg',
    'acme-internal-token',
  ])('takes out the key %s', (key) => {
    expect(createRedactor(['none', key]).answer(`the key ${key}`)).toBe('the key [redacted]');
  });
});

describe('every form of a secret', () => {
  const key = 'zq9Xw7Vu/Ts3+q1Po8Nm6Lk4Ji2Hg0F';
  const encode = (text: string, form: BufferEncoding): string => Buffer.from(text).toString(form);

  it.each([
    ['percent-encoded', encodeURIComponent(key)],
    ['percent-encoded in lower case', encodeURIComponent(key).replaceAll('%2F', '%2f')],
    ['base64', encode(key, 'base64')],
    ['base64 without padding', encode(key, 'base64').replaceAll('=', '')],
    ['base64url', encode(key, 'base64url')],
    ['base64 after one character', encode(`:${key}`, 'base64')],
    ['base64 of a user and the key', encode(`user:${key}`, 'base64')],
    ['base64 of a longer user and the key', encode(`users:${key}`, 'base64')],
    ['base64 of Bearer and the key', encode(`Bearer ${key}`, 'base64')],
    ['base64 of the key within a text', encode(`{"a":"${key}","b":1}`, 'base64url')],
    ['hexadecimal', encode(key, 'hex')],
  ])('is taken out: %s', (_, form) => {
    const redacted = redactValues(`before ${form} after`, [key]);
    expect(redacted).toMatch(/^before .*\[redacted\].* after$/);
    // What is left may hold at most what stood around the key.
    for (let at = 0; at + 12 <= form.length; at++) {
      const piece = form.slice(at, at + 12);
      const decoded = Buffer.from(piece, 'base64').toString();
      if (key.includes(decoded.slice(1, 6))) expect(redacted).not.toContain(piece);
    }
  });

  it('is taken out whatever stands before and after it in base64', () => {
    const secret = fc.stringMatching(/^[\x21-\x7e]{8,60}$/);
    const rest = fc.string({ maxLength: 9 });
    fc.assert(
      fc.property(secret, rest, rest, (value, before, after) => {
        const text = encode(before + value + after, 'base64');
        expect(redactValues(text, [value])).toContain('[redacted]');
      }),
    );
  });

  it('is taken out where the header says Bearer', () => {
    expect(redactValues(`the key ${key} is bad`, [`Bearer ${key}`])).toBe(
      'the key [redacted] is bad',
    );
  });

  it('is taken out of JSON, member names included', () => {
    const form = encode(`user:${key}`, 'base64');
    const redacted = JSON.stringify(createRedactor([key]).json({ [form]: [{ note: key }] }));
    expect(redacted).not.toContain(form.slice(8, 30));
    expect(redacted).not.toContain(key);
  });
});
