/**
 * Measures decisions: how long one takes and how much memory it leaves to the collector, for prompts
 * of some lengths and policies of some numbers of models, on one core. The policies have the size of
 * trained ones, with random weights. Every case runs in rounds, interleaved with the others, and the
 * median round counts, so that a neighbour on the machine does not.
 *
 *     npm run build && npm run bench:runtime [-- --json FILE]
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { median, quantileSorted } from 'simple-statistics';
import { loadPolicy, type LoadedPolicy } from '../src/runtime/load-policy.js';
import { readBenchArguments } from './bench/bench-arguments.js';
import { buildBenchPolicy, writeBenchPrompt } from './bench/bench-policy.js';
import { compactTable } from './bench/compact-table.js';

const modelCounts = [2, 10, 50];
const promptSizes = [
  { name: '100B', characters: 100, decisions: 4000 },
  { name: '1kB', characters: 1_000, decisions: 2000 },
  { name: '10kB', characters: 10_000, decisions: 300 },
  { name: '400kB', characters: 400_000, decisions: 60 },
];
const roundCount = 7;

interface BenchCase {
  readonly name: string;
  readonly decide: LoadedPolicy['decide'];
  readonly prompts: readonly string[];
  readonly decisions: number;
  readonly p50Us: number[];
  readonly p99Us: number[];
  readonly perSecond: number[];
  allocatedBytes: number;
}

const { writeResults } = readBenchArguments();
const bundle = fileURLToPath(new URL('../dist/standalone/router.min.mjs', import.meta.url));
const policies = new Map<number, string>();
for (const count of modelCounts) policies.set(count, await buildBenchPolicy(count));
const tenModels = policies.get(10) as string;

// First of all, as in a process that has just been started.
const loadMs = await timeLoads(tenModels);

const cases: BenchCase[] = [];
for (const [count, text] of policies) {
  const { decide } = await loadPolicy(text);
  for (const { name, characters, decisions } of promptSizes) {
    cases.push({
      name: `${name}-${count}models`,
      decide,
      prompts: Array.from({ length: 50 }, (_, seed) => writeBenchPrompt(characters, seed)),
      decisions,
      p50Us: [],
      p99Us: [],
      perSecond: [],
      allocatedBytes: Number.NaN,
    });
  }
}
// The first round is for the engine to compile.
for (let round = 0; round <= roundCount; round++) {
  for (const one of cases) {
    const times = timeDecisions(one);
    if (round === 0) continue;
    one.p50Us.push(quantileSorted(times, 0.5));
    one.p99Us.push(quantileSorted(times, 0.99));
    one.perSecond.push((1e6 * times.length) / times.reduce((sum, time) => sum + time, 0));
  }
}
for (const one of cases) one.allocatedBytes = measureAllocation(one);

const table = new Table({
  head: ['case', 'p50 us', 'p99 us', 'decisions / s', 'allocated B'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
const results: Record<string, Record<string, number>> = {};
for (const { name, p50Us, p99Us, perSecond, allocatedBytes } of cases) {
  const result = {
    p50Us: median(p50Us),
    p99Us: median(p99Us),
    perSecond: median(perSecond),
    allocatedBytes,
  };
  results[name] = result;
  table.push([
    name,
    result.p50Us.toFixed(1),
    result.p99Us.toFixed(1),
    result.perSecond.toFixed(0),
    allocatedBytes.toFixed(0),
  ]);
}
const policyBytes = Buffer.byteLength(tenModels);
const runtimeGzipBytes = gzipSync(readFileSync(bundle), { level: 9 }).length;
results['runtime'] = { loadMs, policyBytes, runtimeGzipBytes };
console.log(table.toString());
console.log(`10 models, 14 tasks: ${policyBytes} bytes, loaded in ${loadMs.toFixed(1)} ms`);
console.log(`the runtime, minified and gzipped: ${runtimeGzipBytes} bytes`);
writeResults(results);

/** Median of several loads, the first of which finds nothing compiled. */
async function timeLoads(text: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    await loadPolicy(text);
    times.push(performance.now() - start);
  }
  return median(times);
}

function timeDecisions({ decide, prompts, decisions }: BenchCase): number[] {
  const times = Array.from({ length: decisions }, (_, index) => {
    const prompt = prompts[index % prompts.length] as string;
    const start = performance.now();
    decide(prompt);
    return (performance.now() - start) * 1000;
  });
  return times.sort((a, b) => a - b);
}

/** Bytes that a decision leaves on the heap: the smallest of some growths, so that no collection ran. */
function measureAllocation({ decide, prompts }: BenchCase): number {
  const growths: number[] = [];
  const count = 50;
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < count; index++) decide(prompts[index] as string);
    const growth = process.memoryUsage().heapUsed - before;
    if (growth > 0) growths.push(growth / count);
  }
  return growths.length === 0 ? Number.NaN : median(growths);
}
