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
export function describeSweepDesign(
  listCells: () => Iterable<SweptCell>,
  hashes: ReadonlyMap<string, string>,
  recorded: HeldOutRecord | undefined,
): SweepDesign {
  const heldOut = new Set(recorded?.heldOut);
  const askedAsHeldOut = new Set<string>();
  const bought = new Set<string>();
  for (const { model, boughtFor, promptHash } of listCells()) {
    if (boughtFor !== undefined) bought.add(model);
    if (boughtFor !== 'hold_out') continue;
    if (recorded === undefined) heldOut.add(promptHash);
    askedAsHeldOut.add(promptHash);
  }
  const untested = new Set<string>();
  if (bought.size === 0) return { isAdaptive: false, isWhole: false, heldOut, untested };
  const present = new Set(hashes.values());
  const asked = countAsked(listCells, hashes, heldOut);
  const isTested = (model: string): boolean =>
    (asked.get(model)?.heldOutLabels ?? 0) >= Math.max(1, minHeldOutShare * heldOut.size);
  const added = (recorded?.addedModels ?? []).filter((model) => bought.has(model));
  for (const model of added) if (!isTested(model)) untested.add(model);
  const planned = recorded?.prompts ?? present.size;
  const isWhole = bought.size > added.length;
  const order = [...heldOut].filter((hash) => present.has(hash));
  const opened = isWhole ? listOpened(order, askedAsHeldOut, [...asked.values()]) : [];
  const compared = [...asked].filter(([model, { labels }]) => labels > 0 && !untested.has(model));
  return {
    isAdaptive:
      [...bought].some((model) => !untested.has(model)) &&
      !isComplete(
        compared.map(([, { prompts }]) => prompts),
        planned,
      ),
    isWhole,
    // Of a few, answers of an earlier sweep to the others may be needed.
    heldOut: opened.length >= minHeldOutPrompts ? new Set(opened) : heldOut,
    untested,
  };
}

/**
 * Lists the held-out prompts that a sweep has opened: a sample, since their order is random. The ledger
 * does not show it of prompts that earlier sweeps had answered. So all up to the last one that was asked
 * count, and those after it up to the first that lacks answers; otherwise what was swept before decides.
 *
 * @param order the hashes of the held-out prompts in the order in which they are opened
 * @param askedAsHeldOut the hashes of the prompts that were asked because they are held out
 * @param models what each model was asked, for whatever reason
 */
function listOpened(
  order: readonly string[],
  askedAsHeldOut: ReadonlySet<string>,
  models: readonly Pick<Asked, 'prompts'>[],
): string[] {
  const end = order.findLastIndex((hash) => askedAsHeldOut.has(hash)) + 1;
  // The last ones may have been handed out and not called before the sweep was stopped.
  const opened = order
    .slice(0, end)
    .filter((hash) => models.some(({ prompts }) => prompts.has(hash)));
  const tested = models.filter(
    ({ prompts }) =>
      opened.filter((hash) => prompts.has(hash)).length >= minHeldOutShare * opened.length,
  );
  if (opened.length === 0 || tested.length === 0) return opened;
  const rest = order.slice(end);
  const gap = rest.findIndex((hash) => tested.some(({ prompts }) => !prompts.has(hash)));
  return [...opened, ...rest.slice(0, gap < 0 ? rest.length : gap)];
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
