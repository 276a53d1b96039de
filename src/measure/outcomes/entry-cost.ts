import { computeCostUsd, isCacheUnpriced } from '../../llm/cost.js';
import type { Price } from '../../llm/price.js';
import {
  isAnthropicUsage,
  readAnthropicUsage,
  readOpenAiUsage,
  type TokenUsage,
} from '../../llm/usage.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';

type PricedEntry = Pick<LedgerEntry, 'costUsd' | 'costSource' | 'usage'>;
type CountedEntry = Pick<LedgerEntry, 'rawUsage' | 'usage' | 'costIsGuess'>;

/**
 * What an entry's call would cost now: at this price where the price table gave its cost, else as the
 * provider charged. One table has one price of each model, also where it changed between two sweeps.
 *
 * @param price of the model in `run.json`; undefined where that has none
 * @returns USD; null if it is not known
 */
export function readCostUsd(entry: PricedEntry, price: Price | undefined): number | null {
  const repriced = findRepriced(entry, price);
  return repriced === undefined ? entry.costUsd : computeCostUsd(repriced.usage, repriced.price);
}

/** Whether the cost that `readCostUsd` gives is partly an estimate. */
export function isCostGuess(entry: PricedEntry & CountedEntry, price: Price | undefined): boolean {
  const repriced = findRepriced(entry, price);
  if (repriced === undefined) return entry.costUsd !== null && entry.costIsGuess === true;
  return readEntryUsage(entry).isGuess || isCacheUnpriced(repriced.usage, repriced.price);
}

function findRepriced({ costSource, usage }: PricedEntry, price: Price | undefined) {
  const isFromTable = costSource === 'price_table' && price !== undefined && usage !== null;
  return isFromTable ? { usage, price } : undefined;
}

/** The usage of an entry as read from the provider's own figures, or else the recorded usage. */
export function readEntryUsage({
  rawUsage,
  usage,
  costIsGuess = false,
}: CountedEntry): Pick<TokenUsage, 'usage' | 'isGuess'> {
  const reading = isAnthropicUsage(rawUsage)
    ? readAnthropicUsage(rawUsage)
    : readOpenAiUsage(rawUsage);
  return reading.usage === null ? { usage, isGuess: costIsGuess } : reading;
}

/** How many costs of a model are partly an estimate. */
export interface CostGuesses {
  readonly model: string;
  readonly guessed: number;
}

/** How many costs are partly an estimate, and of which models; undefined if there are none. */
export function describeCostGuesses(models: readonly CostGuesses[]): string | undefined {
  const sum = models.reduce((total, { guessed }) => total + guessed, 0);
  if (sum === 0) return undefined;
  const listed = models
    .filter(({ guessed }) => guessed > 0)
    .map(({ model, guessed }) => `${model} ${formatWhole(guessed)}`);
  return (
    `${formatCount(sum, 'cost')} ${sum === 1 ? 'is' : 'are'} partly estimated ` +
    `(${listed.join(', ')}): not all of their tokens or prices are known. Where a provider caches ` +
    'prompts, write cachedInput and cacheWrite into its price in the pool.'
  );
}
