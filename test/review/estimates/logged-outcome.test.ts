import { describe, expect, it } from 'vitest';
import { findOwnLatency } from '../../../src/review/estimates/logged-outcome.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { LoggedAttempt } from '../../../src/serve/log/record.js';
import { loadMixture, readAll } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policy = await loadMixture();

/** The latency that is read back of an answer that took 900 ms with all that came before it. */
async function readBack(
  name: string,
  attempts: readonly LoggedAttempt[],
  outcome: 'answered' | 'broken' = 'answered',
) {
  const directory = folder.file(name);
  const log = await createDecisionLog({ directory });
  const entry = log.open(policy);
  entry.decide('hello');
  entry.served({ model: 'small', outcome, attempts, latencyMs: 900 });
  await log.close();
  const { requests } = await readAll(directory);
  return findOwnLatency(requests[0]?.served);
}

describe('the latency of a model in a log', () => {
  const failed = { model: 'large', outcome: 'failed', why: 'timeout', latencyMs: 600 } as const;
  const answered = { model: 'small', outcome: 'answered', why: null } as const;

  it('lacks what failed before it', async () => {
    expect(await readBack('own', [failed, { ...answered, latencyMs: 300 }])).toBe(300);
  });

  it('is that of the request where no attempt was recorded', async () => {
    expect(await readBack('request', [])).toBe(900);
  });

  it('is that of no answer where it broke off', async () => {
    expect(await readBack('broken', [], 'broken')).toBeUndefined();
  });

  it('is not known where a slow reader hid it, rather than that of the reader', async () => {
    expect(await readBack('unknown', [{ ...answered, latencyMs: null }])).toBeUndefined();
  });
});
