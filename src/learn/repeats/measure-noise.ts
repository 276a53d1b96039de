import { measureSpread, type GradeSpread } from '../../measure/outcomes/grade-noise.js';
import type { RepeatAnswers } from './repeat-problem.js';

/** How much the grades of one model vary where the prompt is the same. */
export interface NoiseSums extends GradeSpread {
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
    const spread = measureSpread(grades);
    squares += spread.squares;
    freedom += spread.freedom;
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
