/**
 * Buys cells of recorded outcomes as an adaptive sweep would, trains on them with the product's own
 * trainer, and says what share of the full grid's gain is kept on held-out prompts; and how often a
 * sweep says ROUTE where routing cannot gain anything. No model is called.
 *
 *     npm run bench:adaptive -- DIR [--only llmrouter|mmlu-pro|bfcl|honesty]... [--seeds N] [--json FILE]
 *
 * Figures are means over purchase seeds, 1 to 3 by default. `honesty` makes ten trials a seed.
 */
import Table from 'cli-table3';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../src/learn/train/training-data.js';
import { keptNames, measureKept, type KeptResult } from './adaptive/measure-kept.js';
import { measureHonesty } from './adaptive/measure-honesty.js';
import { readBenchArguments } from './arguments.js';
import { compactTable } from './compact-table.js';
import { findRoutingDataSets } from './routing/data-sets.js';

const setNames = ['llmrouter', 'mmlu-pro', 'bfcl'];
/** Where routing pays most, so that its absence is told from its presence. */
const honestySet = 'llmrouter';
const trialsPerSeed = 10;

const { positionals, only, seeds, writeResults } = readBenchArguments();
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
const dataSets = findRoutingDataSets(positionals[0] ?? '../shared/data').filter(({ name }) =>
  setNames.includes(name),
);
if (dataSets.length === 0) {
  console.error('No recorded outcomes found. Give their folder: npm run bench:adaptive -- DIR');
  process.exit(2);
}

const read = async (name: string): Promise<TrainingData | undefined> => {
  const dataSet = dataSets.find((one) => one.name === name);
  return dataSet && computeTrainingData((await dataSet.read()).table);
};

const engine = await createTensorFlowEngine();
const results: Record<string, unknown> = {};
const rows: [string, KeptResult][] = [];
for (const name of setNames.filter(isWanted)) {
  const data = await read(name);
  if (data === undefined) continue;
  const bySeed: KeptResult[] = [];
  for (const seed of seeds) {
    const result = await measureKept(engine, data, seed);
    bySeed.push(result);
    console.log(`${name}, seed ${seed}: ${JSON.stringify(result)}`);
  }
  const mean = average(bySeed);
  rows.push([name, mean]);
  results[name] = {
    keptAt10: computeShare(mean.at10, mean.full),
    keptAt20: computeShare(mean.at20, mean.full),
    keptAt30: computeShare(mean.at30, mean.full),
    saveKeptAt20: computeShare(mean.saveAt20, mean.saveFull),
    ...mean,
  };
}
if (rows.length > 0) printKept(rows);
if (isWanted('honesty')) {
  const data = await read(honestySet);
  if (data !== undefined) {
    const honesty = measureHonesty(data, trialsPerSeed * seeds.length);
    console.log(honesty);
    results['honesty'] = honesty;
  }
}
writeResults(results);

/** Null where the full grid gains nothing, so that there is nothing to keep. */
function computeShare(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function average(bySeed: readonly KeptResult[]): KeptResult {
  const names = Object.keys(keptNames) as (keyof KeptResult)[];
  const means = names.map((name) => [
    name,
    bySeed.reduce((sum, result) => sum + result[name], 0) / bySeed.length,
  ]);
  return Object.fromEntries(means) as KeptResult;
}

/** Absolute figures, and as shares of the full grid's where it gains. */
function printKept(measured: readonly [string, KeptResult][]): void {
  const table = new Table({
    head: ['mean over seeds', ...measured.map(([name]) => name)],
    chars: compactTable,
  });
  for (const name of Object.keys(keptNames) as (keyof KeptResult)[]) {
    const cells = measured.map(([, mean]) => {
      const whole = name === 'saveAt20' ? mean.saveFull : mean.full;
      const kept = /at\d/i.test(name) ? computeShare(mean[name], whole) : null;
      const share = kept === null ? '' : ` (${kept.toFixed(2)})`;
      return `${mean[name].toFixed(4)}${share}`;
    });
    table.push([keptNames[name], ...cells]);
  }
  console.log(table.toString());
}
