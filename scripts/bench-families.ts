/**
 * Compares the model families on recorded outcomes of real models: every family predicts the same
 * five grouped folds, and takes for each prompt the model that it estimates best.
 *
 *     npm run bench:families -- DIR [--only DATA-OR-FAMILY]... [--json FILE]
 */
import Table from 'cli-table3';
import { computeReliability } from '../src/evaluate/calibration.js';
import { compareStrategies } from '../src/evaluate/compare-strategies.js';
import { computeModelMeans } from '../src/evaluate/model-means.js';
import { collectOutcomes } from '../src/evaluate/outcomes.js';
import { computePairMetrics, type PairMetrics } from '../src/evaluate/pair-metrics.js';
import { assignRowFolds, crossFitFamily } from '../src/train/families/cross-fit-family.js';
import { modelFamilies } from '../src/train/families/families.js';
import type { ModelFamily } from '../src/train/families/model-family.js';
import { computeLogLoss, findBestModel } from '../src/train/families/score-predictions.js';
import { createTensorFlowEngine } from '../src/train/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../src/train/training-data.js';
import { readBenchArguments } from './bench/bench-arguments.js';
import { findRoutingDataSets } from './bench/routing-data-sets.js';
import { compactTable } from './bench/compact-table.js';
import { formatSigned } from './bench/format-signed.js';

const seed = 1;
const folds = 5;

interface FamilyResult {
  readonly apgr: number | null;
  readonly cpt50: number | null;
  readonly cpt80: number | null;
  /** Quality of the models estimated best, less that of the model best in training. */
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  readonly logLoss: number;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  /** Of all folds together. */
  readonly seconds: number;
}

const { positionals, only, writeResults } = readBenchArguments();
const dataSets = pickNamed(findRoutingDataSets(positionals[0] ?? '../shared/data'));
const families = pickNamed(modelFamilies);
if (dataSets.length === 0) {
  console.error('No recorded outcomes found. Name their folder: npm run bench:families -- DIR');
  process.exit(2);
}
const engine = await createTensorFlowEngine();
console.log(engine.description);
const results: Record<string, Record<string, FamilyResult>> = {};
for (const dataSet of dataSets) {
  const data = computeTrainingData((await dataSet.read()).table);
  const ofFamilies: Record<string, FamilyResult> = {};
  for (const family of families) ofFamilies[family.name] = await measureFamily(data, family);
  results[dataSet.name] = ofFamilies;
  console.log(`\n${dataSet.name}: ${dataSet.description}, ${data.table.prompts.length} prompts`);
  printResults(ofFamilies);
}
writeResults(results);

/** Those that `--only` names; all, where it names none of them. */
function pickNamed<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const named = all.filter(({ name }) => only.includes(name));
  return named.length > 0 ? named : all;
}

async function measureFamily(data: TrainingData, family: ModelFamily): Promise<FamilyResult> {
  const begin = performance.now();
  const rows = Int32Array.from(data.taskOf.keys());
  const { quality } = await crossFitFamily(family, { engine, data, rows, seed, folds });
  const seconds = (performance.now() - begin) / 1000;
  const { table } = data;
  const modelCount = table.models.length;
  const choices = rows.map((row) => findBestModel(quality, row, modelCount));
  const [comparison] = compareStrategies(
    [collectOutcomes(table, rows, choices)],
    collectOutcomes(table, rows, findBestSingles(data, rows)),
    data.groups,
    seed,
  );
  if (comparison === undefined) throw new TypeError('a strategy was not compared');
  const cells = Array.from(quality, (estimate, cell) => ({
    estimate,
    observed: table.quality[cell] as number,
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
    seconds,
  };
}

/** For each row the single model that is best in the folds that the row is not in. */
function findBestSingles(data: TrainingData, rows: Int32Array): Int32Array {
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
    (row) =>
      !Number.isNaN((table.quality[2 * row] as number) + (table.quality[2 * row + 1] as number)),
  );
  const take = (matrix: Float32Array, model: number): Float64Array =>
    Float64Array.from(complete, (row) => matrix[2 * row + model] as number);
  const weakEstimates = take(quality, 1 - strong);
  return computePairMetrics(
    take(quality, strong).map((estimate, index) => estimate - (weakEstimates[index] as number)),
    take(table.quality, 1 - strong),
    take(table.quality, strong),
  );
}

function printResults(ofFamilies: Readonly<Record<string, FamilyResult>>): void {
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
