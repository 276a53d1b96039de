import { describe, expect, it } from 'vitest';
import { explainDecision } from '../../../../src/learn/evaluate/diagnose/explain-decision.js';
import type { ChatMessage, Prompt } from '../../../../src/llm/chat.js';
import type { Policy } from '../../../../src/policy/file/policy.js';
import { createDecide } from '../../../../src/policy/decide/decide.js';
import type { DecideOptions, Decision } from '../../../../src/policy/decide/decision.js';
import { buildLargePolicy } from '../../../support/large-policy.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
} from '../../../support/routing-policy.js';

function decideAndExplain(policy: Policy, prompt: Prompt, options: DecideOptions = {}) {
  const decision = createDecide(policy, 'sha256:test')(prompt, options);
  if (decision.kind !== 'chosen') throw new Error('nothing was chosen');
  return { decision, explanation: explainDecision(policy, prompt, decision, options.task) };
}

const prompt = 'return the sort function of this array, please';
const open = buildMixturePolicy({ noveltyLimit: 1 });

describe('the features that spoke', () => {
  const { decision, explanation } = decideAndExplain(open, prompt);
  const quality = (text: string) => {
    const { ranked } = createDecide(open, 'sha256:test')(text);
    const of = (model: string | undefined) =>
      ranked.find((item) => item.model === model)?.quality as number;
    return of(decision.model) - of(explanation.comparedWith as string);
  };

  it('are words of the prompt and measures of its shape, strongest first', () => {
    const { features } = explanation;
    expect(new Set(features.map(({ kind }) => kind))).toEqual(new Set(['word', 'shape']));
    const words = features.filter(({ kind }) => kind === 'word');
    expect(words.every(({ feature }) => prompt.includes(feature))).toBe(true);
    const sizes = features.map(({ effect }) => Math.abs(effect));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('have the effect that leaving the word out has', () => {
    const word = explanation.features.find(({ kind }) => kind === 'word');
    const without = prompt.replace(word?.feature as string, '');
    expect(word?.effect).toBeCloseTo(quality(prompt) - quality(without), 5);
  });

  it('are words of the turn that the decision read, with the effect of leaving them out there', () => {
    const turns = ['dear neighbour, a polite reply', 'add twelve and 17', prompt];
    const converse = (last: string): ChatMessage[] =>
      [...turns.slice(0, -1), last].map((content) => ({ role: 'user', content }));
    const talk = decideAndExplain(open, { messages: converse(prompt) });
    const [chosen, other] = talk.decision.ranked;
    const lead = (last: string): number => {
      const { ranked } = createDecide(open, 'sha256:test')({ messages: converse(last) });
      const of = (id?: string) => ranked.find(({ model }) => model === id)?.quality ?? Number.NaN;
      return of(chosen?.model) - of(other?.model);
    };
    const words = talk.explanation.features.filter(({ kind }) => kind === 'word');
    expect(words.length).toBeGreaterThan(2);
    for (const { feature, effect } of words) {
      expect(prompt.split(/\W+/)).toContain(feature);
      expect(effect).toBeCloseTo(lead(prompt) - lead(prompt.replace(feature, '')), 5);
    }
  });

  it('add to what the task gives, and both make the difference in quality', () => {
    const { lead } = explanation;
    expect(lead?.total).toBeCloseTo(quality(prompt), 6);
    expect((lead?.task ?? 0) + (lead?.prompt ?? 0)).toBeCloseTo(lead?.total ?? NaN, 12);
    expect(lead?.task).not.toBe(0);
  });

  it('are those within the task where the caller named it', () => {
    for (const task of open.tasks) {
      const told = decideAndExplain(open, prompt, { task });
      const [chosen, other] = told.decision.ranked;
      const lead = (chosen?.quality ?? NaN) - (other?.quality ?? NaN);
      expect(told.explanation.lead?.total).toBeCloseTo(lead, 6);
    }
  });

  it('are none where one model takes every prompt', () => {
    const constant = decideAndExplain(buildConstantPolicy(), prompt).explanation;
    expect(constant).toMatchObject({ features: [], lead: null });
  });
});

describe('what would have changed the choice', () => {
  it.each<[string, (policy: Policy, size: number) => Policy]>([
    [
      'quality',
      (policy, size) => ({
        ...policy,
        scorer: { kind: 'constant', quality: Float32Array.of(0.7 + size, 0.9, 0.6) },
      }),
    ],
  ])('does, where %s changes by a little more, and not by a little less', (_, change) => {
    const policy = buildConstantPolicy({ objectives: [buildObjective({ margin: 0.05 })] });
    const { explanation } = decideAndExplain(policy, prompt);
    const small = explanation.counterfactuals.find(({ model }) => model === 'small');
    const needed = small?.qualityMore as number;
    expect(needed).toBeCloseTo(0.25, 6);
    const modelOf = (size: number): Decision['model'] =>
      createDecide(change(policy, size), 'sha256:test')(prompt).model;
    expect(modelOf(needed - 1e-4)).toBe('large');
    expect(modelOf(needed + 1e-4)).toBe('small');
  });

  it('is a lower cost or latency only where these count, and can be low enough', () => {
    const objectives = [buildObjective({ costWeightPerUsd: 10, latencyWeightPerSecond: 0.01 })];
    const { decision, explanation } = decideAndExplain(buildConstantPolicy({ objectives }), prompt);
    expect(decision.ranked.map(({ model }) => model)).toEqual(['large', 'small', 'local']);
    // large: .9 - .1 - .02 = .78; small: .7 - .01 - .005 = .685
    expect(explanation.counterfactuals).toEqual([
      {
        model: 'small',
        qualityMore: expect.closeTo(0.095, 6),
        costLessUsd: null,
        latencyLessMs: null,
      },
      { model: 'local', qualityMore: null, costLessUsd: null, latencyLessMs: null },
    ]);
    const dear = [buildObjective({ costWeightPerUsd: 24 })];
    const [first] = decideAndExplain(buildConstantPolicy({ objectives: dear }), prompt, {
      model: 'small',
    }).explanation.counterfactuals;
    expect(first?.costLessUsd).toBeNull();
    const cheaper = decideAndExplain(buildConstantPolicy({ objectives: dear }), prompt);
    expect(cheaper.decision.model).toBe('small');
    expect(cheaper.explanation.counterfactuals[0]?.costLessUsd).toBeCloseTo(0.016 / 24, 6);
  });
});

describe('the ranges of the estimates', () => {
  it('hold the estimates, and the latency reaches its 95th percentile', () => {
    const { models } = decideAndExplain(open, prompt).explanation;
    for (const { quality, qualityRange, latencyMs, latencyRangeMs } of models) {
      expect(qualityRange[0]).toBeLessThanOrEqual(quality);
      expect(qualityRange[1]).toBeGreaterThanOrEqual(quality);
      expect(latencyRangeMs === null).toBe(latencyMs === null);
    }
    const timed = models.filter(({ latencyMs }) => latencyMs !== null);
    expect(timed).not.toEqual([]);
    for (const { latencyMs, latencyRangeMs } of timed) {
      expect(latencyRangeMs?.[1]).toBeGreaterThan(latencyMs ?? NaN);
    }
  });

  it('are known of a prompt that could be of any of many tasks', () => {
    const many = buildLargePolicy({ tasks: 57, models: 3, features: 300 });
    if (many.scorer.kind !== 'task_mixture') throw new Error('no task mixture');
    const taskClassifier = { ...many.scorer.taskClassifier, scales: new Float32Array(57) };
    const vague = { ...many, noveltyLimit: 1, scorer: { ...many.scorer, taskClassifier } };
    const { decision, explanation } = decideAndExplain(vague, prompt);
    expect(Math.max(...decision.task.map(({ probability }) => probability))).toBeLessThan(0.05);
    for (const { quality, qualityRange, costUsd, costRangeUsd } of explanation.models) {
      expect(qualityRange[0]).toBeLessThanOrEqual(quality);
      expect(qualityRange[1]).toBeGreaterThanOrEqual(quality);
      expect(qualityRange.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(costRangeUsd?.map(Number)).toEqual([
        expect.closeTo(costUsd ?? Number.NaN, 9),
        expect.closeTo(costUsd ?? Number.NaN, 9),
      ]);
    }
  });

  it('rise from the median to the 95th percentile for a constant policy too', () => {
    const { explanation } = decideAndExplain(buildConstantPolicy(), prompt);
    const known = explanation.models.filter(({ latencyMs }) => latencyMs !== null);
    expect(known.length).toBeGreaterThan(0);
    for (const { latencyMs, latencyRangeMs, costUsd, costRangeUsd } of known) {
      expect(latencyRangeMs?.[1]).toBeGreaterThanOrEqual(latencyMs ?? NaN);
      if (costUsd !== null) expect(costRangeUsd?.[0]).toBeCloseTo(costUsd, 9);
    }
  });
});
