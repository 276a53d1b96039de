import { describe, expect, it } from 'vitest';
import { describeEvent, describePlainKeys } from '../../../src/measure/sweep/sweep-notices.js';

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

describe('the notice of a reached budget', () => {
  const reached = {
    kind: 'budget_reached',
    limitUsd: 5,
    spentUsd: 1,
    possibleUsd: 0.25,
    judgeUsd: 3.5,
    reservedUsd: 0.125,
    nextUsd: 0.2,
  } as const;

  it('adds up all that counts against it', () => {
    expect(describeEvent(reached)).toBe(
      'The budget is reached: $4.88 of $5.00 is spent or reserved, and the next call could cost $0.20.',
    );
  });

  it('says what follows where only the judge does not fit', () => {
    expect(describeEvent({ ...reached, isJudge: true })).toMatch(
      /the judge's next call could cost \$0\.20\. Answers that it cannot judge for that stay ungraded\.$/,
    );
  });
});
