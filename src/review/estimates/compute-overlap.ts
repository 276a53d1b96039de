import { valueAt } from '../../util/numeric-arrays.js';
import type { LoggedChoices, TargetChoices } from './logged-choices.js';

/** How much logged requests can say about another policy's choices. */
export interface Overlap {
  /** Requests with a known outcome. */
  readonly requests: number;
  /** Requests for which the other policy would choose another model than the logging policy's. */
  readonly disagreements: number;
  /** Disagreements for which the logging policy had no chance of choosing the other model. */
  readonly unsupported: number;
  /** Disagreements on which exploration is expected to have tried the other model. */
  readonly expectedHits: number;
  /** Disagreements on which it did. */
  readonly hits: number;
  /** As many disagreements, all tried, would say as much about them. */
  readonly effectiveSampleSize: number;
}

/** Counts what the log says about the requests of some rows. @param rows default: all */
export function computeOverlap(
  log: LoggedChoices,
  target: TargetChoices,
  rows?: readonly number[],
): Overlap {
  const count = rows?.length ?? log.served.length;
  let [disagreements, unsupported, expectedHits, hits, inverse, inverseSquares] = [
    0, 0, 0, 0, 0, 0,
  ];
  for (let place = 0; place < count; place++) {
    const row = rows === undefined ? place : valueAt(rows, place);
    const model = valueAt(target.model, row);
    if (model === valueAt(log.usual, row)) continue;
    disagreements += 1;
    const chance = valueAt(target.loggedPropensity, row);
    if (!(chance > 0)) unsupported += 1;
    else expectedHits += chance;
    if (valueAt(log.served, row) !== model) continue;
    hits += 1;
    const weight = valueAt(log.groups.weights, row) / valueAt(log.propensity, row);
    inverse += weight;
    inverseSquares += weight ** 2;
  }
  return {
    requests: count,
    disagreements,
    unsupported,
    expectedHits,
    hits,
    effectiveSampleSize: hits === 0 ? 0 : inverse ** 2 / inverseSquares,
  };
}
