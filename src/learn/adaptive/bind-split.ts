import {
  computePromptSetDigest,
  readHeldOut,
  writeHeldOut,
  type HeldOutRecord,
} from '../../measure/outcomes/held-out.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { intAt } from '../../util/numeric-arrays.js';

/** The prompts of a plan. */
type PlannedPrompts = Pick<SweepPlan, 'prompts'>;

/**
 * Reads the prompts that an earlier sweep into a folder held out. A folder keeps one split: with
 * another, prompts would count as held out of which something was learned, and a sweep that is repeated
 * with other seeds finds a gain that is not there.
 *
 * @returns undefined where no sweep has held out any
 * @throws RoutesmithError `usage` if they were drawn by another seed or from other prompts
 */
export async function readSplit(
  runDirectory: string,
  { prompts }: PlannedPrompts,
  seed: number,
): Promise<HeldOutRecord | undefined> {
  const record = await readHeldOut(runDirectory);
  if (record === undefined) return undefined;
  if (record.seed !== seed) {
    throw new RoutesmithError(
      'usage',
      `the held-out prompts of this folder were drawn with --seed ${record.seed}, not ${seed}`,
      { where: runDirectory, fix: `Use --seed ${record.seed}, or another folder with --out.` },
    );
  }
  if (record.promptSet !== digestPrompts(prompts)) {
    const drawn = formatCount(record.prompts, 'prompt');
    throw new RoutesmithError(
      'usage',
      `the held-out prompts of this folder were drawn from ${drawn}, and this sweep has others`,
      {
        where: runDirectory,
        fix: 'Use the same tasks and --limit, or another folder with --out. Without --adaptive, any prompts can be swept.',
      },
    );
  }
  return record;
}

/** Describes a split that is drawn for a plan. */
function describeSplit(
  { prompts }: PlannedPrompts,
  { seed, heldOut }: { readonly seed: number; readonly heldOut: Int32Array },
): HeldOutRecord {
  return {
    version: 1,
    seed,
    promptSet: digestPrompts(prompts),
    prompts: prompts.length,
    heldOut: Array.from(heldOut, (prompt) => prompts[prompt]?.promptHash ?? ''),
    addedModels: [],
  };
}

/** Records a split that is drawn for a plan, unless the folder has one. */
export async function recordSplit(
  runDirectory: string,
  plan: PlannedPrompts,
  split: { readonly seed: number; readonly heldOut: Int32Array },
): Promise<void> {
  if ((await readSplit(runDirectory, plan, split.seed)) !== undefined) return;
  await writeHeldOut(runDirectory, describeSplit(plan, split));
}

/** With fewer of its prompts held out, a run is another one than that whose prompts were. */
const minHoldOutShare = 0.1;

/**
 * The numbers of the prompts that are held out where a run may have got more prompts since: those of
 * the record, and near-duplicates of them.
 *
 * @throws RoutesmithError `insufficient_data` if they are too few of the prompts that there are now
 */
export function extendSplit(
  plan: PlannedPrompts,
  groups: Int32Array,
  record: HeldOutRecord,
): Int32Array {
  const recorded = findHeldOut(plan, record);
  const groupsOf = new Set(recorded.map((prompt) => intAt(groups, prompt)));
  const heldOut = new Set([
    ...recorded,
    ...[...groups.keys()].filter((prompt) => groupsOf.has(intAt(groups, prompt))),
  ]);
  if (heldOut.size >= minHoldOutShare * plan.prompts.length) return Int32Array.from(heldOut);
  const [held, all] = [formatWhole(heldOut.size), formatCount(plan.prompts.length, 'prompt')];
  throw new RoutesmithError(
    'insufficient_data',
    `only ${held} of ${all} are held out: the run has grown since a model was added to it`,
    {
      fix: 'Sweep the model on all prompts: sweep --tasks ... --models NAME, without --add-model.',
    },
  );
}

/** The numbers of a plan's prompts that a record holds out, in the order of the record. */
export function findHeldOut({ prompts }: PlannedPrompts, record: HeldOutRecord): Int32Array {
  const numberOf = new Map(prompts.map(({ promptHash }, number) => [promptHash, number]));
  return Int32Array.from(record.heldOut.flatMap((hash) => numberOf.get(hash) ?? []));
}

/** A split, with a model that is added and what of the plan is held out from it. */
export function noteAddition(
  plan: PlannedPrompts,
  record: HeldOutRecord | undefined,
  added: { readonly model: string; readonly seed: number; readonly heldOut: Int32Array },
): HeldOutRecord {
  const drawn = describeSplit(plan, added);
  const { heldOut, addedModels, ...split } = record ?? drawn;
  return {
    ...split,
    heldOut: [...new Set([...heldOut, ...drawn.heldOut])],
    addedModels: [...new Set([...addedModels, added.model])],
  };
}

function digestPrompts(prompts: PlannedPrompts['prompts']): string {
  return computePromptSetDigest(prompts.map(({ promptHash }) => promptHash));
}
