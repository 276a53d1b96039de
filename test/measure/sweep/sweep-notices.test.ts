import { describe, expect, it } from 'vitest';
import { describePlainKeys } from '../../../src/measure/sweep/sweep-notices.js';

describe('the notice of plain API keys', () => {
  it('names the models whose key stays in answers, and neither the key nor placeholders', () => {
    const apiKeys = new Map([
      ['hosted', 'sk-proj-abc123DEF456'],
      ['local', 'sunshine'],
      ['shared', 'prod-master-key'],
      ['open', 'not-needed'],
      ['none', undefined],
    ]);
    const [notice = '', ...more] = describePlainKeys(apiKeys);
    expect(notice).toMatch(/^local, shared: the API key is too plain/);
    expect(notice).not.toMatch(/sunshine|master|hosted|open|none/);
    expect(more).toEqual([]);
  });

  it('is not there where every key is distinct', () => {
    expect(describePlainKeys(new Map([['hosted', 'sk-proj-abc123DEF456']]))).toEqual([]);
  });
});
