import { mean } from 'simple-statistics';
import { at } from '../../util/numeric-arrays.js';
import { addNoise, estimateNoise, sumNoise, type NoiseSums } from './measure-noise.js';
import {
  halves,
  type AskedRepeats,
  type Half,
  type RepeatAnswers,
  type RepeatBlock,
  type RepeatProblem,
} from './repeat-problem.js';

const repeatRule = {
  /** Standard deviations of what repeats can move within which the order could still change. */
  deviations: 2,
  /** Half a point: repeats that move a difference by less decide nothing that matters. */
  minReach: 0.005,
} as const;

/**
 * Decides, once, which blocks get all the answers that their prompts lack. A model contests a task if what
 * the remaining repeats can move its difference from the leader by (the reach, a standard deviation)
 * is at least `minReach`, and the difference is within `deviations` times that. It and the leader get
 * the answers, except where their own noise is nil.
 *
 * Leader, difference and noise come from the other half of the prompts: the number of a prompt's
 * answers never depends on its own grades, so that their mean is an unbiased estimate.
 *
 * @param answers the first answers and the pilot only
 */
export function decideRepeats(
  problem: RepeatProblem,
  answers: RepeatAnswers,
  asked: AskedRepeats,
): RepeatBlock[] {
  return halves.flatMap((half) => {
    const noiseOf = measureHalf(problem, answers, half === 0 ? 1 : 0);
    return problem.tasks.flatMap((_, task) => {
      const prompts = problem.blocks[half === 0 ? 1 : 0][task] as Int32Array;
      const [leader, ...others] = rankModels(problem, answers, prompts);
      if (leader === undefined) return [];
      const wanted = new Set<number>();
      for (const model of others) {
        const variances = [noiseOf(task, leader), noiseOf(task, model)] as const;
        const reach = computeReach(
          problem,
          asked,
          { half, task, models: [leader, model] },
          variances,
        );
        const gap = computeGap(problem, answers, prompts, [leader, model]);
        if (gap === undefined || reach < repeatRule.minReach) continue;
        if (Math.abs(gap) > repeatRule.deviations * reach) continue;
        if (variances[0] > 0) wanted.add(leader);
        if (variances[1] > 0) wanted.add(model);
      }
      return [...wanted].sort((a, b) => a - b).map((model) => ({ half, task, model }));
    });
  });
}

/** The variance of single answers by task and model, as one half of the prompts shows it. */
function measureHalf(
  { modelCount, blocks }: RepeatProblem,
  answers: RepeatAnswers,
  half: Half,
): (task: number, model: number) => number {
  const byTask = blocks[half].map((prompts) =>
    Array.from({ length: modelCount }, (_, model) => sumNoise(answers, prompts, model)),
  );
  const all = Array.from({ length: modelCount }, (_, model) =>
    addNoise(byTask.map((row) => row[model] as NoiseSums)),
  );
  return (task, model) =>
    estimateNoise(byTask[task]?.[model] as NoiseSums, all[model] as NoiseSums);
}

/** Models that answered at least half of the prompts, the best first; ties in the pool's order. */
function rankModels(
  { modelCount, weights }: RepeatProblem,
  answers: RepeatAnswers,
  prompts: Int32Array,
): number[] {
  const standings = Array.from({ length: modelCount }, (_, model) => {
    let sum = 0;
    let total = 0;
    let count = 0;
    for (const prompt of prompts) {
      const grades = answers.list(prompt, model);
      if (grades.length === 0) continue;
      sum += at(weights, prompt) * mean(grades);
      total += at(weights, prompt);
      count += 1;
    }
    return { model, quality: sum / total, isKnown: count > 0 && 2 * count >= prompts.length };
  });
  return standings
    .filter(({ isKnown }) => isKnown)
    .sort((a, b) => b.quality - a.quality)
    .map(({ model }) => model);
}

/** The mean difference of two models over the prompts that both answered; undefined without any. */
function computeGap(
  { weights }: RepeatProblem,
  answers: RepeatAnswers,
  prompts: Int32Array,
  [one, other]: readonly [number, number],
): number | undefined {
  let sum = 0;
  let total = 0;
  for (const prompt of prompts) {
    const grades = [answers.list(prompt, one), answers.list(prompt, other)] as const;
    if (grades[0].length === 0 || grades[1].length === 0) continue;
    sum += at(weights, prompt) * (mean(grades[0]) - mean(grades[1]));
    total += at(weights, prompt);
  }
  return total === 0 ? undefined : sum / total;
}

/**
 * The standard deviation by which the remaining repeats of two models move the difference of their
 * means on a block: sqrt(sum w^2 (s1^2 (1/k1 - 1/K) + s2^2 (1/k2 - 1/K))) / sum w, with the weight w
 * of a prompt, its answers k so far, and K at most.
 */
function computeReach(
  { weights, blocks, maxRepeats }: RepeatProblem,
  asked: AskedRepeats,
  { half, task, models }: { half: Half; task: number; models: readonly [number, number] },
  variances: readonly [number, number],
): number {
  let squares = 0;
  let total = 0;
  for (const prompt of blocks[half][task] as Int32Array) {
    const weight = at(weights, prompt);
    total += weight;
    models.forEach((model, index) => {
      const answers = asked.count({ half, task, model }, prompt);
      squares += weight ** 2 * (variances[index] as number) * (1 / answers - 1 / maxRepeats);
    });
  }
  return total === 0 ? 0 : Math.sqrt(squares) / total;
}
