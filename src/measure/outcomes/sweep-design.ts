import type { HeldOutRecord } from './held-out.js';
import type { SweptCell } from './swept-cells.js';

/** How the cells of a sweep were chosen. */
export interface SweepDesign {
  /** Whether outcomes decided which cells of the table were bought. */
  readonly isAdaptive: boolean;
  /** Whether that holds for the whole sweep, rather than for models that were added to a full one. */
  readonly isWhole: boolean;
  /** The hashes of the prompts that results rest on: held out and, in a whole adaptive sweep, opened. */
  readonly heldOut: ReadonlySet<string>;
  /**
   * Models that were added to swept ones, and hardly asked for the held-out prompts: they are of no use,
   * or the sweep was stopped before. Their outcomes cannot be tested.
   */
  readonly untested: ReadonlySet<string>;
}

/** With labels of fewer of the held-out prompts, a model cannot be compared with the others. */
export const minHeldOutShare = 0.8;
/** With fewer prompts held out, nothing can be said of a policy. */
export const minHeldOutPrompts = 10;

/**
 * Describes how a sweep's cells were chosen.
 *
 * @param listCells lists the current cells
 * @param hashes the hash of each prompt of the task set by task id
 * @param recorded the held-out prompts; without a record, those of which a cell was bought as held out
 */
export function describeDesign(
  listCells: () => Iterable<SweptCell>,
  hashes: ReadonlyMap<string, string>,
  recorded: HeldOutRecord | undefined,
): SweepDesign {
  const heldOut = new Set(recorded?.heldOut);
  const opened = new Set<string>();
  const bought = new Set<string>();
  for (const { model, boughtFor, promptHash } of listCells()) {
    if (boughtFor !== undefined) bought.add(model);
    if (boughtFor !== 'hold_out') continue;
    if (recorded === undefined) heldOut.add(promptHash);
    if (heldOut.has(promptHash)) opened.add(promptHash);
  }
  const untested = new Set<string>();
  if (bought.size === 0) return { isAdaptive: false, isWhole: false, heldOut, untested };
  const asked = countAsked(listCells, hashes, heldOut);
  const isTested = (model: string): boolean =>
    (asked.get(model)?.heldOutLabels ?? 0) >= Math.max(1, minHeldOutShare * heldOut.size);
  const added = (recorded?.addedModels ?? []).filter((model) => bought.has(model));
  for (const model of added) if (!isTested(model)) untested.add(model);
  const planned = recorded?.prompts ?? new Set(hashes.values()).size;
  const isWhole = bought.size > added.length;
  // The order in which prompts are opened is random, so where a sweep ends early, those that it has
  // opened are a sample as well. Of a few, answers of an earlier sweep to the others may be needed.
  const counted = isWhole && opened.size >= minHeldOutPrompts ? opened : heldOut;
  const compared = [...asked].filter(([model, { labels }]) => labels > 0 && !untested.has(model));
  return {
    isAdaptive:
      [...bought].some((model) => !untested.has(model)) &&
      !isComplete(
        compared.map(([, { prompts }]) => prompts),
        planned,
      ),
    isWhole,
    heldOut: counted,
    untested,
  };
}

/** What a model was asked. */
interface Asked {
  /** The hashes of the prompts, with an answer or without. */
  readonly prompts: Set<string>;
  labels: number;
  heldOutLabels: number;
}

function countAsked(
  listCells: () => Iterable<SweptCell>,
  hashes: ReadonlyMap<string, string>,
  heldOut: ReadonlySet<string>,
): Map<string, Asked> {
  const askedOf = new Map<string, Asked>();
  for (const { taskId, promptHash, model, unlabeledBecause } of listCells()) {
    if (hashes.get(taskId) !== promptHash) continue;
    const asked = askedOf.get(model) ?? { prompts: new Set(), labels: 0, heldOutLabels: 0 };
    askedOf.set(model, asked);
    const isFirst = !asked.prompts.has(promptHash);
    asked.prompts.add(promptHash);
    if (unlabeledBecause !== undefined) continue;
    asked.labels += 1;
    if (isFirst && heldOut.has(promptHash)) asked.heldOutLabels += 1;
  }
  return askedOf;
}

/**
 * Whether every model was asked all prompts in the end. An answer without a grade, or a failed call, is
 * missing as in a full sweep: no outcome decided about it.
 */
function isComplete(asked: readonly ReadonlySet<string>[], planned: number): boolean {
  const all = new Set(asked.flatMap((prompts) => [...prompts]));
  return all.size >= planned && asked.every((prompts) => prompts.size === all.size);
}
