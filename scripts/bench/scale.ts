/**
 * Trains a policy on many SYNTHETIC prompts, and prints seconds and peak memory; then fits the same
 * features with scikit-learn if Debian's python3-sklearn is installed. Exits with 1 if training
 * takes ten minutes or 4 GB or more.
 *
 *     npm run bench:scale -- [--prompts 200000] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { RunInfo } from '../../src/measure/outcomes/run.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../src/learn/train/train-policy.js';
import { computeTrainingData } from '../../src/learn/train/training-data.js';
import {
  compareWithScikit,
  findScikitProblem,
  type ScikitComparison,
} from './scale/compare-scikit.js';
import { compactTable } from './compact-table.js';
import { createSyntheticOutcomes } from './scale/create-synthetic-outcomes.js';

const modelCount = 10;
const threads = 2;
const seed = 1;
const maxSeconds = 600;
const maxBytes = 4e9;

const { values } = parseArgs({
  options: { prompts: { type: 'string', default: '200000' }, json: { type: 'string' } },
});
const promptCount = Number(values.prompts);
if (!Number.isSafeInteger(promptCount) || promptCount < 1000) {
  console.error('--prompts must be a whole number of at least 1000.');
  process.exit(2);
}

const engine = await createTensorFlowEngine({
  loadNative: () => Promise.reject(new Error('this benchmark measures the portable backend')),
});
const table = createSyntheticOutcomes(promptCount, modelCount, seed);
console.log(`SYNTHETIC: ${promptCount} made-up prompts, ${modelCount} simulated models`);
console.log(`${engine.description}; ${threads} threads`);

const info: RunInfo = {
  version: 1,
  kind: 'import',
  name: 'synthetic',
  createdAt: new Date().toISOString(),
  models: table.models.map((id) => ({ id })),
  costBasis: table.costBasis,
  simulated: true,
  sources: [],
};
const begin = performance.now();
const elapsed = (): number => (performance.now() - begin) / 1000;
const trained = await trainPolicy(
  engine,
  { table, info },
  {
    seed,
    threads,
    createdBy: 'bench-scale',
    onProgress: (done, total) =>
      console.log(`  fit ${done} of ${total} at ${elapsed().toFixed(0)} s`),
  },
);
const seconds = elapsed();
const peakBytes = 1024 * process.resourceUsage().maxRSS;
const { verdict } = trained.evaluation;
console.log(
  `trained in ${seconds.toFixed(0)} s, peak memory ${formatGigabytes(peakBytes)}; ` +
    `${verdict.decision}, policy ${trained.digest.slice(0, 12)}`,
);

const problem = findScikitProblem();
if (problem !== undefined) console.log(`Not compared with scikit-learn: ${problem}`);
const comparison =
  problem === undefined ? compareWithScikit(computeTrainingData(table)) : undefined;
if (comparison !== undefined) printComparison(comparison);
if (values.json !== undefined) {
  const results = {
    synthetic: true,
    prompts: promptCount,
    models: modelCount,
    threads,
    backend: engine.backend,
    seconds,
    peakBytes,
    verdict: verdict.decision,
    policyDigest: trained.digest,
    scikit: comparison ?? null,
  };
  writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
}
if (seconds >= maxSeconds || peakBytes >= maxBytes) process.exitCode = 1;

function printComparison({
  rows,
  features,
  entries,
  own,
  ownWithoutSharing,
  scikit,
}: ScikitComparison): void {
  console.log(
    `logistic regression of ${modelCount} models on ${rows} of these rows, ${features} features, ` +
      `${(entries / 1e6).toFixed(1)} million entries, one thread each:`,
  );
  const result = new Table({
    head: ['solver', 'held-out log loss', 'seconds', 'time / scikit-learn'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const [name, figures] of [
    ['sparse solver, as trained', own],
    ['sparse solver, models independent', ownWithoutSharing],
    [`scikit-learn ${scikit.version}, L-BFGS`, scikit],
  ] as const) {
    result.push([
      name,
      figures.logLoss.toFixed(4),
      figures.seconds.toFixed(1),
      (figures.seconds / scikit.seconds).toFixed(2),
    ]);
  }
  console.log(result.toString());
  console.log(`peak memory of scikit-learn ${formatGigabytes(scikit.peakBytes)}`);
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
