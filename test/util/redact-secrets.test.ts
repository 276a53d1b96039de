import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets, redactValues } from '../../src/util/redact-secrets.js';

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
