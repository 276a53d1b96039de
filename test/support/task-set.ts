import type { Example, TaskSet } from '../../src/measure/tasks/example.js';

/** A task: an addition, unless said otherwise. */
export function buildExample(id: string, changes: Partial<Example> = {}): Example {
  return {
    id,
    prompt: `What is ${id} + 1?`,
    task: 'arithmetic',
    reference: '4',
    grader: { name: 'contains', options: {} },
    metadata: {},
    ...changes,
  };
}

/** A task set that was never a file. */
export function buildTaskSet(examples: readonly Example[]): TaskSet {
  return {
    name: 'tasks',
    file: 'tasks-in-memory.jsonl',
    examples,
    lines: new Map(examples.map(({ id }, index) => [id, index + 1])),
    repeatedLines: [],
    fingerprint: 'fingerprint',
  };
}
