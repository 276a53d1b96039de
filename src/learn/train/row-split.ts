/** Rows to learn from, and rows to predict. */
export interface RowSplit {
  /** The only rows whose outcomes and labels may be read. */
  readonly trainingRows: Int32Array;
  readonly predictedRows: Int32Array;
}

/** Predicts the rows of one fold, and trains on those of the others. */
export function splitAtFold(rows: Int32Array, folds: Int32Array, fold: number): RowSplit {
  return {
    trainingRows: rows.filter((_, index) => folds[index] !== fold),
    predictedRows: rows.filter((_, index) => folds[index] === fold),
  };
}
