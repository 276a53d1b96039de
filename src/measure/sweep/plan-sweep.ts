import type { PoolModel } from '../models/model.js';
import { computePromptHash, type Example } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom, shuffle } from '../../util/random.js';
import { textHash } from '../../util/text-hash.js';
import { computeCellKey, createCellKeyMaker } from './cell-key.js';

/** One (task, model, repeat). */
export interface Cell {
  readonly cellKey: string;
  readonly example: Example;
  readonly promptHash: string;
  readonly model: PoolModel;
  readonly repeat: number;
}

export interface PlannedPrompt {
  readonly example: Example;
  readonly promptHash: string;
}

/**
 * All cells of a sweep. A cell is known by its number, repeats x prompts x models in row-major
 * order: a plan of a million cells has to fit into memory beside everything else.
 */
export interface SweepPlan {
  readonly models: readonly PoolModel[];
  /** In the order in which they are called. */
  readonly prompts: readonly PlannedPrompt[];
  readonly repeats: number;
  readonly cellCount: number;
  /** The cells' numbers in the order to call them. */
  readonly order: Uint32Array;
  /** Tasks left out because an earlier one of the set asks exactly the same. */
  readonly duplicateTasks: readonly Example[];
  /** The cell of a number. */
  buildCell(number: number): Cell;
  /** Its key alone. */
  computeKey(number: number): string;
  /** Which of the models a number's cell is for. */
  findModelIndex(number: number): number;
}

/**
 * Plans a sweep: tasks x models x repeats. Prompts come in an order that the seed and their content
 * decide, and for each of them the models in an order of its own, so that neither the hour of the
 * day nor what was asked just before is confounded with a model, that a sweep that stops early has
 * seen some of everything, and that reordered files give the same plan.
 *
 * @param limit the most prompts to take, the first ones of that order; by default all
 * @throws RoutesmithError `invalid_pool` where two models would get the very same requests
 */
export function planSweep(input: {
  readonly examples: readonly Example[];
  readonly models: readonly PoolModel[];
  readonly repeats: number;
  readonly seed: number;
  readonly limit?: number | undefined;
}): SweepPlan {
  const { models, repeats, seed } = input;
  checkModelsDiffer(models);
  const collected = collectPrompts(input.examples, seed);
  const prompts = collected.prompts.slice(0, input.limit);
  const keyMakers = models.map(createCellKeyMaker);
  const cellsOfRepeat = prompts.length * models.length;

  const findPrompt = (number: number): PlannedPrompt =>
    prompts[Math.floor((number % cellsOfRepeat) / models.length)] as PlannedPrompt;
  const findModelIndex = (number: number): number => number % models.length;
  const findRepeat = (number: number): number => Math.floor(number / cellsOfRepeat);
  const computeKey = (number: number): string =>
    (keyMakers[findModelIndex(number)] as (typeof keyMakers)[number])(
      findPrompt(number).promptHash,
      findRepeat(number),
    );

  return {
    models,
    prompts,
    repeats,
    cellCount: cellsOfRepeat * repeats,
    order: computeOrder(prompts, models, repeats, seed),
    duplicateTasks: collected.duplicateTasks,
    computeKey,
    findModelIndex,
    buildCell(number) {
      const { example, promptHash } = findPrompt(number);
      const model = models[findModelIndex(number)] as PoolModel;
      const cellKey = computeKey(number);
      return { cellKey, example, promptHash, model, repeat: findRepeat(number) };
    },
  };
}

/** Models are shuffled from an order that does not depend on the file's. */
function computeOrder(
  prompts: readonly PlannedPrompt[],
  models: readonly PoolModel[],
  repeats: number,
  seed: number,
): Uint32Array {
  const keys = models.map((model) => computeCellKey({ promptHash: '', model, repeat: 0 }));
  const modelOrder = models
    .map((_, index) => index)
    .sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
  const order = new Uint32Array(prompts.length * models.length * repeats);
  let at = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [index, { promptHash }] of prompts.entries()) {
      const random = createRandom(textHash(promptHash, seed) + repeat);
      const first = (repeat * prompts.length + index) * models.length;
      for (const model of shuffle(modelOrder, random)) order[at++] = first + model;
    }
  }
  return order;
}

function collectPrompts(
  examples: readonly Example[],
  seed: number,
): { prompts: PlannedPrompt[]; duplicateTasks: Example[] } {
  const prompts = new Map<string, PlannedPrompt & { readonly rank: number }>();
  const duplicateTasks: Example[] = [];
  for (const example of examples) {
    const promptHash = computePromptHash(example.prompt);
    if (prompts.has(promptHash)) duplicateTasks.push(example);
    else prompts.set(promptHash, { example, promptHash, rank: textHash(promptHash, seed) });
  }
  const inOrder = [...prompts.values()].sort(
    (a, b) => a.rank - b.rank || (a.promptHash < b.promptHash ? -1 : 1),
  );
  return { prompts: inOrder, duplicateTasks };
}

function checkModelsDiffer(models: readonly PoolModel[]): void {
  const idOf = new Map<string, string>();
  for (const model of models) {
    const key = computeCellKey({ promptHash: '', model, repeat: 0 });
    const other = idOf.get(key);
    if (other !== undefined) {
      throw new RoutesmithError('invalid_pool', `${other} and ${model.id} are one and the same`, {
        fix: 'Remove one of them, or give them different models or parameters.',
      });
    }
    idOf.set(key, model.id);
  }
}
