import { fileURLToPath } from 'node:url';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import type { Grade } from '../../src/measure/graders/grade.js';
import { findGrader } from '../../src/measure/graders/registry.js';
import type { Example } from '../../src/measure/tasks/example.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';

export const datasets = new URL('../../datasets/', import.meta.url);

/** The path of one of the task sets of the package, such as `work`. */
export function datasetFile(name: string): string {
  return fileURLToPath(new URL(`${name}.jsonl`, datasets));
}

/** The examples of a task set, with their graders checked. */
export async function readDataset(name: string): Promise<readonly Example[]> {
  return (await readTaskSet(datasetFile(name), { checkGrader })).examples;
}

/** The stored right answer, or the one that the reference is. */
export function rightAnswer({ metadata, grader, reference }: Example): string {
  if (typeof metadata['answer'] === 'string') return metadata['answer'];
  return findGrader(grader?.name ?? '')?.exampleAnswer(reference, grader?.options ?? {}) ?? '';
}

export function wrongAnswers({ metadata }: Example): readonly string[] {
  return metadata['wrongAnswers'] as readonly string[];
}

export function isQuality(grade: Grade, least: number, most: number): boolean {
  return grade.kind === 'graded' && grade.quality >= least && grade.quality <= most;
}

/** How many examples there are under each key. */
export function countBy(
  examples: readonly Example[],
  key: (example: Example) => unknown,
): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const example of examples) counts.set(key(example), (counts.get(key(example)) ?? 0) + 1);
  return counts;
}
