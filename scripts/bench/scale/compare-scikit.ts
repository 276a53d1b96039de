import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { applyLinearMap } from '../../../src/learn/train/solver/linear-map.js';
import { computeFeatureMatrix } from '../../../src/learn/train/features/feature-matrix.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import {
  chooseFeatureCounts,
  headOptions,
} from '../../../src/learn/train/projection/fit-projection.js';
import { fitSparse } from '../../../src/learn/train/solver/sparse-solver.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';

/** Python of Debian's package python3-sklearn. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('fit-scikit.py', import.meta.url));
export interface FitFigures {
  readonly seconds: number;
  /** Mean over held-out rows and models. */
  readonly logLoss: number;
}

export interface ScikitComparison {
  readonly rows: number;
  readonly features: number;
  readonly entries: number;
  /** One fit of all models, with the options that training uses. */
  readonly own: FitFigures;
  /** The same with independent models, which is scikit-learn's objective. */
  readonly ownWithoutSharing: FitFigures;
  readonly scikit: FitFigures & { readonly version: string; readonly peakBytes: number };
}

/** Why scikit-learn is unavailable; undefined if it is available. */
export function findScikitProblem(): string | undefined {
  const { error, status } = spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' });
  if (error === undefined && status === 0) return undefined;
  return `${python} has no scikit-learn (Debian: apt-get install python3-sklearn)`;
}

/**
 * Fits the heads of all models to the product's own features of four fifths of the prompts, with the
 * sparse solver and with scikit-learn's logistic regression, one after the other, on one thread.
 */
export function compareWithScikit(data: TrainingData): ScikitComparison {
  const { counts, table, groups } = data;
  const folds = assignFolds(groups, 5, { seed: 1 });
  const rows = Int32Array.from(folds.keys());
  const training = rows.filter((row) => folds[row] !== 0);
  const heldOut = rows.filter((row) => folds[row] === 0);
  const { maxFeatures } = chooseFeatureCounts(table.models.length, 1);
  const matrix = computeFeatureMatrix(counts, fitFeatures(counts, training, { maxFeatures }));
  const outputCount = table.models.length;
  const fitOwn = (sharing: number): FitFigures => {
    const begin = performance.now();
    const map = fitSparse(
      matrix,
      training,
      { kind: 'probabilities', probabilities: table.quality, outputCount },
      { ...headOptions, seed: 1, sharing },
    );
    const seconds = (performance.now() - begin) / 1000;
    const scores = applyLinearMap(map, matrix, heldOut);
    let loss = 0;
    for (const row of heldOut) {
      for (let cell = row * outputCount; cell < (row + 1) * outputCount; cell++) {
        const score = scores[cell] as number;
        const target = table.quality[cell] as number;
        loss += Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - target * score;
      }
    }
    return { seconds, logLoss: loss / (heldOut.length * outputCount) };
  };
  const own = fitOwn(headOptions.sharing);
  const ownWithoutSharing = fitOwn(0);
  const folder = mkdtempSync(join(tmpdir(), 'routesmith-scikit-'));
  try {
    const write = (name: string, values: Float32Array | Int32Array | Uint16Array): void =>
      writeFileSync(
        join(folder, name),
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      );
    write('values', matrix.values);
    write('columns', matrix.columns);
    write('row-starts', matrix.rowStarts);
    write('quality', table.quality);
    write('training-rows', training);
    write('held-out-rows', heldOut);
    const { rowCount, columnCount } = matrix;
    const problem = { rowCount, columnCount, dataWeight: headOptions.dataWeight };
    writeFileSync(join(folder, 'problem.json'), JSON.stringify(problem));
    const { status, stdout, stderr } = spawnSync(python, [script, folder], {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    if (status !== 0) throw new Error(`scikit-learn failed: ${stderr.slice(-2000)}`);
    return {
      rows: training.length,
      features: columnCount,
      entries: matrix.values.length,
      own,
      ownWithoutSharing,
      scikit: JSON.parse(stdout) as ScikitComparison['scikit'],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
