/**
 * Buys cells of recorded outcomes as an adaptive sweep would, trains on them with the product's own
 * trainer, and says what share of the full grid's gain is kept on held-out prompts; and how often a
 * sweep says ROUTE where routing cannot gain anything. No model is called, but for `busy`: that sweeps
 * the SIMULATED practice models over HTTP, and says how busy its rounds keep the lanes.
 *
 *     npm run bench:adaptive -- DIR [--only llmrouter|mmlu-pro|bfcl|kept|added|honesty|busy]...
 *       [--seeds N] [--json FILE]
 *
 * `kept` is what adaptive purchases keep, `added` what a model adds that is asked a tenth of the prompts
 * (leave one model out). Figures are means over purchase seeds, 1 to 3 by default. `honesty` makes ten
 * trials a seed.
 */
import Table from 'cli-table3';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../src/learn/train/training-data.js';
import { keptNames, measureKept, type KeptResult } from './adaptive/measure-kept.js';
import { measureAdded, type AddedResult } from './adaptive/measure-added.js';
import { measureBusy } from './adaptive/measure-busy.js';
import { measureHonesty } from './adaptive/measure-honesty.js';
import { readBenchArguments } from './arguments.js';
import { compactTable } from './compact-table.js';
import { findRoutingDataSets } from './routing/data-sets.js';

const setNames = ['llmrouter', 'mmlu-pro', 'bfcl'];
const partNames = ['kept', 'added', 'honesty', 'busy'];
/** Where routing pays most, so that its absence is told from its presence. */
const honestySet = 'llmrouter';
const trialsPerSeed = 10;
/** Calls in flight of the sweeps that keep lanes busy. */
const busyConcurrency = 16;
/** Share of the prompts that an added model is asked to learn from. */
const addedShare = 0.1;

const { positionals, only, seeds, writeResults } = readBenchArguments();
/** Whether a data set or a part is wanted: all of a kind of which none is named. */
const isWanted = (name: string): boolean => {
  const kind = partNames.includes(name) ? partNames : setNames;
  return only.includes(name) || !only.some((one) => kind.includes(one));
};
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
const isOfRecorded = isWanted('kept') || isWanted('added');
for (const name of setNames.filter((one) => isOfRecorded && isWanted(one))) {
  const data = await read(name);
  if (data === undefined) continue;
  const kept = isWanted('kept')
    ? await measureSeeds(name, (seed) => measureKept(engine, data, seed))
    : [];
  const added = isWanted('added')
    ? await measureSeeds(name, (seed) => measureAdded(engine, data, { share: addedShare, seed }))
    : [];
  results[name] = { ...summarizeKept(name, kept), ...summarizeAdded(name, added) };
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
if (isWanted('busy')) {
  const busy = await measureBusy(busyConcurrency);
  console.log(busy);
  results['busy'] = busy;
}
writeResults(results);

async function measureSeeds<Result>(
  name: string,
  measure: (seed: number) => Promise<Result>,
): Promise<Result[]> {
  const bySeed: Result[] = [];
  for (const seed of seeds) {
    const result = await measure(seed);
    bySeed.push(result);
    console.log(`${name}, seed ${seed}: ${JSON.stringify(result)}`);
  }
  return bySeed;
}

function summarizeKept(name: string, bySeed: readonly KeptResult[]): object {
  if (bySeed.length === 0) return {};
  const mean = average(bySeed);
  rows.push([name, mean]);
  return {
    keptAt10: computeShare(mean.at10, mean.full),
    keptAt20: computeShare(mean.at20, mean.full),
    keptAt30: computeShare(mean.at30, mean.full),
    saveKeptAt20: computeShare(mean.saveAt20, mean.saveFull),
    ...mean,
  };
}

/** The share of what the models add, each to the others; and the largest loss by adding one. */
function summarizeAdded(name: string, bySeed: readonly (readonly AddedResult[])[]): object {
  const [first] = bySeed;
  if (first === undefined) return {};
  const byModel = first.map(({ model }, index) => {
    const mean = (read: (result: AddedResult) => number): number =>
      bySeed.reduce((sum, results) => sum + read(results[index] as AddedResult), 0) / bySeed.length;
    return {
      model,
      value: mean(({ full, without }) => full - without),
      added: mean(({ added, without }) => added - without),
      useful: mean(({ isUseful }) => Number(isUseful)),
    };
  });
  const sum = (read: (one: (typeof byModel)[number]) => number): number =>
    byModel.reduce((total, one) => total + read(one), 0);
  const addModelAt10 = computeShare(
    sum(({ added }) => added),
    sum(({ value }) => value),
  );
  const addModelWorst = Math.max(0, ...byModel.map(({ added }) => -added));
  console.log(`${name}: added by a tenth of the prompts, of what all prompts add: ${addModelAt10}`);
  console.log(`${name}: worst loss of adding a model: ${addModelWorst.toFixed(4)}`);
  console.log(byModel);
  return { addModelAt10, addModelWorst, addedModels: byModel };
}

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
