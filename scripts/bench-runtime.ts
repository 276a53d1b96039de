/**
 * Measures decisions: how long one takes for prompts of some lengths and policies of some numbers
 * of models, on one core. The policies have the size of trained ones, with random weights.
 *
 *     npm run bench:runtime [-- --json FILE]
 */
import Table from 'cli-table3';
import { quantileSorted } from 'simple-statistics';
import { loadPolicy } from '../src/runtime/load-policy.js';
import { readBenchArguments } from './bench/bench-arguments.js';
import { buildBenchPolicy, writeBenchPrompt } from './bench/bench-policy.js';
import { compactTable } from './bench/compact-table.js';

const modelCounts = [2, 10, 50];
const promptSizes = [
  { name: '100B', characters: 100, decisions: 20_000 },
  { name: '1kB', characters: 1_000, decisions: 10_000 },
  { name: '10kB', characters: 10_000, decisions: 1_000 },
  { name: '400kB', characters: 400_000, decisions: 200 },
];

const { writeResults } = readBenchArguments();
const results: Record<string, Record<string, number>> = {};
const table = new Table({
  head: ['case', 'p50 us', 'p99 us', 'decisions / s'],
  colAligns: ['left', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
let loadMs = Number.NaN;
let policyBytes = Number.NaN;
for (const modelCount of modelCounts) {
  const text = await buildBenchPolicy(modelCount);
  const begin = performance.now();
  const { decide } = await loadPolicy(text);
  if (modelCount === 10) {
    loadMs = performance.now() - begin;
    policyBytes = text.length;
  }
  for (const { name, characters, decisions } of promptSizes) {
    const prompts = Array.from({ length: 50 }, (_, seed) => writeBenchPrompt(characters, seed));
    const times: number[] = [];
    for (let round = 0; round < decisions + decisions / 5; round++) {
      const prompt = prompts[round % prompts.length] as string;
      const start = performance.now();
      decide(prompt);
      // The first sixth is for the engine to compile.
      if (round >= decisions / 5) times.push((performance.now() - start) * 1000);
    }
    times.sort((a, b) => a - b);
    const p50Us = quantileSorted(times, 0.5);
    const p99Us = quantileSorted(times, 0.99);
    const perSecond = (1e6 * times.length) / times.reduce((sum, time) => sum + time, 0);
    results[`${name}-${modelCount}models`] = { p50Us, p99Us, perSecond };
    table.push([
      `${name}, ${modelCount} models`,
      p50Us.toFixed(1),
      p99Us.toFixed(1),
      perSecond.toFixed(0),
    ]);
  }
}
results['runtime'] = { loadMs, policyBytes };
console.log(table.toString());
console.log(`10 models, 14 tasks: ${policyBytes} bytes, loaded in ${loadMs.toFixed(1)} ms`);
writeResults(results);
