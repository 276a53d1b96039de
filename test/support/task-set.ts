import type { Task, TaskSet } from '../../src/measure/tasks/task.js';

/** A task: an addition, unless said otherwise. */
export function buildTask(id: string, changes: Partial<Task> = {}): Task {
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
export function buildTaskSet(tasks: readonly Task[]): TaskSet {
  return { name: 'tasks', file: 'tasks-in-memory.jsonl', tasks, fingerprint: 'fingerprint' };
}
