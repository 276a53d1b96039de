import { join } from 'node:path';
import { z } from 'zod';
import { at, intAt, listRows } from '../../../util/numeric-arrays.js';
import { readRecord } from '../../../util/read-record.js';
import { replaceFile } from '../../../util/replace-file.js';
import { averageTasks, sumWeights } from './added-buyer.js';
import type { AddedSource } from './added-source.js';
import type { AddedSpending } from './added-spending.js';

/** `added-models.json` of a run folder: the models that were added to it by a part of the prompts. */
export const addedFileName = 'added-models.json';

const taskSchema = z.object({
  task: z.string(),
  prompts: z.number(),
  /** Prompts that the added model was asked to learn from, with a grade. */
  outcomes: z.number(),
  /** The best of the other models, and its mean quality. */
  best: z.string(),
  bestQuality: z.number(),
  /** What is expected of the added model on all of the task's prompts, an estimate. */
  quality: z.number(),
  /** Its standard deviation. */
  deviation: z.number(),
  /** Whether the added model is better by more than the margin. */
  isBetter: z.boolean(),
});

const modelSchema = z.object({
  model: z.string(),
  share: z.number(),
  /** Null where the sweep was stopped before its end. */
  ending: z.enum(['useful', 'no_use', 'no_outcomes']).nullable(),
  cells: z.object({ all: z.number(), learning: z.number(), heldOut: z.number() }),
  /** What the calls of this sweep and of earlier ones to the model have cost. */
  spentUsd: z.number(),
  /**
   * Calls whose charges are, or may be, missing from `spentUsd`. Absent in files of earlier versions,
   * which did not count them.
   */
  unpriced: z.int().min(0).exactOptional(),
  /** What it is expected to add to the quality of a prompt, by weight, if it is chosen where it is better. */
  expectedGain: z.number(),
  tasks: z.array(taskSchema),
});

const recordSchema = z.object({
  version: z.literal(1),
  /** The seed by which prompts were held out, for all models that are added. */
  seed: z.number(),
  models: z.array(modelSchema),
});

export type AddedRecord = Readonly<z.infer<typeof recordSchema>>;
export type AddedModel = Readonly<z.infer<typeof modelSchema>>;

/** Describes what a source bought of a model, and what is expected of it. */
export function describeAddedModel(
  { task, buyer, ending, cells }: AddedSource,
  { model, spentUsd, unpriced }: AddedSpending,
): AddedModel {
  const { estimate, margin } = buyer;
  const sizes = new Int32Array(task.taskCount);
  for (const index of task.taskOf) sizes[index] = intAt(sizes, index) + 1;
  const tasks = [...task.tasks.entries()].flatMap(([index, name]) => {
    if (estimate === undefined) return [];
    const [quality, deviation] = [at(estimate.quality, index), at(estimate.deviations, index)];
    const bestQuality = at(estimate.best, index);
    return {
      task: name,
      prompts: intAt(sizes, index),
      outcomes: at(estimate.counts, index),
      best: task.knownModels[intAt(estimate.leaders, index)] as string,
      bestQuality,
      quality,
      deviation,
      isBetter: quality - margin * deviation > bestQuality,
    };
  });
  const weights = sumWeights(task, listRows(task.taskOf.length));
  return {
    model,
    share: task.share,
    ending: ending ?? null,
    cells: { all: task.taskOf.length, ...cells },
    spentUsd,
    unpriced,
    expectedGain: estimate === undefined ? 0 : averageTasks(estimate.improvements, weights),
    tasks,
  };
}

/** Adds a model to a record; an earlier description of it is replaced. */
export function noteAddedModel(record: AddedRecord, added: AddedModel): AddedRecord {
  const others = record.models.filter(({ model }) => model !== added.model);
  return { ...record, models: [...others, added] };
}

export async function writeAddedRecord(runDirectory: string, record: AddedRecord): Promise<void> {
  await replaceFile(join(runDirectory, addedFileName), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads the record of a run.
 *
 * @returns undefined where no model was added
 * @throws RoutesmithError `invalid_input` for a damaged file
 */
export async function readAddedRecord(runDirectory: string): Promise<AddedRecord | undefined> {
  return await readRecord(join(runDirectory, addedFileName), recordSchema, {
    what: 'this is not a record of added models',
    fix: 'Restore it from a copy, or remove it: what it says of the models is then lost.',
  });
}
