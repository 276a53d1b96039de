/**
 * Holds the sweep and the router against servers that do everything wrong, in processes of their own
 * whose memory is measured, and against thousands of requests over endpoints that come and go. Fails
 * if anything crashes, hangs, is lost, takes too much memory or becomes a label that is none. Also measures
 * how long graders block the process, the largest policies, and what an installation takes on disk (which
 * needs the package registry).
 *
 *     npm run check:security [-- --only graders|grid|soak|policies|install] [-- --json FILE]
 */
import { readBenchArguments } from '../bench/arguments.js';
import { checkGraderStalls } from './security/grader-stalls.js';
import { checkGrid } from './security/grid.js';
import { checkInstall } from './security/install.js';
import { checkPolicies } from './security/policies.js';
import { checkSoak } from './security/soak.js';
import type { Part } from './security/part.js';

const parts: Readonly<Record<string, Part>> = {
  graders: checkGraderStalls,
  grid: checkGrid,
  soak: checkSoak,
  policies: checkPolicies,
  install: checkInstall,
};

const { only, writeResults } = readBenchArguments();
const unknown = only.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(
    `there is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`,
  );
}
const results: Record<string, unknown> = {};
const failures: string[] = [];
for (const [name, check] of Object.entries(parts)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const found = await check();
  console.log(`${found.report}\n`);
  results[name] = { failures: found.failures, figures: found.results };
  failures.push(...found.failures.map((failure) => `${name}: ${failure}`));
}
writeResults(results);
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exitCode = 1;
} else console.log('everything held');
