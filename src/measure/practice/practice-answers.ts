import { gradeAnswer } from '../graders/grade-answer.js';
import { findGrader } from '../graders/registry.js';
import type { Example } from '../tasks/example.js';
import type { JsonValue } from '../../util/json.js';
import { createRandom, shuffle } from '../../util/random.js';
import { textHash } from '../../util/text-hash.js';

/** What a simulated model may say to a task. */
export interface PracticeAnswers {
  readonly right: string;
  /** At least one; each is failed by the task's own grader wherever that was possible. */
  readonly wrong: readonly string[];
}

const maxWrongAnswers = 3;
const maxBorrowedReferences = 8;
const passMark = 0.5;

/** Said where a task has no grader, or a grader that no made-up answer could please or fail. */
const shrug = 'This is a simulated model, and it does not know.';

/**
 * Makes up a right answer from a task's reference, and wrong ones from other tasks' references and
 * small changes of its own. All are tried on the task's grader first.
 *
 * @param others tasks whose references are plausible mistakes, such as those of the same label
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
  // Without a sandbox or a judge nothing can be tried: what the task says itself has to do.
  const [untried] = own;
  if (untried !== undefined && (await needsTools(example))) {
    return { right: untried, wrong: known.length > 0 ? known : [shrug] };
  }

  const ranked = await rank(example, own.flatMap(phrase));
  const right = ranked.find(({ quality }) => quality >= passMark);
  const rankedWrong = await rank(example, shuffle(mistakes, random).flatMap(phrase));
  const wrong = rankedWrong
    .reverse()
    .filter(({ quality }) => quality < passMark)
    .slice(0, maxWrongAnswers)
    .map(({ text }) => text);
  return { right: right?.text ?? shrug, wrong: wrong.length > 0 ? wrong : [shrug] };
}

/** Ways to say it: in a sentence, and bare for graders that take the whole answer. */
function phrase(text: string): string[] {
  return [`The answer is ${text}.`, text];
}

/** Candidates with their quality, best first, and earlier ones first among equals. */
async function rank(
  example: Example,
  candidates: readonly string[],
): Promise<{ readonly text: string; readonly quality: number }[]> {
  const graded: { readonly text: string; readonly quality: number }[] = [];
  for (const text of candidates) {
    const grade = await gradeAnswer(example, text);
    if (grade.kind === 'graded') graded.push({ text, quality: grade.quality });
  }
  return graded.sort((a, b) => b.quality - a.quality);
}

async function needsTools(example: Example): Promise<boolean> {
  const grade = await gradeAnswer(example, shrug);
  return grade.kind === 'ungraded' && grade.retryable === true;
}

/** What a task's reference says, as texts that an answer may hold. */
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

/** A guess at a text that a simple pattern matches: its first alternative, without its syntax. */
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

/** Answers that are nearly right: the slips that people and models make. */
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
