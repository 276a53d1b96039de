/**
 * Measures the time and the heap memory of one decision on one core, for several prompt lengths and
 * numbers of models. The policies have the size of trained ones, with random weights, and each has a
 * process of its own, as in production. All prompt lengths run in interleaved rounds, and the median
 * round counts, so that other load on the machine matters little.
 *
 * Absolute times depend on the machine. `floorRatio` does not: it divides the median time of a
 * decision by that of a floor in the same round, which lower-cases the prompt, splits it into words
 * and hashes them.
 *
 *     npm run bench:runtime [-- --json FILE]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { readBenchArguments } from './arguments.js';
import { compactTable } from './compact-table.js';
import type { PolicyTimes } from './runtime/time-decisions.js';

const modelCounts = [2, 10, 50];
const { writeResults } = readBenchArguments();
const bundle = fileURLToPath(new URL('../../dist/standalone/router.min.mjs', import.meta.url));
const program = fileURLToPath(new URL('./runtime/time-decisions.ts', import.meta.url));

const table = new Table({
  head: ['case', 'p50 us', 'p99 us', 'p50 / floor', 'decisions / s', 'allocated B'],
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
const results: Record<string, Record<string, number>> = {};
for (const modelCount of modelCounts) {
  const { cases, loadMs, policyBytes } = await timePolicy(modelCount);
  for (const { size, ...times } of cases) {
    const name = `${size}-${modelCount}models`;
    results[name] = times;
    table.push([
      name,
      times.p50Us.toFixed(1),
      times.p99Us.toFixed(1),
      times.floorRatio.toFixed(2),
      times.perSecond.toFixed(0),
      times.allocatedBytes.toFixed(0),
    ]);
  }
  if (modelCount === 10) results['runtime'] = { loadMs, policyBytes };
}
const runtimeGzipBytes = gzipSync(readFileSync(bundle), { level: 9 }).length;
const { loadMs = Number.NaN, policyBytes = Number.NaN } = results['runtime'] ?? {};
results['runtime'] = { loadMs, policyBytes, runtimeGzipBytes };
console.log(table.toString());
console.log(`10 models, 14 tasks: ${policyBytes} bytes, loaded in ${loadMs.toFixed(1)} ms`);
console.log(`the runtime, minified and gzipped: ${runtimeGzipBytes} bytes`);
writeResults(results);

async function timePolicy(modelCount: number): Promise<PolicyTimes> {
  const child = fork(program, [String(modelCount)]);
  const [result] = (await once(child, 'message')) as [PolicyTimes];
  return result;
}
