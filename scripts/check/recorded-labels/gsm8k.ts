import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { annotation } from '../../../src/measure/graders/numbers/find-final-number.js';
import { findNumbers } from '../../../src/measure/graders/numbers/find-numbers.js';
import { numericGrader } from '../../../src/measure/graders/numeric.js';
import { plainMath } from '../../../src/measure/graders/math/plain-math.js';

/** Why a recorded label and the numeric grader disagree. */
export type Gsm8kCause =
  /** `$40.00` was read as `00`, `57.0` as `0`. */
  | 'recorded label reads the decimals as the answer'
  /** `7.8` was read as `8`, `0.84` as `84`: right by accident. */
  | 'recorded label drops what stands before the decimal point'
  /** `-54` was read as `54`. */
  | 'recorded label drops the sign'
  /** `225 minutes or 3 hours and 45 minutes` was read as `45`. */
  | 'recorded label reads a number after the answer'
  | 'the grader reads another number than the answer';

export interface Gsm8kDisagreement {
  /** From 1, in the order of the file. */
  readonly row: number;
  readonly model: string;
  readonly recorded: boolean;
  readonly reference: string;
  readonly cause: Gsm8kCause;
  /** The end of the response, for a reader to see for himself. */
  readonly end: string;
}

export interface Gsm8kComparison {
  readonly responses: number;
  /** Responses that the grader could not decide. */
  readonly ungraded: number;
  readonly disagreements: readonly Gsm8kDisagreement[];
  /** By model: the share that is right as recorded, as graded, and by the last run of digits. */
  readonly accuracy: ReadonlyMap<string, { readonly recorded: number; readonly graded: number }>;
}

const models = ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'gpt-4-1106-preview'];

/** Grades RouteLLM's GSM8K responses and compares with the labels that were published with them. */
export async function compareGsm8k(folder: string): Promise<Gsm8kComparison> {
  const references = await readReferences(join(folder, 'gsm8k__test.jsonl'));
  const text = await readFile(join(folder, 'gsm8k__gsm8k_responses.csv'), 'utf8');
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const disagreements: Gsm8kDisagreement[] = [];
  let ungraded = 0;
  const accuracy = new Map(models.map((model) => [model, { recorded: 0, graded: 0 }]));
  for (const [index, cells] of data.entries()) {
    const reference = references.get((cells['prompt'] ?? '').trim());
    if (reference === undefined) throw new Error(`row ${index + 1} has no reference`);
    for (const model of models) {
      const answer = cells[`${model}_response`] ?? '';
      const recorded = cells[model] === 'True';
      const grade = numericGrader.grade({ answer, reference, options: {} });
      ungraded += Number(grade.kind === 'ungraded');
      const graded = grade.kind === 'graded' && grade.quality === 1;
      const share = accuracy.get(model) as { recorded: number; graded: number };
      share.recorded += Number(recorded) / data.length;
      share.graded += Number(graded) / data.length;
      if (graded === recorded) continue;
      const cause = findCause(answer, reference, recorded);
      const end = answer.trim().slice(-90).replace(/\s+/g, ' ');
      disagreements.push({ row: index + 1, model, recorded, reference, cause, end });
    }
  }
  return { responses: data.length * models.length, ungraded, disagreements, accuracy };
}

async function readReferences(file: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { question, answer } = JSON.parse(line) as { question: string; answer: string };
      return [question.trim(), (answer.split('####')[1] ?? '').trim()];
    }),
  );
}

/** The recorded labels compare the last run of digits, commas left out, with the reference. */
function findCause(answer: string, reference: string, recorded: boolean): Gsm8kCause {
  const wanted = Number(reference.replaceAll(',', ''));
  const plain = answer.replaceAll(',', '');
  const last = [...plain.matchAll(/\d+/g)].at(-1);
  const before = plain.slice(0, last?.index ?? 0);
  if (!recorded) {
    return /\d\.$/.test(before)
      ? 'recorded label reads the decimals as the answer'
      : 'recorded label reads a number after the answer';
  }
  // Where the last line that holds a number holds the right one too, the grader picked a wrong one.
  const line = plainMath(answer.replace(annotation, ''))
    .split('\n')
    .findLast((text) => findNumbers(text).length > 0);
  const isStated = findNumbers(line ?? '').some(({ value }) => value === wanted);
  if (isStated) return 'the grader reads another number than the answer';
  return /\d\.$/.test(before)
    ? 'recorded label drops what stands before the decimal point'
    : 'recorded label drops the sign';
}
