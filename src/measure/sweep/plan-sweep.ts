import type { PoolModel } from '../models/model.js';
import { computePromptHash, type Example } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom, shuffle } from '../../util/random.js';
import { textHash } from '../../util/text-hash.js';
import { computeCellKey, createCellKeyMaker } from './cell-key.js';

/** One (example, model, repeat). */
export interface Cell {
  readonly cellKey: string;
  readonly example: Example;
  readonly promptHash: string;
  readonly model: PoolModel;
  readonly repeat: number;
}

/** One of the prompts of a sweep. */
export interface PlannedPrompt {
  readonly example: Example;
  readonly promptHash: string;
}

/**
 * All cells of a sweep. A cell has a number in row-major order (repeats x prompts x models), and is
 * built when it is needed: a million cells as objects would take too much memory.
 */
export interface SweepPlan {
  readonly models: readonly PoolModel[];
  /** In calling order. */
  readonly prompts: readonly PlannedPrompt[];
  readonly repeats: number;
  readonly cellCount: number;
  /** The cells' numbers in calling order. */
  readonly order: Uint32Array;
  /** Examples skipped because an earlier one has exactly the same prompt. */
  readonly duplicateExamples: readonly Example[];
  /** Builds the cell of a number. */
  buildCell(number: number): Cell;
  /** Computes only the cell's key. */
  computeKey(number: number): string;
  findPrompt(number: number): PlannedPrompt;
  findModel(number: number): PoolModel;
  /** The index of the cell's model. */
  findModelIndex(number: number): number;
}

/**
 * Plans a sweep: examples x models x repeats. The seed and the prompts' content decide the order of
 * the prompts, and for each prompt the order of the models. Therefore:
 * - the time of day and the previous prompt are not confounded with a model,
 * - a sweep that stops early has called every model on some of the prompts,
 * - reordered files give the same plan.
 *
 * @param input.limit maximum number of prompts, the first ones in that order; by default all
 * @throws RoutesmithError `invalid_pool` if two models would get identical requests
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
  const findModel = (number: number): PoolModel => models[findModelIndex(number)] as PoolModel;
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
    duplicateExamples: collected.duplicateExamples,
    computeKey,
    findPrompt,
    findModel,
    findModelIndex,
    buildCell(number) {
      const { example, promptHash } = findPrompt(number);
      const model = findModel(number);
      const cellKey = computeKey(number);
      return { cellKey, example, promptHash, model, repeat: findRepeat(number) };
    },
  };
}

/** Shuffles the models, starting from an order that does not depend on the file. */
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
): { prompts: PlannedPrompt[]; duplicateExamples: Example[] } {
  const prompts = new Map<string, PlannedPrompt & { readonly rank: number }>();
  const duplicateExamples: Example[] = [];
  for (const example of examples) {
    const promptHash = computePromptHash(example.prompt);
    if (prompts.has(promptHash)) duplicateExamples.push(example);
    else prompts.set(promptHash, { example, promptHash, rank: textHash(promptHash, seed) });
  }
  const inOrder = [...prompts.values()].sort(
    (a, b) => a.rank - b.rank || (a.promptHash < b.promptHash ? -1 : 1),
  );
  return { prompts: inOrder, duplicateExamples };
}

function checkModelsDiffer(models: readonly PoolModel[]): void {
  const idOf = new Map<string, string>();
  for (const model of models) {
    const key = computeCellKey({ promptHash: '', model, repeat: 0 });
    const other = idOf.get(key);
    if (other !== undefined) {
      throw new RoutesmithError('invalid_pool', `${other} and ${model.id} are the same model`, {
        fix: 'Remove one of them, or give them different models or parameters.',
      });
    }
    idOf.set(key, model.id);
  }
}
