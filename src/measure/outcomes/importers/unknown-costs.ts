import type { Price } from '../../models/model.js';
import { formatCount } from '../../../util/format-number.js';
import type { OutcomeTable } from '../outcome-table.js';

/** A table without the costs of 0 that stand for unknown ones. */
export interface KnownCosts {
  readonly table: OutcomeTable;
  readonly notes: readonly string[];
}

/**
 * Leaves out costs of 0 that are unknown: those of a model with a price above 0 or with costs above 0
 * elsewhere, unless these are rounded. Cached answers often have such a cost, and a latency of 0 with it.
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
    const costs = cells.flatMap((cell) => table.costUsd[cell] || []);
    if (costs.length === 0 && !isPriced) {
      if (price === undefined) free.push(model);
      return;
    }
    // Without any other measure, a rounded cost looks like an unknown one.
    const isRounded = !isPriced && areRounded(costs);
    const unknown = zeros.filter((cell) => !isRounded || isUncalled(table, cell));
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
        `kept ${formatCount(kept, 'cost')} of 0 of "${model}", whose other costs look rounded`,
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

/** Whether all costs are multiples of one unit, such as a cent. The numbers have single precision. */
function areRounded(costs: readonly number[]): boolean {
  const unit = costs.reduce((least, cost) => Math.min(least, cost), Infinity);
  const isUnit = Math.abs(Math.log10(unit) - Math.round(Math.log10(unit))) < 1e-5;
  return isUnit && costs.every((cost) => Math.abs(cost / unit - Math.round(cost / unit)) < 1e-3);
}
