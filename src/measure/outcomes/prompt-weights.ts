import { decoded, undecodable, type Decoded } from '../../util/decoded.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';

/** Weights of some rows of a table, one after the other. */
export function listRowWeights(
  { prompts }: Pick<OutcomeTable, 'prompts'>,
  rows: Int32Array,
): Float64Array {
  return Float64Array.from(rows, (row) => prompts[row]?.weight ?? 1);
}

/** Decodes the weight of a prompt into its member of the record, which is left out where it is 1. */
export function decodeWeight(value: unknown): Decoded<Pick<PromptRecord, 'weight'>> {
  if (value === undefined || value === null || value === 1) return decoded({});
  if (typeof value === 'number' && value > 0 && value < Infinity) return decoded({ weight: value });
  return undecodable(
    `weight must be a positive number, not ${JSON.stringify(value)?.slice(0, 40) ?? typeof value}`,
  );
}
