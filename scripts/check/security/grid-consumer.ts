/**
 * One reader of the hostile grid, in a process of its own, so that its memory is its own: asks the
 * parent's server for every behavior and reports what came of it.
 */
import { runWorkers } from '../../../src/util/run-workers.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { routerDriver } from '../../../test/support/drivers/router.js';
import { askThrough } from '../../../test/support/hostile/ask-through.js';
import { askSweep } from '../../../test/support/hostile/ask-sweep.js';
import type { Behavior, Consumer, Form } from '../../../test/support/hostile/behavior.js';
import { hostileBehaviors } from '../../../test/support/hostile/behaviors.js';
import type { HostileLimits } from '../../../test/support/hostile/finding.js';
import type { HostileUrls } from '../../../test/support/hostile/server.js';
import { buildConstantPolicy, writePolicyFile } from '../../../test/support/routing-policy.js';
import { readPeakMemory, resetPeakMemory } from './peak-memory.js';

/** What came of one behavior, read several times at once. */
export interface GridCell {
  readonly place: number;
  readonly problem: string | null;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Calls at the same time, of one behavior. */
const callCount = 4;

const [consumer, form, urlsText] = process.argv.slice(2) as [Consumer, Form, string];
const urls = JSON.parse(urlsText) as HostileUrls;
const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);

function findLimits({ isSlow = false }: Behavior): HostileLimits {
  return isSlow ? { silenceMs: 1000, attemptMs: 2500 } : { silenceMs: 60_000, attemptMs: 120_000 };
}

async function ask(behavior: Behavior, place: number): Promise<(string | undefined)[]> {
  const limits = findLimits(behavior);
  if (consumer === 'sweep') {
    const settings = { ...limits, taskCount: callCount, concurrency: callCount };
    const findings = await askSweep(urls, [{ behavior, place }], form, settings);
    return findings.map(({ problem }) => problem);
  }
  const problems: (string | undefined)[] = [];
  await runWorkers(Array.from({ length: callCount }), callCount, async () => {
    const { problem } = await askThrough(
      routerDriver,
      urls,
      { behavior, place, form },
      { policy, ...limits },
    );
    problems.push(problem);
  });
  return problems;
}

/** What a call may take: one attempt, the wait for the good model, and what a busy machine adds. */
function findSlowness(behavior: Behavior, seconds: number): string | undefined {
  const limitSeconds = behavior.maxSeconds ?? findLimits(behavior).attemptMs / 1000 + 20;
  return seconds <= limitSeconds ? undefined : `took ${seconds.toFixed(1)} s`;
}

for (const [place, behavior] of hostileBehaviors.entries()) {
  // What earlier behaviors left behind is not held by this one.
  globalThis.gc?.();
  resetPeakMemory();
  const startMs = performance.now();
  const problems = await ask(behavior, place);
  const seconds = (performance.now() - startMs) / 1000;
  const problem = problems.find((found) => found !== undefined) ?? findSlowness(behavior, seconds);
  const cell: GridCell = { place, problem: problem ?? null, seconds, peakMb: readPeakMemory() };
  process.send?.(cell);
}
process.disconnect();
