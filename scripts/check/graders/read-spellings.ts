import { readFileSync } from 'node:fs';
import { findGrader } from '../../../src/measure/graders/registry.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

/** An answer, and the grade that a careful reader gives it. */
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
  const grade = await findGrader(grader)?.grade({ answer, reference, options }, {});
  if (grade === undefined) throw new Error(`there is no grader "${grader}"`);
  if (grade.kind === 'ungraded') return wanted === 'ungraded' ? 'right' : 'ungraded';
  if (wanted === 'ungraded') return 'wrong';
  return grade.quality === (wanted === 'right' ? 1 : 0) ? 'right' : 'wrong';
}
