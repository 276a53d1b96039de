import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { findChoice } from '../../../src/measure/graders/choices/find-choice.js';
import { parsePythonList } from '../../../src/measure/outcomes/importers/parse-python-list.js';

export interface ArcDisagreement {
  readonly sample: string;
  readonly model: string;
  readonly score: number;
  /** The letter that the grader reads, `-` for none. */
  readonly read: string;
  /** The letter that most responses scored 1 give. */
  readonly key: string;
  readonly cause: string;
  readonly response: string;
}

export interface ArcComparison {
  readonly prompts: number;
  readonly responses: number;
  readonly disagreements: readonly ArcDisagreement[];
}

const files = ['arc_challenge_train.csv', 'arc_challenge_test.csv'];
const responseColumn = '|model_response';
/** ARC has up to five options. */
const choices = { letterCount: 5, texts: [] };

/**
 * Reads the letters of RouterBench's ARC responses and compares them with the recorded scores. No
 * right letter is recorded, so that per prompt the responses scored 1 must give one letter, and
 * those scored 0 another one or none.
 */
export async function compareArc(folder: string): Promise<ArcComparison> {
  const disagreements: ArcDisagreement[] = [];
  let prompts = 0;
  let responses = 0;
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const { data } = Papa.parse<Record<string, string>>(text, {
      header: true,
      skipEmptyLines: true,
    });
    for (const cells of data) {
      const answers = readAnswers(cells);
      prompts++;
      responses += answers.length;
      const key = findKey(answers);
      for (const { model, score, read, response } of answers) {
        const isConsistent =
          score === 1 ? read === key && key !== '-' : read !== key || key === '-';
        if (isConsistent) continue;
        const cause = describeCause(score, read);
        const sample = cells['sample_id'] ?? '';
        disagreements.push({ sample, model, score, read, key, cause, response });
      }
    }
  }
  return { prompts, responses, disagreements };
}

interface ArcAnswer {
  readonly model: string;
  readonly score: number;
  readonly read: string;
  readonly response: string;
}

function readAnswers(cells: Readonly<Record<string, string>>): readonly ArcAnswer[] {
  return Object.keys(cells).flatMap((column) => {
    if (!column.endsWith(responseColumn)) return [];
    const model = column.slice(0, -responseColumn.length);
    const score = cells[model] ?? '';
    const response = parsePythonList(cells[column] ?? '')?.[0] ?? cells[column] ?? '';
    if (score === '') return [];
    const found = findChoice(response, choices);
    const read = found.kind === 'found' ? String.fromCharCode(65 + found.index) : '-';
    return [{ model, score: Number(score), read, response }];
  });
}

function findKey(answers: readonly ArcAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { score, read } of answers) {
    if (score === 1 && read !== '-') counts.set(read, (counts.get(read) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '-';
}

function describeCause(score: number, read: string): string {
  if (score !== 1) return 'scored 0 with the letter of those scored 1';
  return read === '-'
    ? 'scored 1 without a letter that can be told from an article'
    : 'scored 1 with another letter than the others scored 1';
}
