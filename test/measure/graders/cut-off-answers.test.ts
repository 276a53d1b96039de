import { describe, expect, it } from 'vitest';
import { findGrader } from '../../../src/measure/graders/registry.js';
import { gradeCell } from '../../../src/measure/sweep/cell-outcome.js';
import type { Example } from '../../../src/measure/tasks/example.js';

const steps = 'Let me think step by step.\n\n';

/** The quality of an answer that was cut off, or "ambiguous". */
async function grade(
  name: string,
  reference: string | number | readonly string[],
  answer: string,
): Promise<number | string> {
  const grader = findGrader(name);
  const given = await grader?.grade({
    answer,
    reference: typeof reference === 'object' ? [...reference] : reference,
    options: {},
    isCutOff: true,
  });
  if (given?.kind === 'graded') return given.quality;
  return given?.ambiguous === undefined ? 'ungraded' : 'ambiguous';
}

describe('an answer that is cut off before it states an answer', () => {
  it.each([
    [
      'choice',
      'B',
      'Let us go through the options one by one.\n\nOption A is wrong because whales are mammals.\n\nOption B seems plausible because',
    ],
    ['choice', 'A', `${steps}Option A: the enzyme is inhibited, which would`],
    ['choice', 'C', `${steps}The question asks about C`],
    ['choice', 'B', 'Both A and B look good, but (B)'],
    ['numeric', 36, 'First, compute 12 × 3 = 36, then add'],
    ['numeric', 36, `${steps}There are 36 eggs.\nEach costs`],
    ['numeric', 12, 'So she pays 12. The answer is 12'],
    ['math', 'x+1', `${steps}We factor $x^2-1$ and get $x+1$. Then`],
    ['choice', ['A', 'C'], `${steps}A and C are mammals, and`],
  ])('has quality 0: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe(0);
  });
});

describe('an answer that is cut off after it stated one', () => {
  it.each([
    ['choice', 'B', 'B'],
    ['choice', 'B', 'B. Whales are mammals, and the'],
    ['choice', 'B', 'The answer is B because whales are'],
    ['choice', 'C', 'C\n\nExplanation: the question asks'],
    ['choice', 'B', 'First A, then B.\n\n**Answer: B**\n\nThis is because'],
    ['numeric', 36, '36\n\nThere are 12 boxes of'],
    ['numeric', 36, 'The answer is 36. To see this, take 12'],
    ['numeric', 36, 'Thus \\boxed{36} is what'],
    ['numeric', 42, '42'],
    ['math', 'x+1', 'The answer is $x+1$.\n\nTo check, we'],
    ['math', 'x+1', '$x+1$\n\nTo check, we'],
    ['choice', ['A', 'C'], 'Answer: A, C\n\nBoth are'],
  ])('is read: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe(1);
  });

  it('is ambiguous where it may only go through the options', async () => {
    expect(await grade('choice', 'A', 'A. Whales are mammals, which')).toBe('ambiguous');
  });
});

describe('the grade of a cell', () => {
  const example: Example = {
    id: 'a',
    prompt: { messages: [{ role: 'user', content: 'How many eggs?' }] },
    reference: 36,
    grader: { name: 'numeric', options: {} },
  } as never;
  const answer = 'First, compute 12 × 3 = 36, then add';

  it('takes the way to an answer for none where it was truncated, also in a thread', async () => {
    for (const text of [answer, `${'We count eggs. '.repeat(100)}\n${answer}`]) {
      const { grade: truncated } = await gradeCell(example, 'truncated', text);
      expect(truncated).toMatchObject({ quality: 0, detail: 'cut off before an answer' });
    }
    const { grade: whole } = await gradeCell(example, 'answered', answer);
    expect(whole).toMatchObject({ quality: 1 });
  });
});
