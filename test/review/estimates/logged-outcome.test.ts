import { describe, expect, it } from 'vitest';
import { findOwnLatency, findPaid } from '../../../src/review/estimates/logged-outcome.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { GivenOutcome } from '../../../src/serve/log/served-outcome.js';
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

describe('what was paid for a request of a log', () => {
  const empty = (model: string, costUsd: number | null, costIsGuess = false): LoggedAttempt => ({
    model,
    outcome: 'failed',
    why: 'empty_answer',
    latencyMs: 1,
    charge: { usage: null, costUsd, costIsGuess },
  });

  async function pay(name: string, outcome: GivenOutcome) {
    const directory = folder.file(`paid-${name}`);
    const log = await createDecisionLog({ directory });
    const entry = log.open(policy);
    entry.decide('hello');
    entry.served(outcome);
    await log.close();
    return findPaid((await readAll(directory)).requests[0]?.served);
  }

  it.each<[string, GivenOutcome, ReturnType<typeof findPaid>]>([
    [
      'the answer',
      { model: 'small', costUsd: 0.25 },
      { costUsd: 0.25, isGuess: false, isIncomplete: false, models: ['small'] },
    ],
    [
      'an empty one, too',
      { model: 'small', costUsd: 0.25, attempts: [empty('large', 0.5)] },
      { costUsd: 0.75, isGuess: false, isIncomplete: false, models: ['large', 'small'] },
    ],
    [
      'empty ones only',
      { model: null, attempts: [empty('large', 0.5), empty('small', 0.25)] },
      { costUsd: 0.75, isGuess: false, isIncomplete: false, models: ['large', 'small'] },
    ],
    [
      'partly a guess',
      { model: 'small', costUsd: 0.25, attempts: [empty('large', 0.5, true)] },
      { costUsd: 0.75, isGuess: true, isIncomplete: false, models: ['large', 'small'] },
    ],
    [
      'beside an empty one of unknown cost',
      { model: 'small', costUsd: 0.25, attempts: [empty('large', null)] },
      { costUsd: 0.25, isGuess: true, isIncomplete: true, models: ['small'] },
    ],
    [
      'without the answer, whose cost is not known',
      { model: 'small', attempts: [empty('large', 0.5)] },
      { costUsd: 0.5, isGuess: true, isIncomplete: true, models: ['large'] },
    ],
    [
      'before its caller left the next one',
      { model: null, outcome: 'aborted', attempts: [empty('large', 0.5)] },
      { costUsd: 0.5, isGuess: true, isIncomplete: true, models: ['large'] },
    ],
    [
      'a stream that was empty in the end',
      { model: null, outcome: 'broken', attempts: [empty('large', 0.5)] },
      { costUsd: 0.5, isGuess: false, isIncomplete: false, models: ['large'] },
    ],
    ['nothing that is known', { model: 'small', attempts: [empty('large', null)] }, undefined],
    ['nothing', { model: null }, undefined],
  ])('is that of %s', async (name, outcome, expected) => {
    expect(await pay(name, outcome)).toEqual(expected);
  });
});
