import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSweep, type PlacedBehavior } from '../support/hostile/ask-sweep.js';
import { forms } from '../support/hostile/behavior.js';
import { hostileBehaviors } from '../support/hostile/behaviors.js';
import type { Finding, HostileLimits } from '../support/hostile/finding.js';
import { startHostileServer, type HostileServer } from '../support/hostile/server.js';
import { runSoak } from '../support/hostile/soak.js';
import { isLongRun, scaleTime } from '../support/test-run.js';

/** The others are for `npm run check:security`. */
const placed = hostileBehaviors
  .map((behavior, place): PlacedBehavior => ({ behavior, place }))
  .filter(({ behavior }) => behavior.isLong !== true);

const groups: readonly (readonly [string, readonly PlacedBehavior[], HostileLimits])[] = [
  [
    'servers that end by themselves',
    placed.filter(({ behavior }) => behavior.isSlow !== true),
    { silenceMs: scaleTime(20_000), attemptMs: scaleTime(30_000) },
  ],
  [
    'servers that only a time limit ends',
    placed.filter(({ behavior }) => behavior.isSlow === true),
    // Long enough for the good model, also on a busy machine.
    { silenceMs: scaleTime(2000), attemptMs: scaleTime(3000) },
  ],
];

let server: HostileServer;

beforeAll(async () => {
  server = await startHostileServer(hostileBehaviors);
});

afterAll(async () => {
  await server.close();
});

function listProblems(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ behavior, form, problem }) =>
    problem === undefined ? [] : [`${behavior.name} (${form}): ${problem}`],
  );
}

describe.each(groups)('%s', (_, members, limits) => {
  it.each(forms)('make no label in a sweep that is none: %s', async (form) => {
    const findings = await askSweep(server, members, form, {
      ...limits,
      taskCount: 1,
      concurrency: 32,
    });
    expect(findings).toHaveLength(members.length);
    expect(listProblems(findings)).toEqual([]);
  });
});

describe('servers that come and go, and requests that all of them refuse', () => {
  it('lose no other request', async () => {
    const requests = isLongRun ? 600 : 240;
    const soak = await runSoak(requests, { seed: 1, concurrency: 32 });
    expect(soak.problems).toEqual([]);
    expect(soak.poisoned).toBe(requests / 10);
    expect(soak.answered).toBe(soak.clean);
    expect(soak.clean).toBeGreaterThan((requests * 5) / 6);
    // Some were answered by another server than the first.
    expect(soak.attempts).toBeGreaterThan((requests * 13) / 12);
  });
});

it('send no key where a redirect points', () => {
  expect(server.strayRequests).toBe(0);
});
