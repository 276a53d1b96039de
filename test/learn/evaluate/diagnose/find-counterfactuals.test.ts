import { assert, constantFrom, double, integer, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findCounterfactuals,
  findDistrust,
  type Counterfactual,
} from '../../../../src/learn/evaluate/diagnose/find-counterfactuals.js';
import { createDecide } from '../../../../src/policy/decide/decide.js';
import type { DecideOptions, Decision } from '../../../../src/policy/decide/decision.js';
import type { Policy } from '../../../../src/policy/file/policy.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
} from '../../../support/routing-policy.js';

/** Not a word of it is known to the policies. */
const prompt = 'zyxwv qponm lkjih';
const ids = buildConstantPolicy().models.map(({ id }) => id);

function decide(policy: Policy, options: DecideOptions = {}): Decision {
  return createDecide(policy, 'sha256:test')(prompt, options);
}

function find(policy: Policy, options: DecideOptions = {}): readonly Counterfactual[] {
  const decision = decide(policy, options);
  if (decision.kind !== 'chosen') throw new Error('nothing was chosen');
  return findCounterfactuals(policy, decision, options.task);
}

describe('the smallest change that would have made another model the choice', () => {
  const quality = double({ min: 0.3, max: 0.6, noNaN: true });
  const model = integer({ min: 0, max: 2 });
  const cases = record({
    qualities: tuple(quality, quality, quality),
    margin: constantFrom(0, 0.04, 0.2),
    baseline: model,
    current: constantFrom(-1, 0, 1, 2),
    denied: constantFrom(-1, 0, 1, 2),
  });

  it('is enough, and less of it is not', () => {
    let checked = 0;
    assert(
      property(cases, ({ qualities, margin, baseline, current, denied }) => {
        const build = (values: readonly number[]): Policy =>
          buildConstantPolicy({
            scorer: { kind: 'constant', quality: Float32Array.from(values) },
            baseline: ids[baseline] as string,
            objectives: [buildObjective({ margin })],
          });
        const options: DecideOptions = {
          ...(current >= 0 && { current: { model: ids[current] as string } }),
          ...(denied >= 0 && { constraints: { deny: [ids[denied] as string] } }),
        };
        for (const { model: id, qualityMore } of find(build(qualities), options)) {
          expect(qualityMore).toBeGreaterThanOrEqual(-1e-6);
          const choose = (more: number): string | null =>
            decide(
              build(qualities.map((value, index) => (ids[index] === id ? value + more : value))),
              options,
            ).model;
          expect(choose((qualityMore as number) + 1e-5)).toBe(id);
          expect(choose((qualityMore as number) - 1e-5)).not.toBe(id);
          checked += 1;
        }
      }),
    );
    expect(checked).toBeGreaterThan(0);
  });

  it('is what the baseline lacks beyond the margin', () => {
    const policy = buildConstantPolicy({
      scorer: { kind: 'constant', quality: Float32Array.of(0.95, 0.9, 0.6) },
      objectives: [buildObjective({ margin: 0.04 })],
    });
    expect(decide(policy)).toMatchObject({ model: 'small', reason: 'best_utility' });
    const [baseline] = find(policy);
    expect(baseline).toMatchObject({ model: 'large', qualityMore: expect.closeTo(0.01, 6) });
  });

  it('is unknown where the order of the fallbacks decided', () => {
    const novel = buildMixturePolicy({ noveltyLimit: 0 });
    const decision = decide(novel, { constraints: { deny: [novel.baseline] } });
    expect(decision.reason).toBe('next_best');
    const found = find(novel, { constraints: { deny: [novel.baseline] } });
    expect(found.map(({ qualityMore }) => qualityMore)).toEqual([null]);
  });
});

describe('why estimates are not followed', () => {
  const constraints = { deny: ['large'] };
  it.each<[string, Policy, DecideOptions, ReturnType<typeof findDistrust>]>([
    ['a novel prompt', buildMixturePolicy(), {}, 'novel_prompt'],
    ['one without the baseline', buildMixturePolicy(), { constraints }, 'novel_prompt'],
    [
      'an uncertain task without the baseline',
      buildMixturePolicy({
        noveltyLimit: 1,
        objectives: [buildObjective({ confidenceLimit: 1 })],
      }),
      { constraints },
      'uncertain_task',
    ],
    [
      'one model for all prompts',
      buildMixturePolicy({ objectives: [buildObjective({ constantModel: 'large' })] }),
      { constraints },
      null,
    ],
    ['a named model', buildMixturePolicy(), { model: 'small' }, null],
    ['a familiar prompt', buildConstantPolicy(), { constraints }, null],
  ])('is said of %s', (_, policy, options, expected) => {
    const decision = decide(policy, options);
    if (decision.kind !== 'chosen') throw new Error('nothing was chosen');
    expect(findDistrust(policy, decision, options.task)).toBe(expected);
  });
});
