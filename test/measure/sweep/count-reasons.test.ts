import { describe, expect, it } from 'vitest';
import { countReasons } from '../../../src/measure/sweep/count-reasons.js';

const limited = (text: string): string => `the judge could not be asked: rate_limited: ${text}`;

describe('reasons why answers were not graded', () => {
  it('count together where only the texts of the provider differ, with one of them', () => {
    const reasons = Array.from({ length: 12 }, (_, index) =>
      limited(`HTTP 429. Try again in ${700 + index}ms (req_${index}).`),
    );
    expect([...countReasons(reasons)]).toEqual([
      [
        'the judge could not be asked: rate_limited (for example: HTTP 429. Try again in 700ms (req_0).)',
        12,
      ],
    ]);
  });

  it('keep their text where there is only one', () => {
    expect([...countReasons([limited('wait')])]).toEqual([[limited('wait'), 1]]);
  });

  it('count apart where the class of the failure differs, or nothing failed', () => {
    const reasons = [
      limited('a'),
      'the judge could not be asked: network: b',
      'the judge could not be asked: its call could exceed the budget',
      'no model was given to judge: name one with --judge',
      limited('c'),
    ];
    expect([...countReasons(reasons).values()]).toEqual([2, 1, 1, 1]);
  });
});
