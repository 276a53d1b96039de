import { join } from 'node:path';
import { z } from 'zod';
import { readRecord } from '../../util/read-record.js';
import { replaceFile } from '../../util/replace-file.js';
import type { AdaptiveSettings, AdaptiveSource } from './adaptive-source.js';

/** `adaptive.json` of a run folder: what an adaptive sweep bought, and how it ended. */
export const adaptiveFileName = 'adaptive.json';

const recordSchema = z.object({
  version: z.literal(1),
  objective: z.enum(['quality', 'save']),
  /** The gain that routing had to be worth, in [0, 1]. */
  worth: z.number(),
  seed: z.number(),
  /** Null where the sweep was stopped before its end. */
  ending: z
    .enum([
      'routing_pays',
      'cannot_pay',
      'not_worth_it',
      'limit_reached',
      'everything_bought',
      'no_model_left',
    ])
    .nullable(),
  /** All cells of the plan, and the answers that adaptive sweeps bought. */
  cells: z.object({
    all: z.number(),
    learning: z.number(),
    heldOut: z.number(),
    /** Other cells of which the folder had an answer before, used or not. */
    kept: z.number().default(0),
  }),
  heldOutPrompts: z.number(),
  /** Prompts that could not be held out: they have more near-duplicates than are held out in all. */
  neverHeldOutPrompts: z.number().default(0),
  /** Models that could no longer be called, which the evidence is not about. */
  stoppedModels: z.array(z.string()).default([]),
  /** E-values, which may be looked at at any time: see `decisiveEvidence`. Null before the first decision. */
  evidence: z
    .object({
      prompts: z.number(),
      /** Those of them that were routed to another model than the best single one of the time. */
      routedAway: z.number().nullable().default(null),
      gainEvidence: z.number(),
      futilityEvidence: z.number(),
      /** Quality that the policies of the time gained over the best single models of the time. */
      gain: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
      /** Mean measured cost of an answer of either, in USD. */
      chosenUsd: z.number().nullable().default(null),
      baselineUsd: z.number().nullable().default(null),
    })
    .nullable(),
  /** What is left to learn: by how much it is expected to raise the value of a prompt. */
  remaining: z.number().nullable(),
  /** Cells that the next round would have bought for learning. */
  nextRoundCells: z.number(),
  /** Estimated cost of all cells without an answer, in USD, without judging; null where no cost is known. */
  leftUsd: z.number().nullable().default(null),
});

export type AdaptiveRecord = Readonly<z.infer<typeof recordSchema>>;

/** Describes a sweep's state for its record. */
export function describeAdaptive(
  source: AdaptiveSource,
  { objective, worth, seed }: AdaptiveSettings,
): AdaptiveRecord {
  const { state, ending = null, allCells, nextRoundCells, heldOut, stoppedModels } = source;
  const { answers, leftUsd } = source;
  return {
    version: 1,
    objective,
    worth,
    seed,
    ending,
    cells: {
      all: allCells,
      learning: answers.learning,
      heldOut: answers.heldOut,
      kept: source.keptCells,
    },
    heldOutPrompts: heldOut.length,
    neverHeldOutPrompts: source.neverHeldOut,
    stoppedModels: [...stoppedModels],
    evidence: state?.evidence ?? null,
    remaining: state?.remaining ?? null,
    nextRoundCells,
    leftUsd,
  };
}

export async function writeAdaptiveRecord(
  runDirectory: string,
  record: AdaptiveRecord,
): Promise<void> {
  const file = join(runDirectory, adaptiveFileName);
  await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads the record of a run.
 *
 * @returns undefined where no adaptive sweep has ended in the folder
 * @throws RoutesmithError `invalid_input` for a damaged file
 */
export async function readAdaptiveRecord(
  runDirectory: string,
): Promise<AdaptiveRecord | undefined> {
  return await readRecord(join(runDirectory, adaptiveFileName), recordSchema, {
    what: 'this is not the record of an adaptive sweep',
    fix: 'Run the sweep again, which rewrites it, or remove the file.',
  });
}
