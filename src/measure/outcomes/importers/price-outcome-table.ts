import type { Price } from '../../models/model.js';
import { promptText } from '../../../llm/chat.js';
import { computeCostUsd } from '../../../llm/cost.js';
import { formatCount } from '../../../util/format-number.js';
import { leaveOutUnknownCosts } from './unknown-costs.js';
import type { CostBasis, OutcomeTable } from '../outcome-table.js';

export interface PricedTable {
  readonly table: OutcomeTable;
  /** Sentences about computed, assumed and missing costs. */
  readonly notes: readonly string[];
}

/**
 * Fills in missing costs from prices; recorded costs are kept, except those of 0 that are unknown. The cost of a cell with recorded
 * tokens is tokens x price. For other cells, and only if `assumeOutputTokens` is given, input tokens
 * are estimated as a quarter of the prompt's UTF-8 bytes (rounded up), and output tokens are
 * `assumeOutputTokens`. The table's `costBasis` names the least reliable method used.
 *
 * @param prices by model; a model without a price keeps its costs
 */
export function priceOutcomeTable(
  recorded: OutcomeTable,
  prices: ReadonlyMap<string, Price>,
  assumeOutputTokens: number | undefined,
): PricedTable {
  const { table, notes } = leaveOutUnknownCosts(recorded, prices);
  const costUsd = table.costUsd.slice();
  const counts = { recorded: 0, tokens: 0, assumed: 0, missing: 0 };
  table.prompts.forEach((record, row) => {
    let estimatedInputTokens: number | undefined;
    table.models.forEach((model, column) => {
      const cell = row * table.models.length + column;
      if (Number.isNaN(table.quality[cell])) return;
      if (!Number.isNaN(costUsd[cell])) {
        counts.recorded++;
        return;
      }
      const price = prices.get(model);
      const input = table.inputTokens[cell] as number;
      const output = table.outputTokens[cell] as number;
      if (price !== undefined && !Number.isNaN(input + output)) {
        costUsd[cell] = computePlainCostUsd(price, input, output);
        counts.tokens++;
      } else if (price !== undefined && assumeOutputTokens !== undefined) {
        estimatedInputTokens ??= estimateTokens(promptText(record.prompt));
        costUsd[cell] = computePlainCostUsd(
          price,
          Number.isNaN(input) ? estimatedInputTokens : input,
          Number.isNaN(output) ? assumeOutputTokens : output,
        );
        counts.assumed++;
      } else counts.missing++;
    });
  });
  return {
    table: { ...table, costUsd, costBasis: weakestBasis(counts) },
    notes: [...notes, ...describe(counts, table, prices, assumeOutputTokens)],
  };
}

type Counts = Readonly<Record<'recorded' | 'tokens' | 'assumed' | 'missing', number>>;

/** The tokens of imported outcomes, which say nothing of caches and reasoning. */
function computePlainCostUsd(price: Price, inputTokens: number, outputTokens: number): number {
  const details = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  return computeCostUsd({ inputTokens, outputTokens, ...details }, price);
}

/** About four bytes per token, which is within a factor of two for most texts. */
function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / 4);
}

function weakestBasis(counts: Counts): CostBasis {
  if (counts.assumed > 0) return 'assumed_tokens';
  if (counts.tokens > 0) return 'tokens';
  return counts.recorded > 0 ? 'recorded' : 'none';
}

function describe(
  counts: Counts,
  table: OutcomeTable,
  prices: ReadonlyMap<string, Price>,
  assumeOutputTokens: number | undefined,
): string[] {
  const notes: string[] = [];
  const unpriced = table.models.filter((model) => !prices.has(model));
  if (prices.size > 0 && unpriced.length > 0) {
    notes.push(`models without a price in the price file: ${unpriced.join(', ')}`);
  }
  if (prices.size > 0 && counts.recorded > 0) {
    notes.push(`kept the recorded cost of ${formatCount(counts.recorded, 'cell')}`);
  }
  if (counts.tokens > 0)
    notes.push(`computed ${formatCount(counts.tokens, 'cost')} from recorded tokens`);
  if (counts.assumed > 0) {
    notes.push(
      `estimated ${formatCount(counts.assumed, 'cost')}, because tokens are not recorded: 1 token per 4 bytes ` +
        `of the prompt and ${assumeOutputTokens} output tokens per answer`,
    );
  }
  if (weakestBasis(counts) === 'none') {
    notes.push(
      prices.size === 0
        ? 'no cell has a cost; add --prices to compute costs'
        : 'no cell has a cost, because no tokens are recorded; add --assume-output-tokens',
    );
  }
  if (weakestBasis(counts) !== 'none' && counts.missing > 0)
    notes.push(`${formatCount(counts.missing, 'cell')} without a cost`);
  return notes;
}
