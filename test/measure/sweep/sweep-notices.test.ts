import { describe, expect, it } from 'vitest';
import {
  describeEvent,
  describePlainKeys,
  describeStart,
} from '../../../src/measure/sweep/sweep-notices.js';

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

describe('the notice of calls that a kill cut off', () => {
  const describeCut = (...calls: object[]) =>
    describeStart(
      { duplicateExamples: 0 } as never,
      {
        ledger: { repairedBytes: 0 },
        cutOff: calls,
        settled: { otherSettings: new Map(), keptForJudge: 0 },
      } as never,
    )[0];

  it('gives no amount where nothing limits what they cost, also before the last one', () => {
    const unknown = /may have been charged by an unknown amount, because nothing limits/;
    expect(describeCut({ possibleCostUsd: null })).toMatch(unknown);
    expect(describeCut({ possibleCostUsd: 0, unboundedCalls: 1, hasEnded: true })).toMatch(unknown);
  });

  it('gives the amount of the others, and how many have none', () => {
    const text = describeCut(
      { possibleCostUsd: 0.5 },
      { possibleCostUsd: 0.25, unboundedCalls: 1 },
    );
    expect(text).toContain('up to $0.75, 1 of them by an unknown amount on top');
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
    lastingUsd: 0,
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

  it('says that answers stay ungraded for now where batches may leave more of it', () => {
    expect(describeEvent({ ...reached, isJudge: true, lastingUsd: 0.125 })).toMatch(
      /that stay ungraded for now: batches are out that may leave more of it\.$/,
    );
    // Too much even without what they hold.
    const more = { ...reached, isJudge: true, lastingUsd: 0.125, nextUsd: 0.3 } as const;
    expect(describeEvent(more)).toMatch(/that stay ungraded\.$/);
  });
});

describe('the notice of models that are not called', () => {
  it.each([
    [['a'], 'a is skipped for the rest of the sweep. No key.', 'a waits for 30 s. Busy.'],
    [
      ['a', 'b'],
      'a and b are skipped for the rest of the sweep. No key.',
      'a and b wait for 30 s. Busy.',
    ],
  ])('agrees with their number: %j', (models, stopped, paused) => {
    expect(describeEvent({ kind: 'stopped', models, reason: 'No key.' })).toBe(stopped);
    const pause = { kind: 'paused', models, pauseMs: 30_000, reason: 'Busy.' } as const;
    expect(describeEvent(pause)).toBe(paused);
  });
});
