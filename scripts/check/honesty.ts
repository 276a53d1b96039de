/**
 * Measures how often Routesmith is wrong. By simulation: ROUTE on uninformative prompts, DON'T ROUTE
 * on informative ones, intervals that miss the true value, promises broken on fresh prompts, copies
 * on both sides of a split. By training policy files on small parts of large sets: whether a file
 * delivers, on all other prompts, the quality, cost and saving that are printed for it. Exits with 1
 * if a share is out of bounds.
 *
 *     npm run check:honesty -- [DIR] [--only simulations|delivery] [--trials 200] [--seeds 10]
 *       [--prompts 600] [--set NAME]... [--cases FILE] [--json]
 *
 * DIR holds recorded outcomes of real models; without them, only the synthetic sets are used. FILE
 * keeps the trained cases, so that an interrupted check continues.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { compactTable } from '../bench/compact-table.js';
import { checkDelivery, summarizeDelivery } from './honesty/check-delivery.js';
import { checkSimulations } from './honesty/check-simulations.js';
import { findDeliverySets } from './honesty/delivery/delivery-sets.js';
import type { DeliveryCase } from './honesty/delivery/measure-delivery.js';
import { isHonest, type Finding } from './honesty/finding.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    trials: { type: 'string', default: '200' },
    seeds: { type: 'string', default: '10' },
    prompts: { type: 'string', default: '600' },
    set: { type: 'string', multiple: true },
    cases: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const trials = readWhole('trials', 100);
const seeds = readWhole('seeds', 1);
const prompts = readWhole('prompts', 50);
const parts = ['simulations', 'delivery'];
if (values.only !== undefined && !parts.includes(values.only)) {
  fail(`--only must be one of: ${parts.join(', ')}.`);
}
const seed = 1;
const engine = await createTensorFlowEngine();
const findings: Finding[] = [];
if (values.only !== 'delivery')
  findings.push(...(await checkSimulations(engine, { trials, seed })));
const cases = values.only === 'simulations' ? [] : await measureFiles();
findings.push(...summarizeDelivery(cases));

if (values.json) console.log(JSON.stringify({ seed, findings, cases }, null, 2));
else printFindings();
process.exitCode = findings.every(isHonest) ? 0 : 1;

async function measureFiles(): Promise<DeliveryCase[]> {
  const all = findDeliverySets(positionals[0] ?? '../shared/data');
  const unknown = values.set?.find((name) => all.every((known) => known.name !== name));
  if (unknown !== undefined) {
    fail(`no set "${unknown}"; there are: ${all.map(({ name }) => name).join(', ')}.`);
  }
  const sets = all.filter(({ name }) => values.set === undefined || values.set.includes(name));
  if (all.length < 4) console.error('No recorded outcomes found; only synthetic sets are used.');
  return checkDelivery(engine, sets, {
    seeds,
    prompts,
    ...(values.cases !== undefined && { casesFile: values.cases }),
    onPolicy: (set, number) => console.error(`${set}, seed ${number}`),
  });
}

function readWhole(name: 'trials' | 'seeds' | 'prompts', lowest: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= lowest) return value;
  return fail(`--${name} must be a whole number of at least ${lowest}.`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function printFindings(): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const table = new Table({
    head: ['what', 'trials', 'share', 'wanted', ''],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const finding of findings) {
    const { what, trials: count, share, wanted } = finding;
    table.push([
      what,
      count,
      percent(share),
      wanted === undefined ? '' : `${percent(wanted[0])} to ${percent(wanted[1])}`,
      isHonest(finding) ? '' : 'OUT OF BOUNDS',
    ]);
  }
  console.log(table.toString());
}
