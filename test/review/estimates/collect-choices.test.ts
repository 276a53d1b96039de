import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import {
  createChoiceCollector,
  type OutcomeReview,
} from '../../../src/review/estimates/collect-choices.js';
import { replayLog, type LogReplay } from '../../../src/review/replay/replay-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { LoggedAttempt } from '../../../src/serve/log/record.js';
import { readAll } from '../../support/decision-log.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const requests = 300;
let policyFile = '';

/**
 * Logs decisions of "large" with feedback. Small answers every third request badly, large every
 * fourth, however good they are estimated (0.7 and 0.9).
 */
async function writeLog(name: string, share: number): Promise<string> {
  const { text } = await writePolicyFile(buildConstantPolicy());
  policyFile = folder.write('policy.json', text);
  const policy = await loadPolicy(text);
  const log = await createDecisionLog({ directory: folder.file(name), level: 'scores' });
  for (let index = 0; index < requests; index++) {
    const id = `request-${index}`;
    const entry = log.open(policy, { id });
    const explore = { share, seed: index, candidate: 'small' };
    const { model } = entry.decide(`Question ${index}`, share === 0 ? {} : { explore });
    entry.served({ model });
    // One in ten requests gets no report, and one is corrected by a person.
    if (index % 10 === 9) continue;
    const isRight = index % (model === 'small' ? 3 : 4) !== 0;
    await log.feedback({ id, quality: isRight ? 1 : 0, source: 'judge' });
    if (index === 0) await log.feedback({ id, quality: 0.5, source: 'human' });
  }
  await log.close();
  return folder.file(name);
}

const replay = async (log: string): Promise<LogReplay> =>
  replayLog(log, await loadPolicy((await writePolicyFile(buildConstantPolicy())).text), {
    objective: 'cost',
  });

let explored = '';
let plain = '';
beforeAll(async () => {
  explored = await writeLog('explored', 0.3);
  plain = await writeLog('plain', 0);
});

describe('a replay of a log with feedback', () => {
  it('estimates the other policy from what exploration tried', async () => {
    const { outcomes } = await replay(explored);
    expect(outcomes).toMatchObject({
      requests: 270,
      leftOut: { 'no known quality': 30 },
      sources: { judge: 269, human: 1 },
      target: { kind: 'estimated', overlap: { requests: 270, disagreements: 270, unsupported: 0 } },
      production: { kind: 'estimated', overlap: { disagreements: 0 } },
    });
    if (outcomes?.target.kind !== 'estimated') throw new Error('no estimate');
    const { overlap, value, modelBased } = outcomes.target;
    expect(overlap.expectedHits).toBeCloseTo(0.3 * 270, 9);
    expect(value.low).toBeLessThan(2 / 3);
    expect(value.high).toBeGreaterThan(2 / 3);
    expect(modelBased?.value).toBeCloseTo(0.7, 6);
  });

  it('warns that production is not as good as its estimates', async () => {
    const { outcomes } = await replay(explored);
    expect(outcomes?.production).toMatchObject({ drift: true });
    const args = ['replay', explored, '--policy', policyFile, '--objective', 'cost'];
    const { stdout } = await runCommand(args);
    expect(stdout).toContain('What 270 known outcomes say:');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('A model may have changed since training');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('gives a reason and no number where nothing was explored', async () => {
    const { outcomes } = await replay(plain);
    expect(outcomes?.target).toMatchObject({
      kind: 'undecidable',
      reason: 'no_support',
      requestsNeeded: 200,
    });
    const args = ['replay', plain, '--policy', policyFile, '--objective', 'cost'];
    const text = (await runCommand(args)).stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Undecidable: for 270 of 270 requests routed differently');
    expect(text).toContain('needs about 200 such outcomes');
    expect(text).not.toContain('doubly robust');
  });
});

interface PlantedRequest {
  /** The model that answers, and how well; by what was chosen. */
  readonly answer: (chosen: string | null) => { model: string; attempts?: LoggedAttempt[] };
  readonly quality: (served: string) => number;
  /** Share of exploration toward "small". */
  readonly share?: number;
}

/** Logs decisions of "large", and reviews what another policy would have chosen for them. */
async function reviewPlanted(
  name: string,
  requestCount: number,
  { answer, quality, share = 0 }: PlantedRequest,
  choose: (index: number) => string | null,
): Promise<OutcomeReview | undefined> {
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const log = await createDecisionLog({ directory: folder.file(name), level: 'scores' });
  for (let index = 0; index < requestCount; index++) {
    const entry = log.open(policy);
    const explore = { share, seed: index, candidate: 'small' };
    const { model } = entry.decide(`Question ${index}`, share === 0 ? {} : { explore });
    const outcome = answer(model);
    entry.served(outcome);
    await log.feedback({ id: entry.id, quality: quality(outcome.model), source: 'human' });
  }
  await log.close();
  const collector = createChoiceCollector();
  const { requests: logged } = await readAll(folder.file(name));
  logged.forEach((request, index) => collector.add(request, choose(index)));
  return collector.review();
}

const failed = (model: string): LoggedAttempt => ({
  model,
  outcome: 'failed',
  why: 'timeout',
  latencyMs: 600,
});

describe('a model that the policy of the log does not have', () => {
  const answer = () => ({ model: 'large' });

  it('leaves the quality of a policy that chooses it unknown', async () => {
    const review = await reviewPlanted('new-model', 60, { answer, quality: () => 1 }, (index) =>
      index < 50 ? 'brand-new' : 'large',
    );
    expect(review).toMatchObject({
      requests: 60,
      leftOut: {},
      production: { kind: 'estimated' },
      target: {
        kind: 'undecidable',
        reason: 'no_support',
        requestsNeeded: null,
        modelBased: null,
        overlap: { disagreements: 50, unsupported: 50, unknownModels: 50 },
      },
    });
  });

  it('counts apart from requests for which the policy chooses none', async () => {
    const review = await reviewPlanted('no-model', 60, { answer, quality: () => 1 }, (index) =>
      index < 5 ? null : 'large',
    );
    expect(review).toMatchObject({
      requests: 55,
      leftOut: { 'no choice of the other policy': 5 },
      target: { kind: 'estimated', overlap: { disagreements: 0 } },
    });
  });

  it('says so where every request is left out', async () => {
    const review = await reviewPlanted('none', 5, { answer, quality: () => 1 }, () => null);
    expect(review).toMatchObject({
      requests: 0,
      leftOut: { 'no choice of the other policy': 5 },
      target: { kind: 'undecidable', reason: 'no_outcomes' },
    });
  });
});

describe('a model that was down', () => {
  const refused = { kind: 'undecidable', reason: 'few_answers' };

  it.each([
    ['its failures were recorded', { model: 'small', attempts: [failed('large')] }],
    ['only the model that served was recorded', { model: 'small' }],
  ])('has no quality of its own where %s', async (name, outcome) => {
    const planted = { answer: () => outcome, quality: () => 0 };
    const review = await reviewPlanted(name, 60, planted, () => 'large');
    expect(review).toMatchObject({
      requests: 60,
      production: refused,
      target: { ...refused, overlap: { unanswered: 60 } },
    });
  });

  it('has none by exploration that never reached it', async () => {
    const planted: PlantedRequest = {
      share: 0.3,
      answer: (chosen) =>
        chosen === 'small'
          ? { model: 'large', attempts: [failed('small')] }
          : { model: 'large', attempts: [] },
      quality: () => 1,
    };
    const review = await reviewPlanted('explored-down', 150, planted, () => 'small');
    expect(review?.target).toMatchObject({ ...refused, overlap: { hits: 0 } });
  });

  it('says for how many requests, where it answered most of the others', async () => {
    let calls = 0;
    const planted: PlantedRequest = {
      answer: () =>
        ++calls % 10 === 0 ? { model: 'small', attempts: [failed('large')] } : { model: 'large' },
      quality: (served) => (served === 'large' ? 1 : 0),
    };
    const review = await reviewPlanted('at-times', 60, planted, () => 'large');
    expect(review?.target).toMatchObject({ kind: 'estimated', overlap: { unanswered: 6 } });
    if (review?.target.kind !== 'estimated') throw new Error('no estimate');
    expect(review.target.value.mean).toBeCloseTo(1, 9);
  });
});

describe('a model that answers in place of another one', () => {
  /** As the router and hand-written logs record that "large" did not answer every second time. */
  const skipped = (why: string): LoggedAttempt => ({ ...failed('large'), outcome: 'skipped', why });
  const every = (second: LoggedAttempt): PlantedRequest => {
    let calls = 0;
    return {
      share: 0.05,
      answer: (chosen) =>
        chosen === 'large' && ++calls % 2 === 0
          ? { model: 'small', attempts: [second] }
          : { model: chosen ?? 'large' },
      quality: () => 1,
    };
  };

  it('was not tried where the call of that one failed', async () => {
    for (const [name, attempt] of [
      ['failed-call', failed('large')],
      ['unpaid-call', skipped('not_permitted')],
    ] as const) {
      const review = await reviewPlanted(name, 150, every(attempt), () => 'small');
      const { target, production } = review ?? {};
      expect(target).toMatchObject({ kind: 'undecidable', reason: 'few_hits' });
      expect(target?.overlap.expectedHits).toBeCloseTo(0.05 * 150, 9);
      expect(target?.overlap.takeovers).toBeGreaterThan(60);
      expect(production?.overlap.unanswered).toBe(target?.overlap.takeovers);
    }
  });

  it('was tried where that one was held back, whatever would have been chosen', async () => {
    const planted = every(skipped('open'));
    const review = await reviewPlanted('held-back', 150, planted, () => 'small');
    expect(review?.target).toMatchObject({ kind: 'estimated', overlap: { takeovers: 0 } });
    expect(review?.target.overlap.expectedHits).toBeGreaterThan(60);
  });
});
