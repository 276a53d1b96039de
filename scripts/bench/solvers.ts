/**
 * Compares two ways to fit linear outputs to hashed n-grams: TensorFlow.js on the few thousand
 * features that fit into dense batches, and the sparse solver on the same and on all kept features.
 * Each data set is split once; seconds are medians of three interleaved rounds of the same objective.
 *
 *     npm run bench:solvers -- DIR [--only NAME] [--json FILE]
 */
import Table from 'cli-table3';
import { median } from 'simple-statistics';
import type { LinearMap } from '../../src/policy/file/routing-model.js';
import { assignFolds } from '../../src/measure/tasks/split-groups.js';
import { applyLinearMap } from '../../src/learn/train/solver/linear-map.js';
import { fitDense } from './families/fit-dense.js';
import {
  computeFeatureMatrix,
  narrowFeatureMatrix,
  type FeatureMatrix,
} from '../../src/learn/train/features/feature-matrix.js';
import { fitFeatures } from '../../src/learn/train/features/fit-features.js';
import type { LinearTargets } from '../../src/learn/train/solver/linear-map.js';
import { fitSparse } from '../../src/learn/train/solver/sparse-solver.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../src/learn/train/training-data.js';
import { readBenchArguments } from './arguments.js';
import { findRoutingDataSets } from './routing/data-sets.js';
import { compactTable } from './compact-table.js';

const rounds = 3;
const denseFeatures = 2048;
const { positionals, only, writeResults } = readBenchArguments();
const engine = await createTensorFlowEngine();
console.log(engine.description);
const results: Record<string, Record<string, { logLoss: number; seconds: number }>> = {};

for (const dataSet of findRoutingDataSets(positionals[0] ?? '../shared/data')) {
  if (only.length > 0 && !only.includes(dataSet.name)) continue;
  const data = computeTrainingData((await dataSet.read()).table);
  const problems: [string, LinearTargets, number][] = [
    [
      'heads',
      {
        kind: 'probabilities',
        probabilities: data.table.quality,
        outputCount: data.table.models.length,
      },
      0.3,
    ],
  ];
  if (data.tasks.length > 1) {
    const classCount = data.tasks.length;
    problems.push(['tasks', { kind: 'classes', classes: data.taskOf, classCount }, 3]);
  }
  for (const [name, targets, dataWeight] of problems) {
    results[`${dataSet.name} ${name}`] = compareSolvers(data, targets, dataWeight);
  }
}
printResults();
writeResults(results);

function compareSolvers(
  data: TrainingData,
  targets: LinearTargets,
  dataWeight: number,
): Record<string, { logLoss: number; seconds: number }> {
  const folds = assignFolds(data.groups, 5, { seed: 1 });
  const rows = Int32Array.from(folds.keys());
  const training = rows.filter((row) => folds[row] !== 0);
  const heldOut = rows.filter((row) => folds[row] === 0);
  const features = fitFeatures(data.counts, training, { firstFeatures: denseFeatures });
  const wide = computeFeatureMatrix(data.counts, features);
  const narrow = narrowFeatureMatrix(wide, denseFeatures);
  const seed = 1;
  const solvers: Record<string, { matrix: FeatureMatrix; fit: () => LinearMap }> = {
    [`TensorFlow.js, ${denseFeatures} features`]: {
      matrix: narrow,
      fit: () => fitDense(engine, narrow, training, targets, { dataWeight, seed }),
    },
    [`sparse, ${denseFeatures} features`]: {
      matrix: narrow,
      fit: () => fitSparse(narrow, training, targets, { dataWeight, seed }),
    },
    [`sparse, up to 32768 features`]: {
      matrix: wide,
      fit: () => fitSparse(wide, training, targets, { dataWeight, seed }),
    },
  };
  const seconds = new Map(Object.keys(solvers).map((name) => [name, [] as number[]]));
  const logLosses = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, { matrix, fit }] of Object.entries(solvers)) {
      const begin = performance.now();
      const map = fit();
      seconds.get(name)?.push((performance.now() - begin) / 1000);
      const scores = applyLinearMap(map, matrix, heldOut);
      logLosses.set(name, computeLogLoss(scores, targets, heldOut, map.outputCount));
    }
  }
  return Object.fromEntries(
    Object.keys(solvers).map((name) => [
      name,
      {
        logLoss: logLosses.get(name) ?? Number.NaN,
        seconds: median(seconds.get(name) ?? []),
      },
    ]),
  );
}

function computeLogLoss(
  scores: Float32Array,
  targets: LinearTargets,
  rows: Int32Array,
  outputCount: number,
): number {
  let loss = 0;
  let count = 0;
  for (const row of rows) {
    const own = scores.subarray(row * outputCount, (row + 1) * outputCount);
    if (targets.kind === 'classes') {
      const observed = targets.classes[row] as number;
      if (observed < 0) continue;
      const highest = Math.max(...own);
      const sum = own.reduce((total, score) => total + Math.exp(score - highest), 0);
      loss += Math.log(sum) + highest - (own[observed] as number);
      count += 1;
      continue;
    }
    own.forEach((score, output) => {
      const target = targets.probabilities[row * outputCount + output] as number;
      if (Number.isNaN(target)) return;
      loss += Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - target * score;
      count += 1;
    });
  }
  return loss / count;
}

function printResults(): void {
  const table = new Table({
    head: ['problem', 'solver', 'held-out log loss', 'seconds', 'time / sparse, same features'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const [problem, solvers] of Object.entries(results)) {
    const reference = solvers[`sparse, ${denseFeatures} features`]?.seconds ?? Number.NaN;
    for (const [solver, { logLoss, seconds }] of Object.entries(solvers)) {
      table.push([
        problem,
        solver,
        logLoss.toFixed(4),
        seconds.toFixed(2),
        (seconds / reference).toFixed(1),
      ]);
    }
  }
  console.log(table.toString());
}
