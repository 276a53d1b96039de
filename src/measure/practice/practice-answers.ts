import { gradeAnswer } from '../graders/grade-answer.js';
import { findGrader } from '../graders/registry.js';
import type { Example } from '../tasks/example.js';
import type { JsonValue } from '../../util/json.js';
import { createRandom, shuffle } from '../../util/random.js';
import { textHash } from '../../util/text-hash.js';

/** The answers that simulated models choose from for one example. */
export interface PracticeAnswers {
  readonly right: string;
  /** At least one. Each fails the example's own grader if such an answer was found. */
  readonly wrong: readonly string[];
}

const maxWrongAnswers = 3;
const maxBorrowedReferences = 8;
const passMark = 0.5;

/** For examples without a grader, and for graders that accept or reject every candidate. */
const fallbackAnswer = 'This is a simulated model, and it does not know.';

/**
 * Builds a right answer from an example's reference, and wrong ones from the references of other
 * examples and from small changes to its own. The example's grader checks all of them.
 *
 * @param others examples whose references are plausible mistakes, such as those of the same label
 */
export async function buildPracticeAnswers(
  example: Example,
  others: readonly Example[],
  seed: number,
): Promise<PracticeAnswers> {
  const random = createRandom(textHash(example.id, seed));
  const own = collectTexts(example);
  const borrowed = shuffle(others, random)
    .slice(0, maxBorrowedReferences)
    .flatMap((other) => collectTexts(other));
  const known = toTextList(example.metadata['wrongAnswers']);
  const candidates = [
    ...known,
    ...borrowed,
    ...own.flatMap(computeMistakes),
    ...listChoices(example),
  ];
  const mistakes = candidates.filter((text) => !own.includes(text));
  // Grading needs a sandbox or a judge, so the answers in the example are used without a check.
  const [untried] = own;
  if (untried !== undefined && (await needsTools(example))) {
    return { right: untried, wrong: known.length > 0 ? known : [fallbackAnswer] };
  }

  const [right] = await rank(example, own.flatMap(phrase), { ideal: 1, count: 1 });
  const phrased = shuffle(mistakes, random).flatMap(phrase).reverse();
  const rankedWrong = await rank(example, phrased, { ideal: 0, count: maxWrongAnswers });
  const wrong = rankedWrong
    .filter(({ quality }) => quality < passMark)
    .slice(0, maxWrongAnswers)
    .map(({ text }) => text);
  return {
    right: right !== undefined && right.quality >= passMark ? right.text : fallbackAnswer,
    wrong: wrong.length > 0 ? wrong : [fallbackAnswer],
  };
}

/** The text in a sentence, and alone for graders that compare the whole answer. */
function phrase(text: string): string[] {
  return [`The answer is ${text}.`, text];
}

interface GradedText {
  readonly text: string;
  readonly quality: number;
}

/**
 * Candidates with their quality, the closest to an ideal quality first; ties keep their order. Once
 * enough of them are ideal, no other can come before these, and grading ends.
 */
async function rank(
  example: Example,
  candidates: readonly string[],
  { ideal, count }: { readonly ideal: 0 | 1; readonly count: number },
): Promise<readonly GradedText[]> {
  const graded: GradedText[] = [];
  let idealCount = 0;
  for (const text of candidates) {
    const grade = await gradeAnswer(example, text);
    if (grade.kind !== 'graded') continue;
    graded.push({ text, quality: grade.quality });
    if (grade.quality === ideal) idealCount++;
    if (idealCount === count) break;
  }
  const distance = ({ quality }: GradedText): number => Math.abs(quality - ideal);
  return graded.sort((a, b) => distance(a) - distance(b));
}

async function needsTools(example: Example): Promise<boolean> {
  const grade = await gradeAnswer(example, fallbackAnswer);
  return grade.kind === 'ungraded' && grade.retryable === true;
}

/** The texts in an example's reference and metadata that could be a right answer. */
function collectTexts(example: Example): string[] {
  const { reference, metadata, grader } = example;
  const given = toTexts(metadata['answer']);
  if (grader?.name === 'code') {
    return [...given, ...toTexts(findGrader('code')?.exampleAnswer(reference, grader.options))];
  }
  const texts = Array.isArray(reference) ? reference.flatMap(toTexts) : toTexts(reference);
  if (Array.isArray(reference)) {
    texts.push(texts.join(', '), texts.join('\n'), JSON.stringify(reference));
  }
  if (example.grader?.name === 'regex') texts.push(...texts.map(unescapePattern));
  texts.push(...given);
  return [...new Set(texts)].filter((text) => text.trim() !== '');
}

function toTexts(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

function toTextList(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.flatMap(toTexts) : toTexts(value);
}

/** Guesses a text that matches a simple pattern: its first alternative, without the syntax. */
function unescapePattern(pattern: string): string {
  return pattern
    .replace(/\\[bBA]|[\^$]|\(\?[:=!]|\(\?<[=!]?/g, '')
    .replace(/\\s[+*?]?/g, ' ')
    .replace(/\\d[+*]?/g, '1')
    .split('|', 1)
    .join('')
    .replace(/\\(.)/g, '$1')
    .replace(/[()?*+]/g, '')
    .trim();
}

/** Plausible mistakes: answers that are nearly right. */
function computeMistakes(text: string): string[] {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) {
    return [number + 1, number - 2, number * 10, number + 7, -number].map(String);
  }
  const words = text.split(/\s+/);
  if (words.length < 2) return [`not ${text}`, 'something else'];
  return [words.slice(0, -1).join(' '), words.toReversed().join(' '), 'something else'];
}

function listChoices(example: Example): string[] {
  if (example.grader?.name !== 'choice') return [];
  const { choices } = example.grader.options;
  return Array.isArray(choices) ? choices.map(String) : ['A', 'B', 'C', 'D'];
}
