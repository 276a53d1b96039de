import { fitPart } from '../../../src/learn/train/fit-part.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import {
  chooseThreadCount,
  createProjectionFitter,
} from '../../../src/learn/train/projection/projection-fitter.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { listRows } from '../../../src/util/numeric-arrays.js';

/** What a scorer estimates for some rows, in the models of the whole table. */
export interface HeldOutEstimates {
  readonly rows: Int32Array;
  /** Row-major rows x models; -Infinity for a model that training left out. */
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
}

/**
 * Trains on the known outcomes of all rows but some, which it predicts, as `train` does. Prompts without a
 * known outcome are left out, so each predicted row needs one: it is not learned from.
 */
export async function trainOnCells(
  engine: TensorFlowEngine,
  known: OutcomeTable,
  heldOut: Int32Array,
  seed: number,
): Promise<HeldOutEstimates> {
  const data = computeTrainingData(known);
  const rowOf = new Map(data.table.prompts.map(({ id }, row) => [id, row]));
  const predictedRows = heldOut.map((row) => {
    const id = known.prompts[row]!.id;
    const kept = rowOf.get(id);
    if (kept === undefined) throw new Error(`the held-out prompt ${id} has no known outcome`);
    return kept;
  });
  const isHeldOut = new Set(predictedRows);
  const rows = listRows(data.table.prompts.length);
  const projections = createProjectionFitter(
    selectProjectionProblem(data),
    chooseThreadCount(rows.length),
  );
  try {
    const trainingRows = rows.filter((row) => !isHeldOut.has(row));
    const split = { trainingRows, predictedRows };
    const { predicted } = await fitPart({ engine, projections, data }, split, { seed });
    const kept = data.table.models;
    const spread = (matrix: Float32Array, missing: number): Float64Array =>
      Float64Array.from({ length: heldOut.length * known.models.length }, (_, cell) => {
        const row = predictedRows[Math.floor(cell / known.models.length)] as number;
        const column = kept.indexOf(known.models[cell % known.models.length] as string);
        return column < 0 ? missing : (matrix[row * kept.length + column] as number);
      });
    return {
      rows: heldOut,
      quality: spread(predicted.quality, Number.NEGATIVE_INFINITY),
      costUsd: spread(predicted.costUsd, Number.POSITIVE_INFINITY),
    };
  } finally {
    await projections.close();
  }
}
