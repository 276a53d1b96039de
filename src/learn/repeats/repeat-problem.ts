import type { PromptRecord } from '../../measure/outcomes/outcome-table.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import { at, intAt } from '../../util/numeric-arrays.js';
import { labelPrompts } from '../train/label-prompts.js';

/** Prompts of each half that every model answers twice, to measure its noise. */
const pilotPrompts = 20;

export const halves = [0, 1] as const;

/** 0 or 1: a prompt's half of the prompts. The answers of one half decide about the other. */
export type Half = (typeof halves)[number];

/** What a sweep that decides about repeats knows before the first answer. */
export interface RepeatProblem {
  readonly modelCount: number;
  readonly promptCount: number;
  /** Answers of a prompt by a model, at most. */
  readonly maxRepeats: number;
  /** Null for the prompts without a label, where others have one. */
  readonly tasks: readonly (string | null)[];
  /** How many prompts each one stands for. */
  readonly weights: Float64Array;
  /** Prompts by half, then by task. */
  readonly blocks: readonly [readonly Int32Array[], readonly Int32Array[]];
  /** The prompts of the pilot, by half. */
  readonly pilot: readonly [Int32Array, Int32Array];
}

/**
 * Describes the prompts of a plan. Those of each task go to the two halves in turn. A plan's order is
 * random by its seed, so both halves and the pilot, the first prompts of each, are uniform samples.
 */
export function describeRepeats({ models, prompts, repeats }: SweepPlan): RepeatProblem {
  const records = prompts.map(({ example: { id, prompt, task, group } }): PromptRecord => ({
    id,
    prompt,
    task,
    group,
  }));
  const { tasks, taskOf } = labelPrompts(records);
  return splitRepeats({
    modelCount: models.length,
    maxRepeats: repeats,
    tasks: taskOf.includes(-1) ? [...tasks, null] : tasks,
    taskOf: taskOf.map((task) => (task < 0 ? tasks.length : task)),
    weights: Float64Array.from(prompts, ({ example: { weight = 1 } }) => weight),
  });
}

/** Splits prompts, which are in random order, into two halves of each task. */
export function splitRepeats({
  taskOf,
  ...given
}: Pick<RepeatProblem, 'modelCount' | 'maxRepeats' | 'tasks' | 'weights'> & {
  readonly taskOf: Int32Array;
}): RepeatProblem {
  const seen = new Int32Array(given.tasks.length);
  const halfOf = Uint8Array.from(taskOf, (task) => {
    const place = intAt(seen, task);
    seen[task] = place + 1;
    return (place + task) % 2;
  });
  const rows = Int32Array.from(taskOf.keys());
  const listHalf = (half: Half): Int32Array => rows.filter((row) => intAt(halfOf, row) === half);
  const listBlocks = (half: Half): Int32Array[] =>
    given.tasks.map((_, task) => listHalf(half).filter((row) => intAt(taskOf, row) === task));
  return {
    ...given,
    promptCount: taskOf.length,
    blocks: [listBlocks(0), listBlocks(1)],
    pilot: [listHalf(0).subarray(0, pilotPrompts), listHalf(1).subarray(0, pilotPrompts)],
  };
}

/** The number of a cell in the plan. */
export function numberCell(
  { modelCount, promptCount }: RepeatProblem,
  cell: { readonly repeat: number; readonly prompt: number; readonly model: number },
): number {
  return (cell.repeat * promptCount + cell.prompt) * modelCount + cell.model;
}

/** Which answers a sweep calls before any outcome is known: each cell once, and the pilot. */
export function createStartFilter(problem: RepeatProblem): (number: number) => boolean {
  const { modelCount, promptCount, pilot } = problem;
  const isPilot = new Set(pilot.flatMap((prompts) => [...prompts]));
  return (number) => {
    const row = Math.floor(number / modelCount);
    return row < promptCount || (row < 2 * promptCount && isPilot.has(row - promptCount));
  };
}

/** Answers of each prompt that a sweep has asked each model for. */
export class AskedRepeats {
  readonly #problem: RepeatProblem;
  readonly #isPilot: ReadonlySet<number>;
  readonly #ofBlock: Uint8Array;

  constructor(problem: RepeatProblem) {
    this.#problem = problem;
    this.#isPilot = new Set(problem.pilot.flatMap((prompts) => [...prompts]));
    this.#ofBlock = new Uint8Array(2 * problem.tasks.length * problem.modelCount).fill(1);
  }

  /** Answers that all prompts of a block have at least. */
  countOfBlock(block: RepeatBlock): number {
    return this.#ofBlock[this.#find(block)] as number;
  }

  /** Answers of one prompt of a block. */
  count(block: RepeatBlock, prompt: number): number {
    return Math.max(this.countOfBlock(block), this.#isPilot.has(prompt) ? 2 : 1);
  }

  /** Asks for one more answer to each prompt of a block; returns the prompts that lack it. */
  raise(block: RepeatBlock): Int32Array {
    const wanted = this.countOfBlock(block) + 1;
    const prompts = this.#problem.blocks[block.half][block.task] as Int32Array;
    const lacking = prompts.filter((prompt) => this.count(block, prompt) < wanted);
    this.#ofBlock[this.#find(block)] = wanted;
    return lacking;
  }

  #find({ half, task, model }: RepeatBlock): number {
    return (half * this.#problem.tasks.length + task) * this.#problem.modelCount + model;
  }
}

/** The prompts of one half of a task, as one model answers them. */
export interface RepeatBlock {
  readonly half: Half;
  readonly task: number;
  readonly model: number;
}

/** Grades so far, by the number of the cell; NaN where there is none. */
export class RepeatAnswers {
  readonly #problem: RepeatProblem;
  readonly #quality: Float64Array;

  constructor(problem: RepeatProblem) {
    this.#problem = problem;
    const { modelCount, promptCount, maxRepeats } = problem;
    this.#quality = new Float64Array(modelCount * promptCount * maxRepeats).fill(Number.NaN);
  }

  note(number: number, quality: number): void {
    this.#quality[number] = quality;
  }

  /** The grades of a model's answers to a prompt. */
  list(prompt: number, model: number): number[] {
    const grades: number[] = [];
    for (let repeat = 0; repeat < this.#problem.maxRepeats; repeat++) {
      const quality = at(this.#quality, numberCell(this.#problem, { repeat, prompt, model }));
      if (!Number.isNaN(quality)) grades.push(quality);
    }
    return grades;
  }
}
