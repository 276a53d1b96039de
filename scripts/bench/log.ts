/**
 * Measures what a decision log costs, on one core: decisions with and without it, in turns; whether
 * it loses anything at 5,000 requests a second; and how fast a large log is replayed, with how much
 * memory. A process for each, as in production. Ratios do not depend on the machine.
 *
 *     npm run bench:log [-- RECORDS] [--only decide|load|replay] [--json FILE]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBenchArguments } from './arguments.js';
import type { LogTimes } from './log/time-log.js';

const { only, positionals, writeResults } = readBenchArguments();
const records = positionals[0] ?? '1000000';
const program = fileURLToPath(new URL('./log/time-log.ts', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'routesmith-log-'));
const results: Record<string, LogTimes> = {};
try {
  for (const part of ['decide', 'load', 'write', 'replay'] as const) {
    const isWanted = only.length === 0 || only.includes(part);
    // What is replayed has to be written first.
    if (!isWanted && !(part === 'write' && only.includes('replay'))) continue;
    const child = fork(program, [part, directory, records]);
    const [times] = (await once(child, 'message')) as [LogTimes];
    results[part] = times;
    for (const [name, value] of Object.entries(times)) {
      console.log(`${part}  ${name}: ${Number(value.toPrecision(4))}`);
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
writeResults(results);
