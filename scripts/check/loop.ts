/**
 * Checks what reviews of production say against the truth. Policies are trained on two fifths of
 * recorded outcomes; the other prompts, whose outcomes are known for every model, are production.
 * Simulated logs of it give estimates of another policy, alarms where a model changed, and audits
 * whose judge errs. Exits with 1 if a figure is out of bounds.
 *
 *     npm run check:loop -- DIR [--set llmrouter]... [--logs 1000] [--audits 500] [--json]
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { compactTable } from '../bench/compact-table.js';
import { findRoutingDataSets } from '../bench/routing/data-sets.js';
import { isHonest, type Finding } from './honesty/finding.js';
import { checkAudits, type AuditFinding } from './loop/check-audits.js';
import { checkDrops, type DropFinding } from './loop/check-drops.js';
import { checkEstimates, type EstimateFinding } from './loop/check-estimates.js';
import { routeWorld, type RoutedWorld } from './loop/routed-world.js';
import { summarizeLoop, type LoopResults } from './loop/summarize-loop.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', multiple: true, default: ['llmrouter', 'mmlu-pro'] },
    logs: { type: 'string', default: '1000' },
    audits: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
  },
});
const logs = readWhole('logs');
const audits = readWhole('audits');
const seed = 1;
const folder = positionals[0] ?? '../shared/data';

const results = measureWorlds(await routeWorlds());
const { findings, loop } = summarizeLoop(results);
if (values.json) console.log(JSON.stringify({ seed, loop, findings, ...results }, null, 2));
else print();
process.exitCode = findings.every(isHonest) ? 0 : 1;

async function routeWorlds(): Promise<RoutedWorld[]> {
  const sets = findRoutingDataSets(folder).filter(({ name }) => values.set.includes(name));
  if (sets.length === 0) fail(`${folder} has none of the sets: ${values.set.join(', ')}.`);
  const engine = await createTensorFlowEngine();
  const worlds: RoutedWorld[] = [];
  for (const set of sets) {
    console.error(`${set.name}: training`);
    worlds.push(await routeWorld(engine, set.name, (await set.read()).table, seed));
  }
  return worlds;
}

function measureWorlds(worlds: readonly RoutedWorld[]): LoopResults {
  const estimates: EstimateFinding[] = [];
  const drops: DropFinding[] = [];
  const found: AuditFinding[] = [];
  for (const world of worlds) {
    for (const requests of [1000, 10_000]) {
      console.error(`${world.name}: ${logs} logs of ${requests} requests`);
      for (const isTowardCandidate of [false, true]) {
        for (const share of [0, 0.05, 0.1, 0.2]) {
          const exploration = { share, isTowardCandidate };
          const settings = { requests, logs: share === 0 ? 10 : logs, seed };
          estimates.push(checkEstimates(world, exploration, settings));
        }
      }
    }
    console.error(`${world.name}: models that lose 8 points`);
    const exploration = { share: 0.1, isTowardCandidate: false };
    drops.push(...checkDrops(world, 8, exploration, { requests: 10_000, logs: 200, seed }));
    for (const judge of ['none', 'fair', 'biased'] as const) {
      console.error(`${world.name}: ${audits} audits, judge: ${judge}`);
      const sizes = { logged: 20_000, audited: 2000, labeled: 0.05 };
      found.push(checkAudits(world, { judge, audits, seed, ...sizes }));
    }
  }
  return { estimates, drops, audits: found };
}

function print(): void {
  const table = new Table({
    head: ['what', 'logs', 'figure', 'wanted', ''],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const finding of findings) table.push(formatFinding(finding));
  console.log(table.toString());
  console.log(JSON.stringify({ loop }));
}

function formatFinding(finding: Finding): string[] {
  const { what, trials, share, wanted } = finding;
  const shown = wanted === undefined ? '' : `${wanted[0]} to ${wanted[1]}`;
  return [what, `${trials}`, share.toFixed(3), shown, isHonest(finding) ? '' : 'OUT OF BOUNDS'];
}

function readWhole(name: 'logs' | 'audits'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 10) return value;
  return fail(`--${name} must be a whole number of at least 10.`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
