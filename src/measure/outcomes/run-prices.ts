import type { Price } from '../models/model.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { RunInfo } from './run.js';

/** The prices of a run's models by id; a model without a price is missing. */
export function collectPrices({ models }: Pick<RunInfo, 'models'>): ReadonlyMap<string, Price> {
  return new Map(models.flatMap(({ id, price }) => (price === undefined ? [] : [[id, price]])));
}

/**
 * SHA-256 of prices, in hexadecimal, as a policy's provenance holds it. The order of the models does
 * not matter.
 */
export function computePricesDigest(prices: ReadonlyMap<string, Price>): string {
  return sha256OfJson([...prices].sort(([a], [b]) => (a < b ? -1 : 1)));
}
