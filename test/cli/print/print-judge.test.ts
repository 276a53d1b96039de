import { expect, it } from 'vitest';
import { describeJudgeSpend } from '../../../src/cli/print/print-judge.js';

it('says what judging cost, and how much of that is not known for sure', () => {
  const spend = { calls: 6, costUsd: 0.012, guessed: 0, unpriced: 0 };
  expect(describeJudgeSpend(spend)).toBe(
    "Judge: 6 calls, $0.012; not included in the models' costs.",
  );
  expect(describeJudgeSpend({ ...spend, guessed: 4, unpriced: 1 })).toBe(
    'Judge: 6 calls, $0.012, 1 of them without a known cost, 4 of them with a partly estimated ' +
      "cost; not included in the models' costs. Where its provider caches prompts, write " +
      'cachedInput and cacheWrite into its price.',
  );
});
