import { join } from 'node:path';
import { z } from 'zod';
import { readRecord } from '../../util/read-record.js';
import { replaceFile } from '../../util/replace-file.js';
import { sha256 } from '../../util/sha256.js';
import { runFiles } from './run.js';

const recordSchema = z.object({
  version: z.literal(1),
  /** The seed by which the prompts were drawn. */
  seed: z.number(),
  /** Digest of the prompts from which they were drawn, and how many these are. */
  promptSet: z.string(),
  prompts: z.number(),
  /** The hashes of the held-out prompts, in the order in which an adaptive sweep opens them. */
  heldOut: z.array(z.string()),
  /** Models that were added to completely swept ones by a part of the prompts. */
  addedModels: z.array(z.string()),
});

/**
 * `held-out.json` of a run folder: the prompts that are held out from every choice of what to call. It
 * is written before the first call, and never drawn again.
 */
export type HeldOutRecord = Readonly<z.infer<typeof recordSchema>>;

/** The digest of a set of prompts, whatever their order. */
export function computePromptSetDigest(promptHashes: readonly string[]): string {
  return sha256(promptHashes.toSorted().join('\n'));
}

export async function writeHeldOut(runDirectory: string, record: HeldOutRecord): Promise<void> {
  const file = join(runDirectory, runFiles.heldOut);
  await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads the held-out prompts of a run.
 *
 * @returns undefined where no sweep has held any out
 * @throws RoutesmithError `invalid_input` for a damaged file
 */
export async function readHeldOut(runDirectory: string): Promise<HeldOutRecord | undefined> {
  return await readRecord(join(runDirectory, runFiles.heldOut), recordSchema, {
    what: 'this is not a record of held-out prompts',
    fix: 'Restore it from a copy: without it, the results of this run cannot be trusted.',
  });
}
