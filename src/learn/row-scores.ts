import type { OutcomeTable } from '../measure/outcomes/outcome-table.js';

/** What a routing model estimates for the rows of a table; zero in rows that were not scored. */
export interface RowScores {
  /** Estimated quality in [0, 1], row-major rows x models. */
  readonly quality: Float32Array;
  /** P(task | prompt), row-major rows x tasks. */
  readonly taskPosterior: Float32Array;
  /** Per row, the share of the words, by weight, that never occurred in training. */
  readonly novelty: Float32Array;
  /** Per row, the share of the words, by weight, that occurred in prompts of its likeliest task. */
  readonly familiarity: Float32Array;
}

/** Scores for all rows of the data, zero everywhere. */
export function createRowScores({
  table,
  tasks,
}: {
  readonly table: OutcomeTable;
  readonly tasks: readonly string[];
}): RowScores {
  const rowCount = table.prompts.length;
  return {
    quality: new Float32Array(rowCount * table.models.length),
    taskPosterior: new Float32Array(rowCount * tasks.length),
    novelty: new Float32Array(rowCount),
    familiarity: new Float32Array(rowCount),
  };
}

/** Arrays that each hold the same number of values for every row. */
type RowArrays<Name extends string> = Readonly<Record<Name | 'novelty', Float32Array | Uint8Array>>;

/** Copies these rows of every array that `into` holds. */
export function copyRows<Name extends string>(
  from: RowArrays<Name>,
  into: RowArrays<Name>,
  rows: Int32Array,
): void {
  const rowCount = into.novelty.length;
  for (const name of Object.keys(into) as (Name | 'novelty')[]) {
    const width = into[name].length / rowCount;
    for (const row of rows) {
      into[name].set(from[name].subarray(row * width, (row + 1) * width), row * width);
    }
  }
}
