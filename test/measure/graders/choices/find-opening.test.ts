import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';

function quality(answer: string, reference: string): number | 'ambiguous' {
  const grade = choiceGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

describe('an answer that begins with several letters', () => {
  it.each([
    ['Both A and C look plausible; however, C is more accurate.', 'C', 'A'],
    ['A and C look plausible; however, A is more accurate.', 'A', 'C'],
    ['Options A and C look plausible, though C is more accurate.', 'C', 'A'],
    ['A, B and C look plausible; however, C is more accurate.', 'C', 'A'],
    ['A and C look right. However, C is more precise.', 'C', 'A'],
    ['A or C; C is more likely.', 'C', 'A'],
    ['A and C seem right, but A fails the second test.', 'C', 'A'],
    ['A and C are both tempting; C it is.', 'C', 'A'],
    ['A, and D is only partly right. C is about something else.', 'A', 'C'],
    ['A, and B is wrong because C says so.', 'A', 'C'],
    ['A, and B is wrong because it is too late.', 'A', 'B'],
    ['A, or B in older texts. C is unrelated.', 'A', 'C'],
    ['Option A (3/10), Option B (9/10), Option C (4/10)', 'B', 'A'],
    ['A: 30%\nB: 60%\nC: 10%', 'B', 'A'],
  ])('is decided by what follows, or by the best rating: %s', (answer, stated, other) => {
    expect(quality(answer, stated)).toBe(1);
    expect(quality(answer, other)).toBe(0);
  });

  it.each([
    'A and C look right.',
    'Both A and C seem right to me. Hard to say.',
    'A or C could be right. It depends on the context.',
    'A: 50%\nC: 50%',
  ])('is ambiguous where nothing decides: %s', (answer) => {
    expect(quality(answer, 'A')).toBe('ambiguous');
    expect(quality(answer, 'C')).toBe('ambiguous');
  });
});
