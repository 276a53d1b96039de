import type { Price } from '../../models/model.js';
import { formatCount } from '../../../util/format-number.js';
import type { OutcomeTable } from '../outcome-table.js';

/** A table without the costs of 0 that stand for unknown ones. */
export interface KnownCosts {
  readonly table: OutcomeTable;
  readonly notes: readonly string[];
}

/**
 * Leaves out costs of 0 that are unknown: those of a model with a price above 0, and those of cached answers
 * of a model with costs above 0 elsewhere. Others may be rounded, and are kept.
 */
export function leaveOutUnknownCosts(
  table: OutcomeTable,
  prices: ReadonlyMap<string, Price>,
): KnownCosts {
  const costUsd = table.costUsd.slice();
  const latencyMs = table.latencyMs.slice();
  const notes: string[] = [];
  const free: string[] = [];
  table.models.forEach((model, column) => {
    const cells = table.prompts
      .map((_, row) => row * table.models.length + column)
      .filter((cell) => !Number.isNaN(table.quality[cell]) && !Number.isNaN(table.costUsd[cell]));
    const zeros = cells.filter((cell) => table.costUsd[cell] === 0);
    if (zeros.length === 0) return;
    const price = prices.get(model);
    const isPriced =
      price !== undefined && price.inputPerMillionUsd + price.outputPerMillionUsd > 0;
    if (zeros.length === cells.length && !isPriced) {
      if (price === undefined) free.push(model);
      return;
    }
    const unknown = zeros.filter((cell) => isPriced || isUncalled(table, cell));
    for (const cell of unknown) {
      costUsd[cell] = NaN;
      if (latencyMs[cell] === 0) latencyMs[cell] = NaN;
    }
    const kept = zeros.length - unknown.length;
    if (unknown.length > 0) {
      const count = formatCount(unknown.length, 'cost');
      const why = isPriced ? 'which has a price' : 'which costs something elsewhere';
      notes.push(`unknown: ${count} of 0 of "${model}", ${why}`);
    }
    if (kept > 0) {
      notes.push(
        `kept ${formatCount(kept, 'cost')} of 0 of "${model}", which costs something elsewhere: ` +
          'they may be rounded. Leave them empty if they are unknown',
      );
    }
  });
  if (free.length > 0) {
    const names = free.map((model) => `"${model}"`).join(', ');
    notes.push(`free in all rows with a cost: ${names}; if a cost of 0 is unknown, leave it empty`);
  }
  return { table: { ...table, costUsd, latencyMs }, notes };
}

/** Whether a cell is recorded as one that took no time or no output, as of an answer from a cache. */
function isUncalled({ latencyMs, outputTokens }: OutcomeTable, cell: number): boolean {
  return latencyMs[cell] === 0 || outputTokens[cell] === 0;
}
