import { mean } from 'simple-statistics';
import type { RepeatAnswers } from './repeat-problem.js';

/** How much the grades of one model vary where the prompt is the same. */
export interface NoiseSums {
  /** Squared differences of grades from the mean of their prompt. */
  readonly squares: number;
  /** Answers beyond the first of each prompt. */
  readonly freedom: number;
  /** Prompts with at least two graded answers. */
  readonly prompts: number;
}

/** Answers that a model's noise on all tasks counts as, next to those of a task. */
const priorFreedom = 10;

/** Adds up what repeated answers of a model show. */
export function sumNoise(answers: RepeatAnswers, prompts: Int32Array, model: number): NoiseSums {
  let squares = 0;
  let freedom = 0;
  let repeated = 0;
  for (const prompt of prompts) {
    const grades = answers.list(prompt, model);
    if (grades.length < 2) continue;
    // Exactly 0 for equal grades, which a rounded mean would not give.
    const first = grades[0] as number;
    const shifts = grades.map((grade) => grade - first);
    const centre = mean(shifts);
    for (const shift of shifts) squares += (shift - centre) ** 2;
    freedom += grades.length - 1;
    repeated += 1;
  }
  return { squares, freedom, prompts: repeated };
}

export function addNoise(all: readonly NoiseSums[]): NoiseSums {
  const add = (read: (sums: NoiseSums) => number): number =>
    all.reduce((sum, one) => sum + read(one), 0);
  return {
    squares: add(({ squares }) => squares),
    freedom: add(({ freedom }) => freedom),
    prompts: add(({ prompts }) => prompts),
  };
}

/**
 * The variance of a model's single answers on a task: that of its repeats there, shrunk toward all of
 * its repeats. 0 where no two answers of the model differ.
 */
export function estimateNoise(task: NoiseSums, all: NoiseSums): number {
  if (all.freedom === 0) return 0;
  const overall = all.squares / all.freedom;
  return (task.squares + priorFreedom * overall) / (task.freedom + priorFreedom);
}
