import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { CellAnswers, readCellAnswer } from '../../../src/measure/sweep/cell-answers.js';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };

const refused = {
  outcome: 'refused',
  answer: null,
  grade: { kind: 'graded', quality: 0 },
  usage: null,
  rawUsage: null,
  costUsd: null,
  costSource: null,
  error: 'content_filtered: no',
} as Partial<LedgerEntry> as LedgerEntry;

describe('the answer of a call', () => {
  const entry = { ...refused, purchase: { reason: 'round', round: 3, probability: 0.5 } } as const;

  it('says whether an adaptive sweep bought it, in this process and from the ledger', () => {
    expect(readCellAnswer(entry)).toMatchObject({ isBought: true });
    const answers = new CellAnswers(1);
    answers.note(0, entry, price);
    expect(answers.read(0)).toMatchObject({ isBought: true });
    answers.note(0, refused, price);
    expect(answers.read(0)).not.toHaveProperty('isBought');
  });

  it('is not bought adaptively where the call measured noise', () => {
    const repeated = { ...entry, purchase: { ...entry.purchase, reason: 'repeat' } } as const;
    expect(readCellAnswer(repeated)).not.toHaveProperty('isBought');
  });
});

describe('the answer of a request that its provider refused', () => {
  it('costs nothing, in this process and from the ledger', () => {
    expect(readCellAnswer(refused)).toEqual({ quality: 0, costUsd: 0 });
    const answers = new CellAnswers(1);
    answers.note(0, refused, price);
    expect(answers.read(0)).toEqual({ quality: 0, costUsd: 0 });
  });

  it('has an unknown cost where an attempt may have been charged', () => {
    const charged = { ...refused, possibleCostUsd: 0.1 };
    expect(readCellAnswer(charged)?.costUsd).toBeNaN();
  });
});
