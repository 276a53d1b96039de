import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import {
  createChoiceCollector,
  type OutcomeReview,
} from '../../../src/review/estimates/collect-choices.js';
import type { Estimate } from '../../../src/review/estimates/estimate.js';
import type { LoggedRequest } from '../../../src/serve/log/join-lines.js';
import type { ServedRecord } from '../../../src/serve/log/record.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { createRandom } from '../../../src/util/random.js';
import { readAll } from '../../support/decision-log.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
type Answered = LoggedRequest & { readonly served: ServedRecord };
/** A request that "small" answered; others are like it. */
let template: Answered;

beforeAll(async () => {
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const log = await createDecisionLog({ directory: folder.file('log') });
  const entry = log.open(policy);
  entry.decide('Question', { model: 'small' });
  entry.served({ model: 'small' });
  await log.feedback({ id: entry.id, quality: 1, source: 'grader' });
  await log.close();
  const [request] = (await readAll(folder.file('log'))).requests;
  if (request?.served === undefined) throw new Error('nothing was logged');
  template = { ...request, served: request.served };
});

/** With which "small", the usual model, and "large", that of exploration, are chosen. */
const chances = { small: 0.8, large: 0.2 };
type Model = keyof typeof chances;
type Task = 'easy' | 'hard';

interface Request {
  readonly id: number;
  readonly task: Task;
  readonly choice: Model;
  readonly quality: number | undefined;
  /** Null where nobody answered. */
  readonly answered: string | null;
  readonly outcome?: ServedRecord['outcome'];
}

function logRequest({ id, task, choice, quality, answered, outcome }: Request): Answered {
  const { decision, served, feedback } = template;
  const ending = outcome ?? (answered === null ? 'failed' : 'answered');
  return {
    ...template,
    decision: {
      ...decision,
      id: `r${id}`,
      task,
      choice,
      policyChoice: 'small',
      reason: choice === 'small' ? 'best_utility' : 'explored',
      exploreShare: chances.large,
      exploreCandidate: 'large',
      propensity: chances[choice],
      // Far too low: nothing but the outcomes can be right.
      quality: [0.2, 0.2],
    },
    served: {
      ...served,
      model: answered,
      propensity: answered === null ? null : chances[choice],
      outcome: ending,
      attempts: [],
    },
    feedback: quality === undefined ? [] : feedback.map((report) => ({ ...report, quality })),
  };
}

const tasks: readonly Task[] = ['easy', 'hard'];
const rightShare = { small: { easy: 0.9, hard: 0.3 }, large: { easy: 0.9, hard: 0.6 } };
type Shares = Readonly<Record<Task, number>>;

/** Requests of two tasks. Nobody answers some hard ones if "small" is chosen, and some answers have feedback. */
function simulate(seed: number, failedShare: number, feedback: Shares): OutcomeReview {
  const random = createRandom(seed);
  const collector = createChoiceCollector();
  for (let id = 0; id < 600; id++) {
    const task = random() < 0.5 ? 'easy' : 'hard';
    const choice = random() < chances.large ? 'large' : 'small';
    const fails = task === 'hard' && choice === 'small' && random() < failedShare;
    const isRight = random() < rightShare[choice][task];
    const hasReport = random() < feedback[task] && !fails;
    const quality = hasReport ? Number(isRight) : undefined;
    const answered = fails ? null : choice;
    collector.add(logRequest({ id, task, choice, quality, answered }), 'large');
  }
  const review = collector.review();
  if (review === undefined) throw new Error('no outcomes');
  return review;
}

/** Mean quality of a model on the requests that it answers, among those whose answers have feedback. */
function computeTruth(model: Model, failedShare: number, feedback: Shares): number {
  let [sum, total] = [0, 0];
  for (const task of tasks) {
    const fails = model === 'small' && task === 'hard' ? failedShare : 0;
    const weight = feedback[task] * (1 - fails);
    sum += weight * rightShare[model][task];
    total += weight;
  }
  return sum / total;
}

describe('estimates of a log in which nobody answered some requests', () => {
  it('count those requests beside the outcomes, by task as in all', () => {
    const review = simulate(1, 0.4, { easy: 1, hard: 1 });
    const { requests, unanswered, target, byTask } = review;
    expect(unanswered).toBeGreaterThan(0);
    expect(requests + unanswered).toBe(600);
    expect(target.overlap).toMatchObject({ counted: 600, requests });
    const sumOf = (member: 'counted' | 'requests' | 'disagreements'): number =>
      byTask.reduce((sum, ofTask) => sum + ofTask[member], 0);
    for (const member of ['counted', 'requests', 'disagreements'] as const) {
      expect(sumOf(member)).toBe(target.overlap[member]);
    }
  });

  it.each([
    ['hard ones, of one model', 0.4, { easy: 1, hard: 1 }],
    ['the same, where half of the answers have feedback', 0.4, { easy: 0.5, hard: 0.5 }],
    ['the same, where hard ones have less feedback', 0.4, { easy: 1, hard: 0.15 }],
  ])('hold the truth about as often as they say: %s', (_, failedShare, feedback) => {
    const value = computeTruth('large', failedShare, feedback);
    const usual = computeTruth('small', failedShare, feedback);
    const logs = 60;
    const covered = { target: 0, difference: 0, production: 0 };
    const errors = { target: 0, production: 0 };
    const isInside = ({ low, high }: Estimate, truth: number): number =>
      low <= truth && truth <= high ? 1 : 0;
    for (let seed = 0; seed < logs; seed++) {
      const { target, production } = simulate(seed, failedShare, feedback);
      if (target.kind !== 'estimated' || target.difference === null) throw new Error('undecidable');
      if (production.kind !== 'estimated') throw new Error('undecidable');
      errors.target += (target.value.mean - value) / logs;
      errors.production += (production.value.mean - usual) / logs;
      covered.target += isInside(target.value, value);
      covered.difference += isInside(target.difference, value - usual);
      covered.production += isInside(production.value, usual);
    }
    expect(Math.abs(errors.target)).toBeLessThan(0.015);
    expect(Math.abs(errors.production)).toBeLessThan(0.015);
    // Four standard deviations of a share of .95.
    expect(Math.min(...Object.values(covered))).toBeGreaterThan(50);
  });
});

describe('a request without an answer', () => {
  const answered = (id: number): Request => ({
    id,
    task: 'easy',
    choice: id % 5 === 0 ? 'large' : 'small',
    quality: 1,
    answered: id % 5 === 0 ? 'large' : 'small',
  });

  /** Reviews 200 answered requests, and ten others. */
  function reviewWith(others: (id: number) => LoggedRequest, reported = 1): OutcomeReview {
    const collector = createChoiceCollector();
    for (let id = 0; id < 200; id++) {
      const quality = id % (1 / reported) === 0 ? 1 : undefined;
      collector.add(logRequest({ ...answered(id), quality }), 'large');
    }
    for (let id = 200; id < 210; id++) collector.add(others(id), 'large');
    const review = collector.review();
    if (review === undefined) throw new Error('no outcomes');
    return review;
  }
  const unanswered = (id: number): Request => ({
    ...answered(id),
    choice: 'small',
    quality: undefined,
    answered: null,
  });

  it.each(['failed', 'aborted', 'broken'] as const)(
    'is one that its choice did not answer, where it %s',
    (outcome) => {
      const review = reviewWith((id) => logRequest({ ...unanswered(id), outcome }));
      expect(review).toMatchObject({
        requests: 200,
        leftOut: {},
        production: { overlap: { requests: 200, unanswered: 10 } },
        target: { overlap: { requests: 200, unanswered: 0 } },
      });
    },
  );

  it('is that, too, where the record of a broken stream names its model', () => {
    const review = reviewWith((id) =>
      logRequest({ ...unanswered(id), answered: 'small', outcome: 'broken' }),
    );
    expect(review.production.overlap.unanswered).toBe(10);
  });

  it('is that, too, where a model answered that the policy of the log does not have', () => {
    const review = reviewWith((id) =>
      logRequest({ ...answered(id), choice: 'small', answered: 'fallback' }),
    );
    expect(review).toMatchObject({
      requests: 200,
      leftOut: { "answered by a model that the log's policy does not have": 10 },
      production: { overlap: { requests: 200, unanswered: 10 } },
    });
  });

  it('counts as often as answered ones of its task have feedback', () => {
    const review = reviewWith((id) => logRequest(unanswered(id)), 0.5);
    expect(review).toMatchObject({
      requests: 100,
      leftOut: { 'no known quality': 100, 'no answer': 5 },
      production: { overlap: { unanswered: 5 } },
    });
    // No request of its task is answered.
    const ofOther = reviewWith((id) => logRequest({ ...unanswered(id), task: 'hard' }), 0.25);
    expect(ofOther.production.overlap.unanswered).toBe(3);
    expect(ofOther.byTask).toMatchObject([
      { task: 'easy', counted: 50, requests: 50 },
      { task: 'hard', counted: 3, requests: 0 },
    ]);
  });

  it('is that, too, where nothing is recorded of what became of it', () => {
    const review = reviewWith((id) => ({ ...logRequest(unanswered(id)), served: undefined }));
    expect(review).toMatchObject({ leftOut: {}, production: { overlap: { unanswered: 10 } } });
  });

  it('is left out where somebody reports on an answer that is not recorded', () => {
    const review = reviewWith((id) => ({ ...logRequest(answered(id)), served: undefined }));
    expect(review).toMatchObject({
      requests: 200,
      leftOut: { 'no recorded outcome': 10 },
      production: { overlap: { unanswered: 0 } },
    });
  });

  it('says nothing where no answer has a known quality', () => {
    const collector = createChoiceCollector();
    collector.add(logRequest(unanswered(1)), 'large');
    expect(collector.review()).toBeUndefined();
  });
});
