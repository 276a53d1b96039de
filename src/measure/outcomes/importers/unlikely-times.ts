import { median } from 'simple-statistics';
import { formatDuration } from '../../../util/format-number.js';
import { joinNames } from '../../../util/join-names.js';
import { quoteColumn } from '../../tables/column-map.js';
import type { OutcomeTable } from '../outcome-table.js';

/** Below these, a median is hardly one of a model's calls. */
const times = [
  { name: 'latencyMs', what: 'latency', seconds: 'latency_s', minMs: 20 },
  { name: 'ttftMs', what: 'time to the first token', seconds: 'ttft_s', minMs: 10 },
] as const;

/** How times are named in each kind of rows: only those of long ones are in columns that can be mapped. */
const remedies = {
  long: (seconds: string) => `name their column ${seconds}, or add --map ${seconds}=COLUMN`,
  nested: (seconds: string) => `name the member ${seconds}`,
  wide: (seconds: string) => `let the names of their columns end in _${seconds}`,
} as const;

/** Notes on models whose times were read as milliseconds, and are likely seconds. */
export function describeUnlikelyTimes(
  table: OutcomeTable,
  rows: keyof typeof remedies,
): readonly string[] {
  return times.flatMap(({ name, what, seconds, minMs }) => {
    const short = table.models.flatMap((model, column) => {
      const medianMs = computeMedian(table, name, column);
      const isShort = medianMs !== undefined && medianMs > 0 && medianMs < minMs;
      return isShort ? [`${formatDuration(medianMs)} of ${quoteColumn(model)}`] : [];
    });
    if (short.length === 0) return [];
    const remedy = remedies[rows](seconds);
    return [`the median ${what} is ${joinNames(short)}: if these are seconds, ${remedy}`];
  });
}

function computeMedian(
  table: OutcomeTable,
  name: 'latencyMs' | 'ttftMs',
  column: number,
): number | undefined {
  const known = table.prompts
    .map((_, row) => table[name][row * table.models.length + column] as number)
    .filter((ms) => !Number.isNaN(ms));
  return known.length === 0 ? undefined : median(known);
}
