import { describe, expect, it } from 'vitest';
import { decideRepeats } from '../../../src/learn/repeats/decide-repeats.js';
import {
  AskedRepeats,
  createStartFilter,
  numberCell,
  RepeatAnswers,
  splitRepeats,
  type RepeatBlock,
  type RepeatProblem,
} from '../../../src/learn/repeats/repeat-problem.js';
import { createRandom } from '../../../src/util/random.js';

const promptCount = 160;

/** One task, on which each model is right with a probability: the same for all prompts, or 0 and 1. */
function buildProblem(modelCount: number, tasks: readonly string[] = ['one']): RepeatProblem {
  return splitRepeats({
    modelCount,
    maxRepeats: 3,
    tasks,
    taskOf: Int32Array.from({ length: promptCount }, (_, prompt) => prompt % tasks.length),
    weights: new Float64Array(promptCount).fill(1),
  });
}

type Grade = (prompt: number, model: number, random: () => number) => number;

/** Grades of every answer, bought or not. */
function simulate(problem: RepeatProblem, grade: Grade, seed: number): Float64Array {
  const random = createRandom(seed);
  const { modelCount, maxRepeats } = problem;
  return Float64Array.from({ length: modelCount * promptCount * maxRepeats }, (_, number) =>
    grade(Math.floor(number / modelCount) % promptCount, number % modelCount, random),
  );
}

/** Decides after the first answers and the pilot. */
function decide(problem: RepeatProblem, grades: Float64Array): RepeatBlock[] {
  const answers = new RepeatAnswers(problem);
  const isStart = createStartFilter(problem);
  grades.forEach((quality, number) => {
    if (isStart(number)) answers.note(number, quality);
  });
  return decideRepeats(problem, answers, new AskedRepeats(problem));
}

const chance =
  (...chances: readonly number[]): Grade =>
  (_, model, random) =>
    Number(random() < (chances[model] ?? 0));

describe('repeats', () => {
  it('are not bought of models whose answers are always graded the same, however close', () => {
    const problem = buildProblem(3);
    // Tied models that are right on different prompts.
    const grades = simulate(problem, (prompt, model) => Number((prompt >> 1) % 3 === model), 1);
    expect(decide(problem, grades)).toEqual([]);
  });

  it('are bought of noisy models that are tied and not of one far behind', () => {
    const problem = buildProblem(3);
    let repeated = 0;
    for (let seed = 0; seed < 20; seed++) {
      const bought = decide(problem, simulate(problem, chance(0.6, 0.6, 0.1), seed));
      expect(bought.filter(({ model }) => model === 2)).toEqual([]);
      repeated += bought.length;
    }
    // Two models and two halves: 4 blocks at most.
    expect(repeated / 20).toBeGreaterThan(3);
    expect(repeated / 20).toBeLessThanOrEqual(4);
  });

  it('are not bought of noisy models that are far apart', () => {
    const problem = buildProblem(2);
    for (let seed = 0; seed < 20; seed++) {
      expect(decide(problem, simulate(problem, chance(0.9, 0.3), seed))).toEqual([]);
    }
  });

  it('go to the task where models are close', () => {
    const problem = buildProblem(2, ['close', 'clear']);
    const grade: Grade = (prompt, model, random) =>
      chance(...(prompt % 2 === 0 ? [0.6, 0.6] : [0.95, 0.2]))(prompt, model, random);
    const tasks = [1, 2, 3].flatMap((seed) =>
      decide(problem, simulate(problem, grade, seed)).map(({ task }) => task),
    );
    expect(new Set(tasks)).toEqual(new Set([0]));
  });

  it('are not bought of a noiseless leader, only of the noisy model that may pass it', () => {
    const problem = buildProblem(2);
    const grade: Grade = (_, model, random) => (model === 0 ? 0.6 : Number(random() < 0.6));
    const models = [1, 2, 3].flatMap((seed) =>
      decide(problem, simulate(problem, grade, seed)).map(({ model }) => model),
    );
    expect(new Set(models)).toEqual(new Set([1]));
  });

  it('are not bought where they move a difference by less than half a point', () => {
    const problem = buildProblem(2);
    const grade: Grade = (_, __, random) => 0.5 + 0.01 * random();
    expect(decide(problem, simulate(problem, grade, 1))).toEqual([]);
  });

  it('of a prompt never depend on its own grades or others of its half', () => {
    const problem = buildProblem(2);
    const grades = simulate(problem, chance(0.6, 0.6), 4);
    const changed = Float64Array.from(grades, (quality, number) => {
      const prompt = Math.floor(number / 2) % promptCount;
      return problem.blocks[0][0]?.includes(prompt) === true ? 1 - quality : quality;
    });
    const first = (values: Float64Array): RepeatBlock[] =>
      decide(problem, values).filter(({ half }) => half === 0);
    expect(first(grades)).not.toEqual([]);
    expect(first(changed)).toEqual(first(grades));
  });

  it('leave the mean of a prompt unbiased', () => {
    const problem = buildProblem(2);
    let error = 0;
    const runs = 60;
    for (let seed = 0; seed < runs; seed++) {
      const grades = simulate(problem, chance(0.65, 0.5), seed);
      const asked = new AskedRepeats(problem);
      for (const block of decide(problem, grades)) {
        while (asked.countOfBlock(block) < problem.maxRepeats) asked.raise(block);
      }
      for (const half of [0, 1] as const) {
        for (const prompt of problem.blocks[half][0] as Int32Array) {
          const count = asked.count({ half, task: 0, model: 0 }, prompt);
          let sum = 0;
          for (let repeat = 0; repeat < count; repeat++) {
            sum += grades[numberCell(problem, { repeat, prompt, model: 0 })] as number;
          }
          error += sum / count - 0.65;
        }
      }
    }
    // Four standard errors of so many means.
    expect(Math.abs(error / (runs * promptCount))).toBeLessThan(
      (4 * 0.48) / Math.sqrt(runs * promptCount),
    );
  });
});
