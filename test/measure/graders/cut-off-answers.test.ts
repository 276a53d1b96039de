import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpellings } from '../../../scripts/check/graders/read-spellings.js';
import { findGrader } from '../../../src/measure/graders/registry.js';
import {
  findHesitation,
  findRestart,
} from '../../../src/measure/graders/texts/weighed-sentences.js';
import { gradeCell } from '../../../src/measure/sweep/cell-outcome.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { isLongRun } from '../../support/test-run.js';

const steps = 'Let me think step by step.\n\n';

type Reference = string | number | readonly string[];

/** The quality of an answer that was cut off, or "ambiguous". */
async function grade(
  name: string,
  reference: Reference,
  answer: string,
  isCutOff = true,
  choices?: readonly string[],
): Promise<number | string> {
  const given = await findGrader(name)?.grade({
    answer,
    reference: typeof reference === 'object' ? [...reference] : reference,
    options: choices === undefined ? {} : { choices: [...choices] },
    isCutOff,
  });
  if (given?.kind === 'graded') return given.quality;
  return given?.ambiguous === undefined ? 'ungraded' : 'ambiguous';
}

type Row = readonly [grader: string, reference: Reference, answer: string];

const unstated: readonly Row[] = [
  // Mentioned on the way.
  [
    'choice',
    'B',
    'Let us go through the options one by one.\n\nOption A is wrong because whales are mammals.\n\nOption B seems plausible because',
  ],
  ['choice', 'A', `${steps}Option A: the enzyme is inhibited, which would`],
  ['choice', 'C', `${steps}The question asks about C`],
  ['choice', 'B', 'Both A and B look good, but (B)'],
  ['choice', 'B', 'B, C and D are all mammals, so'],
  ['choice', 'B', '(B) and (C) are mammals, so'],
  ['choice', 'B', '(B) seems plausible, but'],
  ['choice', 'B', 'Answer B describes the process in which'],
  ['choice', ['A', 'C'], `${steps}A and C are mammals, and`],
  ['numeric', 36, 'First, compute 12 × 3 = 36, then add'],
  ['numeric', 36, `${steps}There are 36 eggs.\nEach costs`],
  ['numeric', 36, 'There are 36 eggs, and the answer is clear. Now'],
  ['numeric', 3, 'We choose 3 of the 10 students. Then'],
  ['math', 'x+1', `${steps}We factor $x^2-1$ and get $x+1$. Then`],
  // Half-written.
  ['numeric', 1024, 'Answer: 2^{10}-1'],
  ['numeric', 1000, 'The answer is $10^{3} + 5'],
  ['numeric', 1000, 'The answer is 10^{3} +'],
  ['numeric', 3, 'The answer is \\(\\frac{3}{4'],
  ['numeric', 1, '\\frac{1}{2'],
  ['numeric', 5, 'The answer is 5x^{2} for'],
  ['numeric', 42, '4'],
  ['numeric', 2, 'The answer is 2**10'],
  ['numeric', 4, 'The answer is \\boxed{4'],
  ['numeric', 3, '{"steps": [{"result": 3}, {"result"'],
  ['math', 'x^2', 'The answer is $x^{2}+3x'],
  ['math', 'x^2', 'The answer is\n$$\nx^{2}\n+3x'],
  ['math', 'e^x', 'Answer: $e^{x}(x-1) + C'],
  // Lists, headings and steps.
  ['numeric', 1, '1. Identify\nThe total cost of'],
  ['numeric', 1, '## 1. Setup\nWe have 5 apples'],
  ['numeric', 1, '#### 1. Setup\nWe have 5 apples'],
  ['numeric', 1, 'Answer:\n\n1. First, we count'],
  ['numeric', 5, '2 + 3 = 5\nThen 5 + 7'],
  ['choice', 'B', '**Option B:**\nThe enzyme is'],
  ['choice', 'B', '### B\nThe enzyme is'],
  ['choice', 'B', 'A. False\nB.'],
  ['choice', 'C', 'Looking at the options:\n(A) 45\n(B) 50\n(C)'],
  ['numeric', 4, 'Answer: 8\n\nQuestion: What is 2+2?\nAnswer: 4\n'],
  // Questions and suppositions.
  ['choice', 'B', 'Is the answer B? Consider'],
  ['choice', 'B', 'Is the answer **B**'],
  ['choice', 'B', 'If the answer is B then the mass would be'],
  ['choice', 'B', 'If the answer is B, then the mass is 5. But'],
  ['choice', 'A', 'So we want to determine whether the answer is A or B. First'],
  ['choice', 'B', 'The answer would be B if the temperature were constant. Here'],
  ['numeric', 7, 'Suppose the answer is 7. Then'],
  // Taken back.
  ['choice', 'B', 'The answer is B. Wait, no. Let me reconsider: A is'],
  ['choice', 'A', 'The answer is B. Wait, no. Let me reconsider: A is'],
  ['choice', 'B', 'B\n\nNo, that is wrong. Let me'],
  ['choice', 'B', 'B. That is incorrect. The'],
  ['numeric', 7, 'The answer is 7. Wait, that is wrong. Let me recompute: 7+5 = 12, so'],
  ['numeric', 7, 'The answer is $\\boxed{7}$. Hmm, I made a mistake. The'],
  ['numeric', 7, '7\n\nLet me recompute that. First,'],
  ['numeric', 7, '{"answer": 7}\n\nWait, that is wrong. The'],
  // Ascribed to others.
  ['choice', 'A', 'Many would say the answer is A, but'],
  ['choice', 'A', 'Many would say the answer is A. However,'],
  ['numeric', 5, 'Tom says the answer is 5. We'],
  ['numeric', 5, 'At first I thought the answer was 5. But'],
  // Options that are gone through.
  ['choice', 'C', 'C. This option is wrong because it'],
  ['choice', 'B', 'B. Incorrect. C. Correct because'],
  ['choice', 'B', 'B - Not right, since'],
];

const stated: readonly Row[] = [
  // Announced.
  ['choice', 'B', 'The answer is B because whales are'],
  // All that a limit of a few tokens leaves.
  ['choice', 'B', 'B'],
  ['choice', 'A', ' A'],
  ['choice', 'A', '**A'],
  ['choice', 'B', 'The answer is B. Whales are'],
  ['choice', 'B', 'The answer is B.'],
  ['choice', 'B', 'First A, then B.\n\n**Answer: B**\n\nThis is because'],
  ['choice', 'B', 'The answer is B. Option A says that whales are fish. This is incorrect. Option'],
  ['choice', 'C', 'The answer is B. Wait, that overlooks the mass. So it should be C. The'],
  ['choice', 'B', 'Many would say the answer is A. The answer is B. The'],
  ['choice', 'B', 'The answer is B, although many people believe that the option A is. The'],
  ['choice', 'B', 'The answer is B, even if the result looks odd. The'],
  ['choice', 'B', 'The answer is B, which could be seen at once. The'],
  ['choice', 'B', '答案是B。因为'],
  ['choice', 'B', "Doğru cevap B'dir. Diğer"],
  ['choice', 'B', 'सही उत्तर B है। अन्य'],
  ['choice', 'C', '## Answer\n\n**C) Photosynthesis**\n\nPlants'],
  ['choice', 'B', 'B) is right; D) is a'],
  ['choice', ['A', 'D'], 'The correct answers are A and D. B and C are'],
  ['choice', ['A', 'D'], 'The correct answers are A and D. B and C are wrong. The'],
  ['choice', ['A', 'D'], '(A) and (D) are correct, whereas'],
  ['numeric', 5, 'I first thought 7, but after checking, the answer is 5. The'],
  ['numeric', 9, 'So the final count is 9, right? Now'],
  ['numeric', 42, 'The answer is 42 eggs.'],
  ['numeric', 42, 'Answer:\n\n42 eggs\n\nJanet has'],
  ['numeric', 8, 'Answer: 8\n\nQuestion: What is 2+2?\nAnswer: 4\n'],
  ['choice', ['A', 'C'], 'Answer: A, C\n\nBoth are'],
  ['choice', ['A', 'C'], 'Answer: A, C.'],
  ['numeric', 36, 'The answer is 36. To see this, take 12'],
  ['numeric', 12, 'The answer is 7. Wait, that is wrong. The answer is 12. This'],
  ['numeric', 36, 'If we add 12 and 24, the answer is 36. To check'],
  ['math', 'x+1', 'The answer is $x+1$.\n\nTo check, we'],
  // Boxed, tagged, in JSON.
  ['numeric', 36, 'Thus \\boxed{36} is what'],
  ['math', 'x^2', 'Thus $\\boxed{x^{2}}$ and the'],
  ['choice', 'B', '<answer>B</answer> because'],
  ['choice', 'B', '{"answer": "B", "explanation": "Whales are'],
  ['choice', 'B', '{"answer": "B"'],
  ['numeric', 42, '{"answer": 42, "steps": ["There are'],
  ['numeric', 36, 'First,\n#### 36\nThe'],
  ['numeric', 18, '#### 18.00\nThe'],
  // Closed at the very end.
  ['choice', 'B', 'The answer is **B**'],
  ['choice', 'B', '**Answer: B**'],
  ['choice', 'B', 'The answer is (B)'],
  ['numeric', 42, 'Answer: **42**'],
  ['numeric', 42, '**Answer: 42**'],
  ['numeric', 42, '**42**'],
  ['numeric', 42, 'So the answer is $42$.'],
  ['math', 'x+1', 'So the answer is $x+1$.'],
  ['math', 'x+1', 'So the answer is \\(x+1\\)'],
  // Alone, or first.
  ['choice', 'B', '(B)'],
  ['choice', 'B', 'B. Whales are mammals, and the'],
  ['choice', 'B', '(B) Whales are mammals, and the'],
  ['choice', 'C', 'C\n\nExplanation: the question asks'],
  ['choice', 'A', '**A**\n\nExplanation: the question asks'],
  ['numeric', 36, '36\n\nThere are 12 boxes of'],
  ['numeric', 36, '36 eggs\n\nThere are 12 boxes of'],
  ['numeric', 24, '24 (= 6 × 4)\n\nThere'],
  ['numeric', 45000, '$45K\n\nThe'],
  ['math', 'x+1', '$x+1$\n\nTo check, we'],
];

const unclear: readonly Row[] = [
  ['choice', 'B', '(B) Berlin is in Germany, not in France. (C) Paris'],
  ['numeric', 16, 'Answer: 16 eggs are laid every day.\nShe eats 3'],
  // It may go on.
  ['choice', 'B', 'The answer is B'],
  ['choice', 'B', 'The answer is (B) or'],
  ['choice', 'A', 'A. Whales are mammals, which'],
  ['choice', 'A', '**Option A**\nThe enzyme is'],
  ['choice', ['A', 'C'], 'Answer: A, C'],
  ['choice', ['A', 'C'], 'Answer:\n- A\n- C\n'],
  ['choice', ['A', 'C'], 'Answer:\n- A\n- C'],
  ['choice', ['A', 'C'], 'A, C'],
  ['numeric', 4, '4'],
  ['numeric', 42, 'The answer is 42.'],
  ['numeric', 12, 'So she pays 12. The answer is 12'],
  ['numeric', 42, 'The answer is $42'],
  ['numeric', 42, '#### 42'],
  ['numeric', 42, '<answer>42'],
  ['numeric', 3, 'Thus \\boxed{3} or'],
  ['numeric', 36, '36. To see this, take'],
  ['numeric', 3, '3 apples\n5 oranges\nTogether'],
  ['numeric', 1, 'Answer: 1. Take the'],
  ['math', 'x+1', 'The answer is x+1'],
  ['choice', 'B', 'Consider answer B. It says'],
  ['choice', 'C', 'الإجابة الصحيحة هي: C'],
  ['numeric', 6, 'The answer is 2 + 4, i.e. 6.'],
  ['numeric', 16, 'Answer: Janet has 16 eggs a day. She'],
  ['numeric', 16, '**Answer:**\n\nJanet has 16 eggs a day. She'],
  ['numeric', 5, '5 = 10/2\n\nNow'],
  ['numeric', 5, '(a) The answer is 5.\n(b) Now'],
  ['numeric', 5, 'The answer to part (a) is 5. For part (b)'],
  // It may not stand.
  ['choice', 'B', 'The answer is B. Wait'],
  ['choice', 'B', 'B\n\nWait, let me check'],
  ['choice', 'B', 'The answer might be B. Let me'],
  ['choice', 'B', 'The answer is B or C. We'],
  ['numeric', 7, 'Perhaps the answer is 7. Let me'],
];

describe('an answer that is cut off before it states an answer', () => {
  it.each(unstated)('has quality 0: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe(0);
  });
});

describe('an answer that is cut off after it stated one', () => {
  it.each(stated)('is read: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe(1);
  });

  it('is read where the choices have texts', async () => {
    const choices = ['positive', 'negative', 'neutral'];
    for (const answer of [
      'Negative. The food',
      'Negative, because the food',
      'Label: negative\n\nThe',
      '**Negative**',
    ]) {
      expect(await grade('choice', 'negative', answer, true, choices)).toBe(1);
    }
    expect(await grade('choice', 'negative', 'Staff: negative\n\nFood', true, choices)).toBe(
      'ambiguous',
    );
    expect(await grade('choice', 'positive', 'Positive: the food', true, choices)).toBe(
      'ambiguous',
    );
    expect(await grade('choice', 'positive', 'Positive, negative and', true, choices)).toBe(
      'ambiguous',
    );
  });
});

describe('an answer that is cut off where it may have stated one', () => {
  it.each(unclear)('is ambiguous: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe('ambiguous');
  });

  it.each([
    ['choice', 'C', 'The answer is B'],
    ['numeric', 42, '4'],
    ['numeric', 7, 'The answer is 42.'],
    ['math', 'x^2', 'The answer is x+1'],
  ])('has quality 0 where that is wrong: %s %j of %j', async (name, reference, answer) => {
    expect(await grade(name, reference, answer)).toBe(0);
  });
});

/** A part of a solution, and the answer that it states. */
interface Part {
  readonly text: string;
  readonly states?: string;
  /** How much of the text states it. @default all but the space at its end */
  readonly length?: number;
  /** Whether nothing that was stated before stands. */
  readonly restarts?: boolean;
}

/** What the parts state that were whole where a solution was cut. */
function listStated(parts: readonly Part[], cut: number): ReadonlySet<string> {
  const found = new Set<string>();
  let start = 0;
  for (const { text, states, length, restarts } of parts) {
    const isWhole = start + (length ?? text.trimEnd().length) <= cut;
    start += text.length;
    if (!isWhole) break;
    if (restarts === true) found.clear();
    if (states !== undefined) found.add(states);
  }
  return found;
}

/** A choice and nothing else counts, as a limit of a few tokens leaves no more. */
function isOneWord(prefix: string): boolean {
  return /^\s*\p{L}+\s*$/u.test(prefix);
}

async function testPrefixes(
  grader: string,
  references: readonly string[],
  part: fc.Arbitrary<Part>,
): Promise<void> {
  const solution = fc.array(part, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(solution, fc.double({ min: 0, max: 1, noNaN: true }), async (parts, share) => {
      const whole = parts.map(({ text }) => text).join('');
      const cut = Math.max(1, Math.floor(share * whole.length));
      const prefix = whole.slice(0, cut);
      const said = listStated(parts, cut);
      if (isOneWord(prefix)) return;
      const right: string[] = [];
      for (const reference of references) {
        if ((await grade(grader, reference, prefix)) === 1) right.push(reference);
      }
      expect({ prefix, unsaid: right.filter((one) => !said.has(one)) }).toEqual({
        prefix,
        unsaid: [],
      });
    }),
    { numRuns: Number(process.env['PREFIX_RUNS'] ?? 600) },
  );
}

describe('a prefix of a solution', () => {
  const letter = fc.constantFrom('A', 'B', 'C', 'D');
  const choicePart: fc.Arbitrary<Part> = fc
    .tuple(letter, letter, fc.nat(17))
    .map(([one, other, form]): Part => {
      const forms: readonly Part[] = [
        { text: `The answer is ${one}. `, states: one },
        { text: `**Answer: ${one}**\n\n`, states: one },
        { text: `\n\\boxed{${one}}\n`, states: one },
        {
          text: `The answer is ${one} because ${other} is too small. `,
          states: one,
          length: 15,
        },
        { text: `Option ${one} is wrong. ` },
        { text: `Option ${one}: the mass is constant.\n` },
        { text: `${one} looks good, but ${other} does not. ` },
        { text: `If the answer is ${one}, then the mass is constant. ` },
        { text: `Is the answer ${one}? ` },
        { text: `Many would say the answer is ${one}, since it is the largest. ` },
        { text: `We must decide whether the answer is ${one} or ${other}. ` },
        { text: `The answer would be ${one} if the mass were constant. ` },
        { text: `**Option ${one}:**\nThe mass is constant.\n\n` },
        { text: `${one}, ${other} and D are heavy. ` },
        { text: 'Let me reconsider. ', restarts: true },
        { text: 'Wait, that is wrong. ', restarts: true },
        { text: 'Let us see.\n\n' },
        { text: 'The mass is 5. ' },
      ];
      return forms[form] as Part;
    });
  const number = fc.integer({ min: 1, max: 130 }).map(String);
  const numberPart: fc.Arbitrary<Part> = fc
    .tuple(number, number, fc.nat(16))
    .map(([one, other, form]): Part => {
      const forms: readonly Part[] = [
        { text: `The answer is ${one}. `, states: one },
        { text: `**Answer: ${one}**\n\n`, states: one },
        { text: `Thus \\boxed{${one}}\n`, states: one },
        { text: `#### ${one}\n`, states: one },
        { text: `We get ${one} + ${other}. ` },
        { text: `${one} + ${other} = ${Number(one) + Number(other)}\n` },
        { text: `If the answer is ${one}, there are ${other} left. ` },
        { text: `Is the answer ${one}? ` },
        { text: `Suppose the answer is ${one}. ` },
        { text: `Tom says the answer is ${one}. ` },
        { text: `The answer to part (a) is ${one}. ` },
        { text: `1. Take ${one}.\n2. Add ${other}.\n` },
        { text: `## ${one}. Set-up\n` },
        { text: `We choose ${one} of the ${other}. ` },
        { text: 'Let me recompute. ', restarts: true },
        { text: 'Wait, that is wrong. ', restarts: true },
        { text: 'Let us see.\n\n' },
      ];
      return forms[form] as Part;
    });

  it('is not right for a choice that no finished statement in it names', async () => {
    await testPrefixes('choice', ['A', 'B', 'C', 'D'], choicePart);
  });

  it('is not right for a number that no finished statement in it names', async () => {
    await testPrefixes(
      'numeric',
      Array.from({ length: 14 }, (_, index) => String(index + 1)),
      numberPart,
    );
  });
});

describe('a prefix of a known answer that is wrong', () => {
  const known = readSpellings().filter(
    ({ grader, wanted, answer }) =>
      ['choice', 'numeric', 'math'].includes(grader) &&
      wanted === 'wrong' &&
      // What is taken back later was stated in the prefix.
      findHesitation(answer) === -1 &&
      findRestart(answer) === -1,
  );

  /** Answers are cut at every place in the long form, and in turn at every third otherwise. */
  const step = isLongRun ? 1 : 3;

  it('is not right either, wherever it is cut', () => {
    const right: string[] = [];
    for (const [index, { grader, reference, options = {}, answer }] of known.entries()) {
      for (let cut = 1 + (index % step); cut < answer.length; cut += step) {
        const prefix = answer.slice(0, cut);
        if (isOneWord(prefix)) continue;
        const given = findGrader(grader)?.grade({
          answer: prefix,
          reference,
          options,
          isCutOff: true,
        });
        if (given !== undefined && 'quality' in given && given.quality === 1) right.push(prefix);
      }
    }
    expect(known.length).toBeGreaterThan(300);
    expect(right).toEqual([]);
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
