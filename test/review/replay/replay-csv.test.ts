import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openReplayCsv } from '../../../src/review/replay/replay-csv.js';
import { replayLog } from '../../../src/review/replay/replay-log.js';
import { summarizeLog } from '../../../src/review/replay/summarize-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { GivenOutcome } from '../../../src/serve/log/served-outcome.js';
import type { LoggedAttempt } from '../../../src/serve/log/record.js';
import { loadMixture } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

/** The values of a column, sorted. */
function readColumn(file: string, name: string): (string | undefined)[] {
  const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const column = header.trim().split(',').indexOf(name);
  return rows.map((row) => row.trim().split(',')[column]).sort();
}

describe('the file of a replay', () => {
  it.runIf(existsSync('/dev/full'))('is named when its disk is full', async () => {
    const csv = await openReplayCsv('/dev/full', [], { overwrite: false, inputs: [] });
    await expect(csv.close()).rejects.toThrow('Free some space on its disk');
    await csv.discard();
    expect(existsSync('/dev/full')).toBe(true);
  });

  it('is removed when the replay fails, so that the next one needs no --overwrite', async () => {
    const file = folder.file('rows.csv');
    for (let run = 0; run < 2; run++) {
      const csv = await openReplayCsv(file, [], { overwrite: false, inputs: [] });
      await csv.flush();
      await csv.discard();
    }
    expect(existsSync(file)).toBe(false);
  });

  it('takes the place of an earlier one only when it is whole', async () => {
    const file = folder.write('earlier/rows.csv', 'last week');
    const failed = await openReplayCsv(file, [], { overwrite: true, inputs: [] });
    await failed.flush();
    expect(readFileSync(file, 'utf8')).toBe('last week');
    await failed.discard();
    expect(readFileSync(file, 'utf8')).toBe('last week');
    const whole = await openReplayCsv(file, [], { overwrite: true, inputs: [] });
    await whole.close();
    expect(readFileSync(file, 'utf8')).toMatch(/^id,at,/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.file('earlier'))).toEqual(['rows.csv']);
  });

  it('has the latencies whose mean the replay prints', async () => {
    const policy = await loadMixture();
    const directory = folder.file('log');
    const log = await createDecisionLog({ directory, level: 'scores' });
    const attempt = (model: string, outcome: LoggedAttempt['outcome'], latencyMs: number) => ({
      model,
      outcome,
      why: null,
      latencyMs,
    });
    const outcomes: readonly GivenOutcome[] = [
      { model: 'small', latencyMs: 100 },
      {
        model: 'small',
        latencyMs: 900,
        attempts: [attempt('large', 'failed', 600), attempt('small', 'answered', 300)],
      },
      { model: null, latencyMs: 5000, attempts: [attempt('large', 'failed', 5000)] },
    ];
    for (const outcome of outcomes) {
      const entry = log.open(policy);
      entry.decide('What is 12 times 12?', {});
      entry.served(outcome);
    }
    await log.close();
    const file = folder.file('latencies.csv');
    const ids = policy.policy.models.map(({ id }) => id);
    const csv = await openReplayCsv(file, ids, { overwrite: false, inputs: [] });
    const replay = await replayLog(directory, policy, {
      onReplayed: csv.add,
      onBatch: csv.flush,
    });
    await csv.close();
    expect(readColumn(file, 'latency_ms')).toEqual(['', '100', '300']);
    expect(replay.latencyMs.happened?.mean).toBe(200);
  });

  it('tells a choice of exploration from a model that answered for another', async () => {
    const policy = await loadMixture();
    const directory = folder.file('explored');
    const log = await createDecisionLog({ directory, level: 'scores' });
    const reasons: string[] = [];
    for (let request = 0; request < 12; request++) {
      const entry = log.open(policy);
      const decision = entry.decide('What is 12 times 12?', {
        explore: { share: 0.5, seed: `${request}` },
      });
      reasons.push(decision.reason);
      if (decision.model !== null) entry.served({ model: decision.model });
    }
    await log.close();
    const file = folder.file('explored.csv');
    const ids = policy.policy.models.map(({ id }) => id);
    const csv = await openReplayCsv(file, ids, { overwrite: false, inputs: [] });
    await replayLog(directory, policy, { onReplayed: csv.add, onBatch: csv.flush });
    await csv.close();
    const explored = reasons.filter((reason) => reason === 'explored').length;
    expect(explored).toBeGreaterThan(0);
    expect(explored).toBeLessThan(12);
    const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    const names = header.trim().split(',');
    const cells = rows.map((row) => {
      const values = row.trim().split(',');
      return (name: string): string | undefined => values[names.indexOf(name)];
    });
    expect(cells.filter((cell) => cell('explored_choice') !== '')).toHaveLength(explored);
    for (const cell of cells) {
      expect(cell('served_model')).toBe(cell('explored_choice') || cell('logged_choice'));
    }
  });

  it('says which of the costs are partly an estimate, as the replay counts them', async () => {
    const policy = await loadMixture();
    const directory = folder.file('guesses');
    const log = await createDecisionLog({ directory, level: 'scores' });
    const empty = {
      model: 'large',
      outcome: 'failed',
      why: 'empty_answer',
      latencyMs: 1,
      charge: { usage: null, costUsd: 0.2, costIsGuess: false },
    } as const;
    const outcomes: readonly GivenOutcome[] = [
      { model: 'small', latencyMs: 100, costUsd: 0.1, costIsGuess: true },
      { model: 'small', latencyMs: 100, costUsd: 0.3 },
      { model: 'small', latencyMs: 100 },
      { model: 'small', latencyMs: 100, costUsd: 0.3, attempts: [empty] },
    ];
    for (const outcome of outcomes) {
      const entry = log.open(policy);
      entry.decide('What is 12 times 12?', {});
      entry.served(outcome);
    }
    await log.close();
    const file = folder.file('guesses.csv');
    const csv = await openReplayCsv(file, ['small'], { overwrite: false, inputs: [] });
    const replay = await replayLog(directory, policy, { onReplayed: csv.add, onBatch: csv.flush });
    await csv.close();
    expect(readColumn(file, 'cost_usd')).toEqual(['', '0.1', '0.3', '0.5']);
    expect(readColumn(file, 'cost_is_guess')).toEqual(['', '0', '0', '1']);
    expect(replay.costUsd.happened).toMatchObject({
      requests: 3,
      mean: expect.closeTo(0.3, 12) as number,
    });
    expect(replay.guessedCosts).toBe(1);
    expect(await summarizeLog(directory)).toMatchObject({
      costUsd: 0.9,
      requestsOfKnownCost: 3,
      guessedCosts: 1,
    });
  });
});
