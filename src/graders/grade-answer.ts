import type { Task } from '../tasks/task.js';
import { sha256OfJson } from '../util/sha256.js';
import type { Grade } from './grade.js';
import { findGrader } from './registry.js';

/** Grades an answer by its task's own grader. Never throws; what cannot be judged is ungraded. */
export function gradeAnswer(task: Task, answer: string): Grade {
  if (task.grader === undefined) return { kind: 'ungraded', reason: 'the task names no grader' };
  const grader = findGrader(task.grader.name);
  if (grader === undefined) {
    return { kind: 'ungraded', reason: `there is no grader "${task.grader.name}"` };
  }
  return grader.grade({ answer, reference: task.reference, options: task.grader.options });
}

/**
 * SHA-256 of everything that shapes a grade: grader, version, options, reference and answer. A
 * recorded grade is good for as long as its key stays the same.
 */
export function computeGradeKey(task: Task, answer: string): string {
  const grader = task.grader === undefined ? undefined : findGrader(task.grader.name);
  return sha256OfJson({
    grader: task.grader?.name ?? null,
    version: grader?.version ?? null,
    options: task.grader?.options ?? null,
    reference: task.reference ?? null,
    answer,
  });
}
