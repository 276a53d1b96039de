import { runSoak } from '../../../test/support/hostile/soak.js';
import type { PartResult } from './part.js';

const calls = 10_000;
const seeds = [1, 2];

/** Thousands of requests over servers that come and go, some of which every server refuses. */
export async function checkSoak(): Promise<PartResult> {
  const results = [];
  const failures: string[] = [];
  const lines: string[] = [];
  for (const seed of seeds) {
    const result = await runSoak(calls, { seed, concurrency: 32 });
    const { clean, poisoned, unlucky, answered, attempts, problems } = result;
    results.push({ seed, ...result });
    lines.push(
      `seed ${seed}: ${answered} of ${clean} requests answered, in ${attempts} attempts, ` +
        `beside ${poisoned} that are refused and ${unlucky} without a server for all of their time`,
    );
    if (unlucky > calls / 100) failures.push(`seed ${seed}: ${unlucky} had no server`);
    if (answered < clean) failures.push(...problems.map((problem) => `seed ${seed}: ${problem}`));
  }
  return { report: lines.join('\n'), failures, results };
}
