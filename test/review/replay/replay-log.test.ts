import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import type { DecideOptions } from '../../../src/policy/decide/decision.js';
import { defaultFeatureSpec } from '../../../src/policy/features/feature-spec.js';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import { replayLog } from '../../../src/review/replay/replay-log.js';
import { summarizeLog } from '../../../src/review/replay/summarize-log.js';
import { createReplay } from '../../../src/review/replay/replay-request.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { LogLevel } from '../../../src/serve/log/record.js';
import { createRandom } from '../../../src/util/random.js';
import { decideLogged, loadMixture, readAll } from '../../support/decision-log.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import {
  buildConstantPolicy,
  buildMixtureModel,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';
import { roundWeights } from '../../../src/learn/train/assemble-policy.js';

const folder = createTemporaryFolder();
const changes = {
  objectives: [
    buildObjective(),
    buildObjective({ name: 'cost', costWeightPerUsd: 50, margin: 0.01 }),
    buildObjective({ name: 'fast', latencyWeightPerSecond: 0.2, confidenceLimit: 0.3 }),
  ],
};
const { text } = await writePolicyFile(buildMixturePolicy(changes));
const policy = await loadPolicy(text);
const other = await loadMixture({ ...changes, scorer: roundWeights(buildMixtureModel(2)) });
const constant = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
const prices = {
  small: { inputPerMillionUsd: 40, outputPerMillionUsd: 90, date: '2026-01-01' },
};
const random = createRandom(8);
const prompts = Array.from({ length: 60 }, (_, index) =>
  writePlantedPrompt(plantedTasks[index % plantedTasks.length] as string, random),
);
let count = 0;

async function writeLog(
  level: LogLevel,
  by: LoadedPolicy,
  options: (index: number) => DecideOptions = () => ({}),
  keep = 1,
): Promise<string> {
  const directory = folder.file(`log-${++count}`);
  const log = await createDecisionLog({ directory, level, keep, random: createRandom(count) });
  prompts.forEach((prompt, index) => decideLogged(log, by, prompt, options(index)));
  await log.close();
  return directory;
}

const anyOptions: fc.Arbitrary<DecideOptions> = fc.record(
  {
    objective: fc.constantFrom('quality', 'cost', 'fast', {
      costWeightPerUsd: 30,
      latencyWeightPerSecond: 0.01,
    }),
    task: fc.constantFrom(...plantedTasks),
    model: fc.constantFrom('small', 'large', 'local'),
    current: fc.record(
      {
        model: fc.constantFrom('small', 'large', 'nobody'),
        cachedTokens: fc.nat(20_000),
      },
      { requiredKeys: ['model'] },
    ),
    constraints: fc.record(
      {
        maxCostUsd: fc.double({ min: 0, max: 0.02, noNaN: true }),
        maxLatencyMs: fc.double({ min: 0, max: 5000, noNaN: true }),
        minQuality: fc.double({ min: 0, max: 1, noNaN: true }),
        allow: fc.subarray(['small', 'large', 'local', 'nobody']),
        deny: fc.subarray(['small', 'large', 'nobody']),
        capabilities: fc.subarray(['tools', 'vision'] as const),
        maxOutputTokens: fc.nat(40_000),
      },
      { requiredKeys: [] },
    ),
    models: fc.constantFrom(
      {},
      { large: { unavailable: 'down' } },
      { local: { capabilities: { tools: true } } },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<DecideOptions>;

describe('the replay of a log', () => {
  it('at level scores, chooses as the same policy does for the prompt, whatever is asked', async () => {
    const directory = folder.file('property');
    const log = await createDecisionLog({ directory });
    const asked: { readonly prompt: string; readonly options: DecideOptions }[] = [];
    fc.assert(
      fc.property(fc.constantFrom(...prompts, '', '日本語'), anyOptions, (prompt, options) => {
        asked.push({ prompt, options });
        decideLogged(log, policy, prompt, options);
      }),
      { numRuns: 300 },
    );
    await log.close();
    const { requests } = await readAll(directory);
    expect(requests).toHaveLength(asked.length);
    const repriced = await loadPolicy(text, { prices, unavailable: ['local'] });
    const replays = [
      { replay: createReplay(policy), target: policy, changes: {} },
      {
        replay: createReplay(policy, { objective: 'cost' }),
        target: policy,
        changes: { objective: 'cost' },
      },
      {
        replay: createReplay(repriced, { objective: 'fast', unavailable: ['local'] }),
        target: repriced,
        changes: { objective: 'fast' },
      },
    ];
    requests.forEach((request, index) => {
      const { prompt, options } = asked[index] ?? expect.fail('more requests than decisions');
      for (const { replay, target, changes: given } of replays) {
        // A model that was excluded for lack of an ability stays out, as does what was not available.
        const expected = target.decide(prompt, { ...options, ...given });
        const replayed = replay(request);
        if (replayed.kind !== 'replayed') throw new Error(replayed.reason);
        expect(replayed.decision.model).toBe(expected.model);
        expect(replayed.decision.reason).toBe(expected.reason);
        expect(replayed.decision.ranked).toEqual(expected.ranked);
      }
    });
  });

  it('at level scores, refuses another policy, and says what can be replayed', async () => {
    const directory = await writeLog('scores', policy);
    await expect(replayLog(directory, other)).rejects.toThrow(/scores of another policy only/);
    await expect(replayLog(directory, other)).rejects.toThrow(/"prompts"/);
  });

  it.each(['features', 'prompts'] as const)(
    'at level %s, chooses as any policy does for the prompt',
    async (level) => {
      const directory = await writeLog(level, policy, (index) =>
        index % 2 === 0 ? { objective: 'cost' } : {},
      );
      const replay = createReplay(other);
      const { requests } = await readAll(directory);
      requests.forEach((request, index) => {
        const expected = other.decide(
          prompts[index] as string,
          index % 2 === 0 ? { objective: 'cost' } : {},
        );
        const replayed = replay(request);
        if (replayed.kind !== 'replayed') throw new Error(replayed.reason);
        expect(replayed.decision.ranked).toEqual(expected.ranked);
        expect(replayed.decision.confidence).toBe(expected.confidence);
        expect(replayed.decision.novelty).toBe(expected.novelty);
      });
    },
  );

  it("at level features, chooses as any trained policy does where a DON'T ROUTE policy decided", async () => {
    const directory = await writeLog('features', constant);
    const trained = await loadMixture({
      scorer: roundWeights(buildMixtureModel(3, 3, defaultFeatureSpec)),
    });
    const replay = createReplay(trained);
    const { requests } = await readAll(directory);
    expect(requests).toHaveLength(prompts.length);
    requests.forEach((request, index) => {
      const replayed = replay(request);
      if (replayed.kind !== 'replayed') throw new Error(replayed.reason);
      const expected = trained.decide(prompts[index] as string);
      expect(replayed.decision.ranked).toEqual(expected.ranked);
    });
  });

  it.each(['scores', 'features', 'prompts'] as const)(
    'at level %s, chooses no model that the policy was loaded without',
    async (level) => {
      const directory = await writeLog(level, policy);
      const target = await loadPolicy(text, { unavailable: ['small'] });
      const { models, unavailable } = await replayLog(directory, target);
      expect(unavailable).toEqual(['small']);
      const small = models.find(({ model }) => model === 'small');
      expect(small?.logged).toBeGreaterThan(0);
      expect(small?.replayed).toBe(0);
    },
  );

  it('of the same policy and prices, changes nothing', async () => {
    const directory = await writeLog('scores', policy, () => ({ objective: 'cost' }));
    const replay = await replayLog(directory, policy);
    expect(replay).toMatchObject({
      requests: prompts.length,
      weightedRequests: prompts.length,
      changedShare: 0,
      changed: null,
      moves: [],
      costUsd: { estimated: { difference: null } },
    });
    for (const { logged, replayed } of replay.models) expect(replayed).toBeCloseTo(logged, 12);
  });

  it('counts changes, and estimates both choices by the same policy', async () => {
    const directory = await writeLog('scores', policy);
    const replay = await replayLog(directory, policy, { objective: 'cost' });
    let [differing, quality] = [0, 0];
    const costs: number[] = [];
    for (const prompt of prompts) {
      const before = policy.decide(prompt);
      const after = policy.decide(prompt, { objective: 'cost' });
      const [chosen] = after.ranked;
      const was = after.ranked.find(({ model }) => model === before.model);
      if (before.model !== after.model) differing += 1;
      costs.push((chosen?.costUsd ?? Number.NaN) - (was?.costUsd ?? Number.NaN));
      quality += (chosen?.quality ?? 0) - (was?.quality ?? 0);
    }
    expect(differing).toBeGreaterThan(0);
    expect(replay.changedShare).toBeCloseTo(differing / prompts.length, 12);
    expect(replay.moves.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(
      differing / prompts.length,
      12,
    );
    expect(replay.quality.estimated.difference?.mean).toBeCloseTo(quality / prompts.length, 12);
    const known = costs.filter((cost) => !Number.isNaN(cost));
    expect(known.length).toBeGreaterThan(prompts.length / 2);
    expect(replay.costUsd.estimated.difference?.mean).toBeCloseTo(mean(known), 12);
    const tasks = replay.tasks.reduce((sum, { requests }) => sum + requests, 0);
    expect(tasks).toBe(prompts.length);
  });

  it('says what changes by task, also of too few conversations for an interval', async () => {
    const directory = folder.file('few');
    const log = await createDecisionLog({ directory });
    for (const prompt of prompts.slice(0, 8)) decideLogged(log, policy, prompt);
    await log.close();
    const { quality, tasks } = await replayLog(directory, policy, { objective: 'cost' });
    const { logged, replayed, difference } = quality.estimated;
    expect(difference).toBeNull();
    expect(tasks.length).toBeGreaterThan(1);
    const sum = tasks.reduce(
      (total, { requests, meanChange }) => total + requests * (meanChange.quality ?? Number.NaN),
      0,
    );
    expect(sum / 8).toBeCloseTo(replayed! - logged!, 12);
    expect(sum).not.toBe(0);
    for (const task of tasks) expect(task.quality).toBeNull();
  });

  it('says whose labels the tasks are', async () => {
    const named = policy.policy.tasks[0] as string;
    const directory = await writeLog('scores', policy, (index) =>
      index < 3 ? { task: named } : {},
    );
    const { taskLabels } = await replayLog(directory, policy);
    expect(taskLabels).toEqual({ caller: 3, policy: prompts.length - 3 });
  });

  it('weighs requests by the probability that they were kept', async () => {
    const directory = await writeLog('scores', policy, () => ({}), 0.5);
    const { requests, weightedRequests } = await replayLog(directory, policy);
    expect(requests).toBeLessThan(prompts.length);
    expect(weightedRequests).toBe(2 * requests);
  });

  it('sets what happened beside what the policy expects of the same models', async () => {
    const directory = folder.file('happened');
    const log = await createDecisionLog({ directory });
    for (const prompt of prompts) {
      const entry = log.open(policy, { conversation: prompt.slice(0, 3) });
      entry.decide(prompt);
      entry.served({ model: 'large', costUsd: 0.02, latencyMs: 3000 });
      await log.feedback({ id: entry.id, quality: 0, source: 'judge' });
      await log.feedback({ id: entry.id, quality: 0.5, source: 'judge' });
    }
    await log.close();
    const { costUsd, latencyMs, quality, models } = await replayLog(directory, policy);
    expect(costUsd.happened).toEqual({
      requests: prompts.length,
      mean: expect.closeTo(0.02, 12) as number,
      estimate: expect.closeTo(0.01, 6) as number,
    });
    expect(latencyMs.happened).toMatchObject({ estimate: expect.closeTo(2000, 2) as number });
    // A later report of the same source replaces the earlier one.
    expect(quality.happened.mean).toBe(0.5);
    expect(models.find(({ model }) => model === 'large')?.served).toBe(1);
  });

  it('sets empty answers that were paid beside what the policy expects of their models', async () => {
    const directory = folder.file('empty-answers');
    const log = await createDecisionLog({ directory });
    const charge = { usage: null, costUsd: 0.02, costIsGuess: false };
    const failed = {
      model: 'large',
      outcome: 'failed',
      why: 'empty_answer',
      latencyMs: 1,
    } as const;
    const attempts = [{ ...failed, charge }];
    for (const outcome of [
      { model: 'large', costUsd: 0.02, attempts },
      { model: null, attempts },
    ]) {
      const entry = log.open(policy);
      entry.decide('hello');
      entry.served(outcome);
    }
    await log.close();
    const { costUsd } = await replayLog(directory, policy);
    expect(costUsd.happened).toEqual({
      requests: 2,
      mean: expect.closeTo(0.03, 12) as number,
      estimate: expect.closeTo(0.015, 6) as number,
    });
  });

  it('sets reports on choices that callers sent themselves beside what the policy expects of them', async () => {
    const directory = folder.file('decided');
    const log = await createDecisionLog({ directory });
    for (const awaitsServed of [true, true, false]) {
      const entry = log.open(policy, { awaitsServed });
      entry.decide('hello', { model: awaitsServed ? 'small' : 'large' });
      if (awaitsServed) entry.served({ model: 'small' });
      await log.feedback({ id: entry.id, quality: 1, source: 'human' });
    }
    await log.close();
    const { quality, models } = await replayLog(directory, policy);
    expect(quality.happened).toMatchObject({
      requests: 3,
      mean: 1,
      estimate: quality.estimated.logged,
    });
    // Nobody knows who answered it.
    expect(models.find(({ model }) => model === 'small')?.served).toBe(1);
  });

  it('takes no report on a request that no model answered for one on a model', async () => {
    const directory = folder.file('rated-unanswered');
    const log = await createDecisionLog({ directory });
    const ends = [
      { model: 'small' },
      { model: null, finishReason: null },
      { model: 'small', outcome: 'aborted' },
      // Not recorded.
      undefined,
    ] as const;
    for (const [index, served] of ends.entries()) {
      const entry = log.open(policy, { awaitsServed: true });
      entry.decide('hello', { model: 'small' });
      if (served !== undefined) entry.served(served);
      await log.feedback({ id: entry.id, quality: index === 0 ? 1 : 0, source: 'human' });
    }
    await log.close();
    const { quality } = await replayLog(directory, policy);
    expect(quality.happened).toMatchObject({
      requests: 1,
      mean: 1,
      estimate: expect.any(Number) as number,
    });
  });

  it('shares out the answered requests, and says how many were not answered', async () => {
    const directory = folder.file('unanswered');
    const log = await createDecisionLog({ directory });
    for (const [index, prompt] of prompts.slice(0, 12).entries()) {
      const entry = log.open(policy, {});
      entry.decide(prompt);
      if (index < 2) entry.served({ model: null, finishReason: null });
      else if (index < 3) entry.served({ model: 'small', outcome: 'aborted', costUsd: 0.02 });
      else if (index < 10) entry.served({ model: 'large' });
      // The last two are not recorded.
    }
    await log.close();
    const { models, notAnswered, costUsd, latencyMs } = await replayLog(directory, policy);
    // What was paid for an answer that nobody waited for stands beside what it was expected to cost.
    expect(costUsd.happened).toMatchObject({ requests: 1, estimate: expect.any(Number) as number });
    expect(latencyMs.happened.requests).toBe(7);
    expect(notAnswered).toBeCloseTo(0.3, 12);
    expect(models.map(({ model }) => model)).not.toContain(null);
    expect(models.find(({ model }) => model === 'large')?.served).toBe(1);
    const summary = await summarizeLog(directory);
    expect(summary.notAnswered).toBeCloseTo(0.3, 12);
    for (const { model, served } of summary.models) {
      expect(models.find((one) => one.model === model)?.served).toBe(served);
    }
  });

  it('says how many answers took longer than the median that it expects', async () => {
    const directory = folder.file('skewed');
    const log = await createDecisionLog({ directory });
    for (const [index, prompt] of prompts.slice(0, 10).entries()) {
      const entry = log.open(policy, {});
      entry.decide(prompt);
      // Half of them take longer than the median of large, and the mean is far above it.
      entry.served({ model: 'large', latencyMs: index % 2 === 0 ? 1000 : 30_000 });
    }
    await log.close();
    const { latencyMs, slowerThanEstimated } = await replayLog(directory, policy);
    expect(latencyMs.happened).toMatchObject({
      mean: 15_500,
      estimate: expect.closeTo(2000, 2) as number,
    });
    expect(slowerThanEstimated).toBe(0.5);
    const silent = await replayLog(await writeLog('scores', policy), policy);
    expect(silent.slowerThanEstimated).toBeNull();
  });

  it('gives the same bytes for the same log', async () => {
    const directory = await writeLog('prompts', policy);
    const once = JSON.stringify(await replayLog(directory, other));
    expect(JSON.stringify(await replayLog(directory, other))).toBe(once);
  });

  it('gives the same bytes on another day, and names the prices that change nothing', async () => {
    const directory = await writeLog('prompts', policy);
    const given = { prices: { ...prices, huge: prices.small, large: prices.small } };
    const days = ['2026-06-01', '2028-06-01'].map((day) => new Date(`${day}T00:00:00Z`));
    const [early, late] = await Promise.all(
      days.map(async (now) => {
        const target = await loadPolicy(text, { ...given, now });
        expect(target.reports).toContainEqual(expect.objectContaining({ kind: 'stale_price' }));
        return replayLog(directory, target);
      }),
    );
    expect(JSON.stringify(late)).toBe(JSON.stringify(early));
    expect(early?.reports).toEqual([
      { model: 'huge', kind: 'unknown_model' },
      { model: 'large', kind: 'price_not_used' },
    ]);
  });

  it('says which prices and models are not those of the policy file', async () => {
    const directory = await writeLog('prompts', policy);
    const plain = await replayLog(directory, policy, { filed: policy.policy });
    expect(plain).toMatchObject({ prices: {}, unavailable: [] });
    const repriced = await loadPolicy(text, { prices, unavailable: ['local'] });
    const replay = await replayLog(directory, repriced, {
      filed: policy.policy,
      unavailable: ['large'],
    });
    const { date: _date, ...amounts } = prices.small;
    expect(replay.prices).toEqual({ small: amounts });
    expect([...replay.unavailable].sort()).toEqual(['large', 'local']);
    // The same prices again, of another day, and one that changes nothing.
    const same = policy.policy.models.flatMap(({ id, cost }) =>
      cost.kind === 'tokens' ? [[id, { ...cost.price, date: '2026-05-05' }] as const] : [],
    );
    expect(same.map(([id]) => id)).toEqual(['small']);
    const given = { large: prices.small, ...Object.fromEntries(same) };
    const again = await replayLog(directory, await loadPolicy(text, { prices: given }), {
      filed: policy.policy,
    });
    expect(again.prices).toEqual({});
  });

  it('refuses an objective that the policy does not have, and a log without decisions', async () => {
    const directory = await writeLog('scores', policy);
    await expect(replayLog(directory, policy, { objective: 'best' })).rejects.toThrow(
      /quality, cost/,
    );
    const empty = await createDecisionLog({ directory: folder.file('empty') });
    await empty.close();
    await expect(replayLog(folder.file('empty'), policy)).rejects.toThrow('no decisions');
    await expect(replayLog(folder.file('nowhere'), policy)).rejects.toThrow('cannot be read');
  });
});
