import { addJudge, type SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import type { PoolModel } from '../../measure/models/model.js';
import { listRows } from '../../util/numeric-arrays.js';
import { sumNoise } from './measure-noise.js';
import { halves, numberCell } from './repeat-problem.js';
import type { RepeatSource } from './repeat-source.js';

/** What a sweep that decides about repeats has bought, and how it ended. */
export interface RepeatRecord {
  /** Whether it ended by itself; false where it was stopped, or calls to a model had to stop. */
  readonly ended: boolean;
  /** Answers of a prompt by a model, at most. */
  readonly maxRepeats: number;
  /** Prompts that every model is asked twice, before any outcome is known. */
  readonly pilotPrompts: number;
  readonly models: readonly ModelRepeats[];
  /** Answered repeats beyond the pilot by task, the most first; tasks without any are left out. */
  readonly tasks: readonly TaskRepeats[];
}

export interface ModelRepeats {
  readonly model: string;
  /** Prompts with at least two graded answers. */
  readonly repeatedPrompts: number;
  /** Standard deviation of one grade around its prompt's mean; null where no prompt was repeated. */
  readonly noise: number | null;
  /** Answered repeats beyond the pilot. */
  readonly repeats: number;
}

export interface TaskRepeats {
  /** Null for the prompts without a label. */
  readonly task: string | null;
  readonly repeats: number;
  /** The models that were repeated, in the pool's order. */
  readonly models: readonly string[];
  /** Those of them of which every prompt has the maximum of answers. */
  readonly exhausted: readonly string[];
}

/** Describes what a source has bought. */
export function describeRepeatRecord(
  source: RepeatSource,
  pool: readonly Pick<PoolModel, 'id'>[],
): RepeatRecord {
  const { problem, answers, bought, hasEnded } = source;
  const countAnswers = (isCounted: (one: (typeof bought)[number]) => boolean): number =>
    bought.filter(isCounted).flatMap(({ cells }) => cells.filter((one) => source.isAnswered(one)))
      .length;
  const isAnsweredFully = (prompt: number, model: number): boolean =>
    Array.from({ length: problem.maxRepeats }, (_, repeat) =>
      source.isAnswered(numberCell(problem, { repeat, prompt, model })),
    ).every(Boolean);
  const prompts = listRows(problem.promptCount);
  const models = pool.map(({ id }, model): ModelRepeats => {
    const noise = sumNoise(answers, prompts, model);
    return {
      model: id,
      repeatedPrompts: noise.prompts,
      noise: noise.freedom === 0 ? null : Math.sqrt(noise.squares / noise.freedom),
      repeats: countAnswers((one) => one.model === model),
    };
  });
  const tasks = problem.tasks.map((name, task): TaskRepeats => {
    const isExhausted = (model: number): boolean =>
      halves.every((half) =>
        problem.blocks[half][task]?.every((prompt) => isAnsweredFully(prompt, model)),
      );
    const repeated = pool.flatMap(({ id }, model) =>
      countAnswers((one) => one.task === task && one.model === model) > 0 ? [{ id, model }] : [],
    );
    return {
      task: name,
      repeats: countAnswers((one) => one.task === task),
      models: repeated.map(({ id }) => id),
      exhausted: repeated.filter(({ model }) => isExhausted(model)).map(({ id }) => id),
    };
  });
  return {
    ended: hasEnded,
    maxRepeats: problem.maxRepeats,
    pilotPrompts: problem.pilot[0].length + problem.pilot[1].length,
    models,
    tasks: tasks.filter(({ repeats }) => repeats > 0).sort((a, b) => b.repeats - a.repeats),
  };
}

/** What a sweep that decides about repeats calls from now on, with its judge: the lowest, and the highest. */
export interface RepeatEstimate {
  readonly calls: readonly [low: number, high: number];
  readonly usd: readonly [low: number, high: number];
}

/**
 * @param start the estimate of the first answers and the pilot
 * @param all the estimate of every repeat
 */
export function estimateRepeats(start: SweepEstimate, all: SweepEstimate): RepeatEstimate {
  const [low, high] = [addJudge(start), addJudge(all)];
  return { calls: [low.calls, high.calls], usd: [low.expectedUsd, high.expectedUsd] };
}
