import { readFileSync } from 'node:fs';
import { extractCode } from '../../../src/measure/graders/code/extract-code.js';
import { findVerdict } from '../../../src/measure/graders/judge/find-verdict.js';
import { findGrader } from '../../../src/measure/graders/registry.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

/**
 * An answer, and the grade that a careful reader gives it. Of `code` the reference is the program in
 * the answer, and of `judge` the verdict in a judge's reply (none where it has given none).
 */
export interface SpelledAnswer {
  readonly grader: string;
  readonly options?: JsonObject;
  readonly reference?: JsonValue;
  readonly answer: string;
  /** `ungraded` where the answer holds two answers, and nothing says which of them is meant. */
  readonly wanted: 'right' | 'wrong' | 'ungraded';
}

/** What a grader made of an answer, beside what a careful reader makes of it. */
export type Verdict = 'right' | 'wrong' | 'ungraded';

/** Reads the table of answers in many spellings, languages and formats. */
export function readSpellings(): readonly SpelledAnswer[] {
  const text = readFileSync(new URL('spellings.jsonl', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SpelledAnswer);
}

/** Whether the grade is the reader's: `ungraded` where the grader gave none and the reader does. */
export async function checkSpelling(spelled: SpelledAnswer): Promise<Verdict> {
  const { grader, options = {}, reference, answer, wanted } = spelled;
  if (grader === 'code') return toVerdict(readCode(answer, options) === reference, wanted);
  if (grader === 'judge') {
    const verdict = findVerdict(answer, options['choices'] as readonly string[]);
    return verdict === undefined
      ? toVerdict(undefined, wanted)
      : toVerdict(verdict === reference, wanted);
  }
  const grade = await findGrader(grader)?.grade({ answer, reference, options }, {});
  if (grade === undefined) throw new Error(`there is no grader "${grader}"`);
  if (grade.kind === 'ungraded') return toVerdict(undefined, wanted);
  const isWhole = grade.quality === 0 || grade.quality === 1;
  return isWhole ? toVerdict(grade.quality === 1, wanted) : 'wrong';
}

/** The verdict on a grader that found an answer right or wrong, or gave no grade. */
function toVerdict(isRight: boolean | undefined, wanted: SpelledAnswer['wanted']): Verdict {
  if (isRight === undefined) return wanted === 'ungraded' ? 'right' : 'ungraded';
  return wanted === (isRight ? 'right' : 'wrong') ? 'right' : 'wrong';
}

function readCode(answer: string, { language, function: name }: JsonObject): string {
  const functionName = typeof name === 'string' ? name : undefined;
  return extractCode(answer, String(language), functionName).trim();
}
