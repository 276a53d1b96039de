import type { Price } from '../../llm/price.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { Policy } from '../../policy/file/policy.js';

/** USD per million tokens; without the day, which says nothing about a replay. */
export type ReplayedPrice = Omit<Price, 'date'>;

/**
 * Prices that a replay decides with in place of those of the policy file, by model. A model whose cost is
 * not that of tokens is not here: its price changes nothing.
 */
export function listChangedPrices(
  file: Pick<Policy, 'models'>,
  replayed: Pick<Policy, 'models'>,
): Readonly<Record<string, ReplayedPrice>> {
  const before = new Map(file.models.map((model) => [model.id, findPrice(model)]));
  return Object.fromEntries(
    replayed.models.flatMap((model): [string, ReplayedPrice][] => {
      const price = findPrice(model);
      const known = before.get(model.id);
      if (model.cost.kind !== 'tokens' || price === undefined) return [];
      if (known !== undefined && isSame(known, price)) return [];
      const { date: _date, ...amounts } = price;
      return [[model.id, amounts]];
    }),
  );
}

function isSame(one: Price, other: Price): boolean {
  return (
    one.inputPerMillionUsd === other.inputPerMillionUsd &&
    one.outputPerMillionUsd === other.outputPerMillionUsd &&
    one.cachedInputPerMillionUsd === other.cachedInputPerMillionUsd &&
    one.cacheWritePerMillionUsd === other.cacheWritePerMillionUsd
  );
}
