import { checkKnownName } from '../../util/check-members.js';
import { RoutesmithError } from '../../util/errors.js';

/** The largest share of the latest decisions that each model may have, in (0, 1), by model. */
export type MaxShares = Readonly<Record<string, number>>;

/**
 * Bounds what prompts that are written to attract an expensive model can cost: counts how often each
 * capped model was decided on.
 */
export interface ShareCaps {
  /** Why the next request cannot go to a model; undefined while it has room. */
  findExcess(model: string): string | undefined;
  /** Whether any model is without room. */
  readonly isFull: boolean;
  /** Counts a decision of the policy. One whose model the caller named is not counted. */
  count(model: string): void;
  /** The latest decisions, oldest first. */
  listLatest(): readonly string[];
}

/** Decisions that a share is measured over. */
const windowSize = 1000;
/** Before so many, a share means little: one of the first three is 33 %. */
const minDecisions = 20;

/**
 * Creates the counters. Of any 1,000 decisions in a row, and of all while there are fewer (but at
 * least 20), no capped model gets more than its share, rounded up to a whole decision.
 *
 * @param known models of the policy
 * @param before whose decisions count on
 * @throws RoutesmithError `usage` for an unknown model, or a share outside (0, 1)
 */
export function createShareCaps(
  maxShares: MaxShares,
  known: readonly string[],
  before?: ShareCaps,
): ShareCaps {
  for (const [model, share] of Object.entries(maxShares)) {
    const where = `maxShare, ${model}`;
    checkKnownName(model, known, where);
    if (typeof share !== 'number' || !(share > 0 && share < 1)) {
      const fix = 'To rule a model out or in, use `deny` or `allow`.';
      throw new RoutesmithError('usage', 'must be above 0 and below 1', { where, fix });
    }
  }
  const latest: string[] = [];
  let oldest = 0;
  const counts = new Map(Object.keys(maxShares).map((model) => [model, 0]));

  function add(model: string, change: 1 | -1): void {
    const count = counts.get(model);
    if (count !== undefined) counts.set(model, count + change);
  }

  function findExcess(model: string): string | undefined {
    const count = counts.get(model);
    if (count === undefined) return undefined;
    const share = maxShares[model] as number;
    const decisions = Math.min(windowSize, Math.max(minDecisions, latest.length + 1));
    // The decision that leaves the window next makes room.
    const leaving = latest.length === windowSize && latest[oldest] === model ? 1 : 0;
    return count - leaving + 1 <= Math.ceil(share * decisions)
      ? undefined
      : `it had its share of ${formatShare(share)} of the latest decisions`;
  }

  function count(model: string): void {
    if (latest.length < windowSize) latest.push(model);
    else {
      add(latest[oldest] as string, -1);
      latest[oldest] = model;
      oldest = (oldest + 1) % windowSize;
    }
    add(model, 1);
  }

  for (const model of before?.listLatest() ?? []) count(model);
  return {
    findExcess,
    count,
    get isFull() {
      return [...counts.keys()].some((model) => findExcess(model) !== undefined);
    },
    listLatest: () => [...latest.slice(oldest), ...latest.slice(0, oldest)],
  };
}

/** A share in percent as it was set: unlike one that was measured, it is not rounded. */
function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`;
}
