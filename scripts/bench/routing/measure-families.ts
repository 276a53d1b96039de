import Table from 'cli-table3';
import { computeReliability } from '../../../src/learn/evaluate/diagnose/calibration.js';
import { compareStrategies } from '../../../src/learn/evaluate/strategies/compare-strategies.js';
import { computeModelMeans } from '../../../src/learn/evaluate/strategies/model-means.js';
import { collectOutcomes } from '../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import {
  computePairMetrics,
  type PairMetrics,
} from '../../../src/learn/evaluate/diagnose/pair-metrics.js';
import { crossFitProjection } from '../../../src/learn/train/projection/cross-fit-projection.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import { assignRowFolds, crossFitFamily } from '../families/cross-fit-family.js';
import { families } from '../../../src/learn/train/heads/families.js';
import { modelFamilies } from '../families/families.js';
import { computeLogLoss, findBestModel } from '../families/score-estimates.js';
import {
  applyMixtureHeads,
  collectHeadsInput,
} from '../../../src/learn/train/heads/mixture-heads.js';
import { createRowScores } from '../../../src/learn/row-scores.js';
import { at } from '../../../src/util/numeric-arrays.js';
import {
  chooseThreadCount,
  createProjectionFitter,
} from '../../../src/learn/train/projection/projection-fitter.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { splitAtFold } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { compactTable } from '../compact-table.js';
import { formatSigned } from '../format-signed.js';

const folds = 5;

export interface FamilyResult {
  readonly apgr: number | null;
  readonly cpt50: number | null;
  readonly cpt80: number | null;
  /** Quality of the models estimated best minus that of the best model in training. */
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  readonly logLoss: number;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  /** For all folds together. */
  readonly seconds: number;
}

/**
 * Measures every model family on the folds of the benchmark. Each chooses the model with the highest
 * estimate for each prompt, without a guard.
 */
export async function measureFamilies(
  engine: TensorFlowEngine,
  data: TrainingData,
  seed: number,
): Promise<Record<string, FamilyResult>> {
  const results: Record<string, FamilyResult> = {};
  const byPolicyFamilies = await predictByPolicyFamilies(engine, data, seed);
  const rows = Int32Array.from(data.taskOf.keys());
  for (const family of modelFamilies) {
    const shared = byPolicyFamilies.get(family.name);
    const begin = performance.now();
    const quality =
      shared?.quality ??
      (await crossFitFamily(family, { engine, data, rows, seed, folds })).quality;
    const seconds = shared?.seconds ?? (performance.now() - begin) / 1000;
    results[family.name] = { ...score(data, rows, quality, seed), seconds };
  }
  return results;
}

/** The families that policies use share one projection per fold. */
async function predictByPolicyFamilies(engine: TensorFlowEngine, data: TrainingData, seed: number) {
  const rows = Int32Array.from(data.taskOf.keys());
  const foldOf = assignRowFolds({ data, rows, seed, folds });
  const begin = performance.now();
  const fitter = createProjectionFitter(
    selectProjectionProblem(data),
    chooseThreadCount(rows.length),
  );
  const parts = await Promise.all(
    Array.from({ length: folds }, async (_, fold) => {
      const split = splitAtFold(rows, foldOf, fold);
      return { split, fitted: await crossFitProjection(fitter, data, split, { seed }) };
    }),
  ).finally(() => fitter.close());
  const shared = (performance.now() - begin) / 1000;
  return new Map(
    families.map((family) => {
      const start = performance.now();
      const { quality } = createRowScores(data);
      for (const { split, fitted } of parts) {
        const input = collectHeadsInput(data, split.trainingRows, fitted.outOfFold);
        const heads = family.fitHeads(engine, input);
        applyMixtureHeads(heads, fitted.predicted, split.predictedRows, quality);
      }
      const own = (performance.now() - start) / 1000;
      return [
        family.name as string,
        { quality, seconds: own + (family.name === 'constant' ? 0 : shared) },
      ] as const;
    }),
  );
}

function score(
  data: TrainingData,
  rows: Int32Array,
  quality: Float32Array,
  seed: number,
): Omit<FamilyResult, 'seconds'> {
  const { table } = data;
  const modelCount = table.models.length;
  const choices = rows.map((row) => findBestModel(quality, row, modelCount));
  const [comparison] = compareStrategies([collectOutcomes(table, rows, choices)], {
    reference: collectOutcomes(table, rows, findBestSingles(data, rows, seed)),
    groups: data.groups,
    seed,
  });
  if (comparison === undefined) throw new TypeError('a strategy was not compared');
  const cells = Array.from(quality, (estimate, cell) => ({
    estimate,
    observed: at(table.quality, cell),
  }));
  const { brierScore, expectedCalibrationError } = computeReliability(
    cells.filter(({ observed }) => !Number.isNaN(observed)),
  );
  const pair = modelCount === 2 ? computePair(data, rows, quality) : null;
  return {
    apgr: pair?.apgr ?? null,
    cpt50: pair?.cpt50 ?? null,
    cpt80: pair?.cpt80 ?? null,
    gain: comparison.qualityDifference.mean,
    gainLow: comparison.qualityDifference.low,
    gainHigh: comparison.qualityDifference.high,
    logLoss: computeLogLoss(table, rows, quality),
    brier: brierScore,
    calibrationError: expectedCalibrationError,
  };
}

/** For each row, the best single model in the other folds. */
function findBestSingles(data: TrainingData, rows: Int32Array, seed: number): Int32Array {
  const foldOf = assignRowFolds({ data, rows, seed, folds });
  const best = Array.from({ length: folds }, (_, fold) => {
    const training = rows.filter((_row, index) => foldOf[index] !== fold);
    const { quality } = computeModelMeans(data.table, training);
    return quality.indexOf(Math.max(...quality));
  });
  return foldOf.map((fold) => best[fold] as number);
}

function computePair(
  { table }: TrainingData,
  rows: Int32Array,
  quality: Float32Array,
): PairMetrics {
  const means = computeModelMeans(table, rows).quality;
  const strong = (means[1] as number) >= (means[0] as number) ? 1 : 0;
  const complete = rows.filter(
    (row) => !Number.isNaN(at(table.quality, 2 * row) + at(table.quality, 2 * row + 1)),
  );
  const take = (matrix: Float32Array, model: number): Float64Array =>
    Float64Array.from(complete, (row) => at(matrix, 2 * row + model));
  const weakEstimates = take(quality, 1 - strong);
  return computePairMetrics({
    scores: take(quality, strong).map((estimate, index) => estimate - at(weakEstimates, index)),
    weakQuality: take(table.quality, 1 - strong),
    strongQuality: take(table.quality, strong),
  });
}

/** Prints a table with one line per family. */
export function printFamilies(ofFamilies: Readonly<Record<string, FamilyResult>>): void {
  const table = new Table({
    head: ['family', 'APGR', 'CPT50', 'CPT80', 'gain (95 %)', 'log loss', 'Brier', 'ECE', 's'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const [name, result] of Object.entries(ofFamilies)) {
    const { gain, gainLow, gainHigh } = result;
    table.push([
      name,
      result.apgr?.toFixed(4) ?? '-',
      result.cpt50 === null ? '-' : `${result.cpt50.toFixed(1)} %`,
      result.cpt80 === null ? '-' : `${result.cpt80.toFixed(1)} %`,
      `${formatSigned(gain)} (${formatSigned(gainLow)} to ${formatSigned(gainHigh)})`,
      result.logLoss.toFixed(4),
      result.brier?.toFixed(4) ?? '-',
      result.calibrationError?.toFixed(4) ?? '-',
      result.seconds.toFixed(1),
    ]);
  }
  console.log(table.toString());
}
