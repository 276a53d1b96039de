import { computeCharge, type Charge } from '../../llm/cost.js';
import type { Price } from '../../llm/price.js';
import {
  isAnthropicUsage,
  readAnthropicUsage,
  readOpenAiUsage,
  type TokenUsage,
} from '../../llm/usage.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { isRefusedForFree, type FreeEntry, type LedgerEntry } from '../ledger/ledger-entry.js';

type CountedEntry = Pick<
  LedgerEntry,
  'rawUsage' | 'usage' | 'costIsGuess' | 'finishReason' | 'answer' | 'ttftMs'
>;
type PricedEntry = CountedEntry & FreeEntry;

/**
 * What an entry's call would cost now: at this price where the price table gave its cost, else as the
 * provider charged. One table has one price of each model, also where it changed between two sweeps.
 * What a provider refused for free costs 0.
 *
 * @param price of the model in `run.json`; undefined where that has none
 * @returns USD; null if it is not known
 */
export function readCostUsd(entry: PricedEntry, price: Price | undefined): number | null {
  if (isRefusedForFree(entry)) return 0;
  const repriced = findRepriced(entry, price);
  return repriced === undefined ? entry.costUsd : repriced.costUsd;
}

/** Whether the cost that `readCostUsd` gives is partly an estimate. */
export function isCostGuess(entry: PricedEntry, price: Price | undefined): boolean {
  const repriced = findRepriced(entry, price);
  if (repriced !== undefined) return repriced.isGuess;
  return entry.costUsd !== null && entry.costIsGuess === true;
}

function findRepriced(entry: PricedEntry, price: Price | undefined): Charge | undefined {
  const { costSource, usage } = entry;
  if (costSource !== 'price_table' || price === undefined || usage === null) return undefined;
  return computeListCharge(readEntryUsage(entry), price);
}

/** What tokens cost by a price table, whatever the provider charged. */
export function computeListCharge(
  tokens: Pick<TokenUsage, 'usage' | 'isGuess'>,
  price: Price | undefined,
): Charge {
  return computeCharge({ ...tokens, reportedCostUsd: undefined }, price);
}

/**
 * Whether the costs of a model's answers are known well enough to average them with what was refused
 * for free. Where a server reports no usage, the refused requests alone would make its model free.
 *
 * @param priced answers of known cost
 */
export function areAnswersPriced(priced: number, answers: number): boolean {
  return priced >= minPricedShare * answers;
}

const minPricedShare = 0.9;

/** The usage of an entry as read from the provider's own figures, or else the recorded usage. */
export function readEntryUsage({
  rawUsage,
  usage,
  costIsGuess = false,
  finishReason,
  answer,
  ttftMs,
}: CountedEntry): Pick<TokenUsage, 'usage' | 'isGuess'> {
  const reading = isAnthropicUsage(rawUsage)
    ? readAnthropicUsage(rawUsage)
    : readOpenAiUsage(rawUsage);
  // See `settleRefusal`: without output, it may not have been billed.
  const isEmptyRefusal = finishReason === 'refusal' && answer === '' && ttftMs === null;
  if (reading.usage !== null) return { ...reading, isGuess: reading.isGuess || isEmptyRefusal };
  // Every call has input: 0 stands for a count that the server does not keep.
  return usage?.inputTokens === 0
    ? { usage: null, isGuess: false }
    : { usage, isGuess: costIsGuess };
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
    `(${listed.join(', ')}): not all of their tokens or prices are known, or whether a refusal without output ` +
    'is billed. Where a provider caches prompts, write cachedInput and cacheWrite into its price in the pool.'
  );
}
