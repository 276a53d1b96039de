import { describe, expect, it } from 'vitest';
import {
  checkSpelling,
  readSpellings,
  type SpelledAnswer,
} from '../../../../scripts/check/graders/read-spellings.js';

const spellings = readSpellings();

describe('the table of answers as a careful reader grades them', () => {
  it('has at least 300 answers, all different', () => {
    expect(new Set(spellings.map((one) => JSON.stringify(one))).size).toBeGreaterThanOrEqual(300);
  });

  it.each(spellings.map((one): [string, SpelledAnswer] => [describeAnswer(one), one]))(
    '%s',
    async (_, spelled) => {
      expect(await checkSpelling(spelled)).toBe('right');
    },
  );
});

function describeAnswer({ grader, reference, answer, wanted }: SpelledAnswer): string {
  const given = JSON.stringify(reference)?.slice(0, 60) ?? 'no reference';
  return `${grader}, given ${given}: ${JSON.stringify(answer.slice(0, 90))} is ${wanted}`.replaceAll(
    '%',
    '%%',
  );
}
