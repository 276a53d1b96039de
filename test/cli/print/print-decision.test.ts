import { afterEach, describe, expect, it, vi } from 'vitest';
import { printDecision } from '../../../src/cli/print/print-decision.js';
import { printExplanation } from '../../../src/cli/print/print-explanation.js';
import type { Explanation } from '../../../src/learn/evaluate/diagnose/explain-decision.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { buildObjective } from '../../support/routing-policy.js';

type Chosen = Parameters<typeof printDecision>[0];

const decision = {
  kind: 'chosen',
  model: 'large',
  explanation: 'the baseline',
  reason: 'uncertain_task',
  objective: 'quality',
  ranked: [],
  excluded: [],
  task: [
    { task: 'sums', probability: 0.9998 },
    { task: 'words', probability: 0.0002 },
  ],
  confidence: 0.418,
  novelty: 0.301,
  simulated: false,
} as unknown as Chosen;
const policy = {
  objectives: [buildObjective({ confidenceLimit: 0.424 })],
  noveltyLimit: 0.3,
  tasks: ['sums', 'words'],
  scorer: { kind: 'task_mixture' },
} as unknown as Policy;
const explanation: Explanation = {
  models: [],
  comparedWith: null,
  lead: null,
  features: [],
  counterfactuals: [],
  distrust: null,
};

/** What is printed, on one line. */
function readPrinted(print: () => void): string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  print();
  return written.join('').replaceAll(/\s+/gu, ' ');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a decision', () => {
  it('shows what is compared with a limit to be below or above it', () => {
    const printed = readPrinted(() => printDecision(decision, policy));
    expect(printed).toContain('certainty: 41.8 %, below the 42.4 % that "quality" needs');
    expect(printed).toContain(
      'novelty: 30.1 % of the words are unknown; above 30.0 % the baseline',
    );
  });

  it('promises no baseline that the request excludes, and says why another model serves', () => {
    const excluded = [{ model: policy.baseline, reason: 'costs too much' }];
    const next = { ...decision, reason: 'next_best' as const, excluded };
    const printed = readPrinted(() => printDecision(next, policy));
    expect(printed).toContain('certainty: 41.8 %, below the 42.4 % that "quality" needs');
    expect(printed).toContain('above 30.0 % the best eligible model by mean quality is used');
    const named = readPrinted(() => printDecision(next, policy, 'sums'));
    expect(named).not.toContain('certainty');
  });

  it.each([
    ['of a task that the caller named', {}, policy, 'sums'],
    ['with a model that the caller named', { reason: 'named_model' as const }, policy, undefined],
    [
      'of an objective that does not route',
      { reason: 'routing_does_not_pay' as const },
      { ...policy, objectives: [buildObjective({ constantModel: 'large' })] },
      undefined,
    ],
  ])('%s has no limit of unknown words', (_, changes, used, task) => {
    const printed = readPrinted(() => printDecision({ ...decision, ...changes }, used, task));
    expect(printed).toMatch(/novelty: 30.1 % of the words are unknown $/);
  });

  it('of a task that the policy does not know has a limit of unknown words', () => {
    const printed = readPrinted(() => printDecision(decision, policy, 'poems'));
    expect(printed).toContain('above 30.0 % the baseline is used');
  });

  it('of a policy that reads no words says nothing of unknown ones', () => {
    const scorer = { kind: 'constant' as const, quality: Float32Array.of(0.7) };
    expect(readPrinted(() => printDecision(decision, { ...policy, scorer }))).not.toMatch(
      /novelty/,
    );
  });

  it('takes no likely task for certain, and none for impossible', () => {
    const printed = readPrinted(() => printDecision(decision, policy));
    expect(printed).toContain('looks like: sums over 99 %, words under 0.1 %');
  });

  it.each([
    ['uncertain_task' as const, 'confidence is 41.8 %, at least 42.4 % is needed'],
    ['novel_prompt' as const, '30.1 % are unknown, at most 30.0 % are allowed'],
  ])('says what would change it, also where the baseline is excluded: %s', (distrust, text) => {
    for (const reason of [distrust, 'next_best'] as const) {
      const [changed, explained] = [
        { ...decision, reason },
        { ...explanation, distrust },
      ];
      expect(readPrinted(() => printExplanation(explained, changed, policy))).toContain(text);
    }
  });
});
