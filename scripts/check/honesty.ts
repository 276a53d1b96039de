/**
 * Measures over many simulated trials how often Routesmith is wrong: ROUTE on uninformative prompts,
 * DON'T ROUTE on informative ones, intervals that miss the true value, promises broken on fresh
 * prompts, copies on both sides of a split. Exits with 1 if a share is out of bounds.
 *
 *     npm run check:honesty -- [--trials 200] [--json]
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { checkNonInferiority, checkOverkillTable } from './honesty/check-non-inferiority.js';
import { checkIntervals } from './honesty/check-intervals.js';
import { checkPromise } from './honesty/check-promise.js';
import { checkSplit } from './honesty/check-split.js';
import { checkTraining } from './honesty/check-training.js';
import { checkVerdict } from './honesty/check-verdict.js';
import * as worlds from './honesty/worlds.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { compactTable } from '../bench/compact-table.js';

interface Finding {
  readonly what: string;
  readonly trials: number;
  readonly share: number;
  /** Bounds of the share; undefined if it is shown for comparison only. */
  readonly wanted?: readonly [lowest: number, highest: number];
}

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials);
if (!Number.isSafeInteger(trials) || trials < 100) {
  console.error('--trials must be a whole number of at least 100.');
  process.exit(2);
}
const seed = 1;
const findings: Finding[] = [];
const add = (what: string, count: number, share: number, wanted?: Finding['wanted']): void => {
  findings.push({ what, trials: count, share, ...(wanted && { wanted }) });
};

const shuffledVerdict = checkVerdict(worlds.shuffled, { trials, prompts: 600, seed });
add("DON'T ROUTE on uninformative prompts", trials, 1 - shuffledVerdict.routes, [0.95, 1]);
const separableVerdict = checkVerdict(worlds.separable, { trials, prompts: 600, seed });
add('ROUTE to the planted best models', trials, separableVerdict.findsWinners, [0.95, 1]);

for (const [name, world] of Object.entries({
  'single prompts': worlds.graded,
  'groups of 4': worlds.gradedInGroups,
})) {
  const many = 5 * trials;
  const found = checkIntervals(world, { trials: many, prompts: 600, seed });
  add(`95 % interval contains the mean, ${name}`, many, found.mean, [0.92, 0.98]);
  add(`95 % interval contains the difference, ${name}`, many, found.quality, [0.92, 0.98]);
  add(`95 % interval contains the cost saved, ${name}`, many, found.costSaved, [0.92, 0.98]);
}

const { graded, gradedInGroups, rareLosses, tied } = worlds;
for (const [name, world] of Object.entries({ graded, gradedInGroups, rareLosses, tied })) {
  for (const prompts of [200, 600, 2000]) {
    const settings = { trials, prompts, freshPrompts: 4000, keepQuality: 0.98, seed };
    const bound = checkPromise(world, { ...settings, guarantee: 'bound' });
    add(`"keep 98 %" broken: ${name}, ${prompts} prompts`, trials, bound.broken, [0, 0.05]);
    add('  routing was shown to keep it', trials, bound.routed);
    const point = checkPromise(world, { ...settings, guarantee: 'point' });
    add('  broken by point estimates', trials, point.broken);
  }
}

const engine = await createTensorFlowEngine();
const few = 10;
const shuffledTraining = await checkTraining(engine, {
  trials: few,
  prompts: 320,
  shuffled: true,
  seed,
});
add("trained: DON'T ROUTE on uninformative prompts", few, 1 - shuffledTraining.routes, [0.9, 1]);
const training = await checkTraining(engine, { trials: few, prompts: 320, shuffled: false, seed });
add('trained: ROUTE if models differ by task', few, training.routes, [0.9, 1]);
add('trained: "keep 98 %" broken on fresh prompts', few, training.broken, [0, 0.1]);

for (const [name, world] of Object.entries(worlds.worsePairs)) {
  const passed = checkNonInferiority(world, { margin: 0.03, trials: 5 * trials, seed });
  add(`worse by twice the margin, "not worse": ${name}`, 5 * trials, passed, [0, 0.05]);
}
const shape = { tasks: 12, models: 8, promptsPerTask: 100 };
const wrongTables = checkOverkillTable(shape, { margin: 0.03, trials, seed });
add('any of 96 worse models called "not worse"', trials, wrongTables, [0, 0.05]);

const split = checkSplit({ trials, prompts: 200, seed });
add('copies on both sides of a split', trials, split.straddled, [0, 0]);

const isHonest = ({ share, wanted }: Finding): boolean =>
  wanted === undefined || (share >= wanted[0] && share <= wanted[1]);
if (values.json) console.log(JSON.stringify({ seed, findings }, null, 2));
else printFindings();
process.exitCode = findings.every(isHonest) ? 0 : 1;

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
