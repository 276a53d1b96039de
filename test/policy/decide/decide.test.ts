import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/file/policy.js';
import { createDecide } from '../../../src/policy/decide/decide.js';
import type { DecideOptions } from '../../../src/policy/decide/decision.js';
import { writePlantedPrompt } from '../../support/planted-outcomes.js';
import { createRandom } from '../../../src/util/random.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  buildPolicyModel,
} from '../../support/routing-policy.js';

const digest = 'sha256:test';

function decide(options: DecideOptions = {}, changes: Partial<Policy> = {}) {
  return createDecide(buildConstantPolicy(changes), digest)('Add 2 and 3.', options);
}

describe('decide', () => {
  it('takes the default objective, and says all that the choice rests on', () => {
    expect(decide()).toEqual({
      kind: 'chosen',
      model: 'large',
      reason: 'baseline_holds',
      explanation: 'large is the baseline, and no model is known to beat it for "quality".',
      notes: [],
      objective: 'quality',
      weights: { costWeightPerUsd: 0, latencyWeightPerSecond: 0, margin: 0 },
      session: null,
      ranked: [
        {
          model: 'large',
          quality: expect.closeTo(0.9, 6),
          costUsd: 0.01,
          latencyMs: 2000,
          utility: expect.closeTo(0.9, 6),
        },
        {
          model: 'small',
          quality: expect.closeTo(0.7, 6),
          costUsd: 0.001,
          latencyMs: 500,
          utility: expect.closeTo(0.7, 6),
        },
        {
          model: 'local',
          quality: expect.closeTo(0.6, 6),
          costUsd: null,
          latencyMs: null,
          utility: expect.closeTo(0.6, 6),
        },
      ],
      excluded: [],
      task: [],
      novelty: 0,
      confidence: 1,
      propensity: 1,
      exploration: null,
      policyDigest: digest,
      simulated: false,
    });
  });

  it('takes the objective that the request names', () => {
    const decision = decide({ objective: 'cost' });
    expect(decision).toMatchObject({ model: 'small', reason: 'best_utility', objective: 'cost' });
    expect(decision.ranked.map(({ model }) => model)).toEqual(['small', 'large', 'local']);
    expect(decision.ranked[2]?.utility).toBeNull();
  });

  it('takes the default for an unknown objective, and says so', () => {
    const decision = decide({ objective: 'speed' });
    expect(decision).toMatchObject({ model: 'large', objective: 'quality' });
    expect(decision.explanation).toMatch(/^Unknown objective "speed", "quality" used instead\./);
    expect(decide({ objective: '__proto__' }).objective).toBe('quality');
  });

  it('uses one model where routing does not pay for the objective', () => {
    const objectives = [buildObjective({ constantModel: 'small' })];
    expect(decide({}, { objectives })).toMatchObject({
      model: 'small',
      reason: 'routing_does_not_pay',
    });
  });

  it('uses a model that the request names', () => {
    expect(decide({ model: 'local' })).toMatchObject({ model: 'local', reason: 'named_model' });
    expect(decide({ model: 'local' }).ranked.map(({ model }) => model)).toEqual([
      'local',
      'large',
      'small',
    ]);
  });

  it('says so where the model that is asked for is unknown or excluded', () => {
    const unknown = decide({ model: 'huge' });
    expect(unknown).toMatchObject({
      model: 'large',
      reason: 'baseline_holds',
      notes: ['unknown_model'],
    });
    expect(unknown.explanation).toMatch(/does not know or may not use "huge"/);
    const denied = decide({ model: 'local', constraints: { deny: ['local'] } });
    expect(denied).toMatchObject({
      model: 'large',
      reason: 'baseline_holds',
      notes: ['model_excluded'],
    });
    expect(denied.explanation).toMatch(/may not use "local"/);
  });

  it('passes on that the policy was learned from simulated models', () => {
    expect(decide({}, { simulated: true }).simulated).toBe(true);
  });

  it('ranks models of equal utility in the order of the policy', () => {
    const scorer = { kind: 'constant', quality: Float32Array.of(0.5, 0.5, 0.5) } as const;
    expect(decide({}, { scorer }).ranked.map(({ model }) => model)).toEqual([
      'large',
      'small',
      'local',
    ]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['an unknown name', { maxCost: 1 }, 'unknown constraint "maxCost"'],
    ['NaN', { minQuality: Number.NaN }, 'the constraint minQuality is not a number'],
    ['a text for a limit', { maxCostUsd: '1' }, 'the constraint maxCostUsd is not a number'],
    ['a text for a list', { allow: 'large-and-small' }, 'the constraint allow is not a list'],
    ['no object', 'cheap', 'the constraints are not an object'],
  ])('rules out every model where a constraint is %s', (_, constraints, reason) => {
    const decision = decide({ constraints: constraints as never });
    expect(decision.kind).toBe('no_feasible_model');
    expect(decision.excluded).toHaveLength(3);
    for (const excluded of decision.excluded) expect(excluded.reason).toContain(reason);
  });

  it('is taken for no options where the options are null', () => {
    expect(createDecide(buildConstantPolicy({}), digest)('hi', null as never).kind).toBe('chosen');
  });

  it('is said in the explanation where it is the prompt', () => {
    const decideAny = createDecide(buildConstantPolicy({}), digest);
    expect(decideAny({} as never).explanation).toContain('no text');
    expect(decideAny([{ role: 'user', content: 'Add 2 and 3.' }]).explanation).not.toContain(
      'no text',
    );
  });
});

describe('constraints', () => {
  it.each<[string, DecideOptions['constraints'], Readonly<Record<string, RegExp>>]>([
    [
      'models that are not allowed',
      { allow: ['small'] },
      { large: /not in the allowed/, local: /not in the allowed/ },
    ],
    ['models that are denied', { deny: ['large'] }, { large: /in the denied/ }],
    [
      'models that cost more, or nobody knows what',
      { maxCostUsd: 0.005 },
      { large: /cost \$0\.01, more than \$0\.005/, local: /cost unknown/ },
    ],
    [
      'models that take longer at their 95th percentile, or nobody knows how long',
      { maxLatencyMs: 1500 },
      { large: /within 4000 ms, longer than 1500 ms/, local: /latency unknown/ },
    ],
    [
      'models of lower quality',
      { minQuality: 0.8 },
      { small: /quality 0\.7, below 0\.8/, local: /0\.6/ },
    ],
  ])('exclude %s, each with its reason', (_, constraints, expected) => {
    const decision = decide({ constraints: constraints ?? {} });
    expect(decision.excluded.map(({ model }) => model)).toEqual(Object.keys(expected));
    for (const { model, reason } of decision.excluded)
      expect(reason).toMatch(expected[model] as RegExp);
    const left = ['large', 'small', 'local'].filter((model) => !(model in expected));
    expect(decision.ranked.map(({ model }) => model)).toEqual(left);
    expect(decision.model).toBe(left[0]);
  });

  it('take the next best where the wanted model is excluded', () => {
    expect(decide({ constraints: { deny: ['large'] } })).toMatchObject({
      model: 'small',
      reason: 'next_best',
    });
    const objectives = [buildObjective({ constantModel: 'small' })];
    expect(decide({ constraints: { deny: ['small'] } }, { objectives })).toMatchObject({
      model: 'large',
      reason: 'next_best',
    });
  });

  it('say whether the next best is the best of the others or the baseline', () => {
    const scorer = { kind: 'constant', quality: Float32Array.of(0.9, 0.8, 0.805) } as const;
    const constraints = { deny: ['small'] };
    const explain = (margin: number) =>
      decide({ constraints }, { scorer, objectives: [buildObjective({ margin })] }).explanation;
    expect(explain(0)).toBe('local is the best eligible model.');
    expect(explain(0.01)).toBe('large is the baseline, and no eligible model is known to beat it.');
  });

  it.each<[DecideOptions['constraints'], string]>([
    [{ maxCostUsd: 0.0100123 }, 'expected to cost $0.0100124, more than $0.0100123'],
    [{ maxCostUsd: 0.01001 }, 'expected to cost $0.010012, more than $0.01001'],
    [{ maxCostUsd: 0.005 }, 'expected to cost $0.01, more than $0.005'],
    [{ maxLatencyMs: 4000 }, '95 % expected within 4000.4 ms, longer than 4000 ms'],
    [{ maxLatencyMs: 1500 }, '95 % expected within 4000 ms, longer than 1500 ms'],
    [{ minQuality: 0.93 }, 'estimated quality 0.9297, below 0.93'],
  ])('quote the limit as given, and an estimate that differs from it: %j', (constraints, said) => {
    const large = buildPolicyModel('large', { costUsd: 0.0100124, latencyMs: 2000.2 });
    const models = buildConstantPolicy().models.map((one) => (one.id === 'large' ? large : one));
    const scorer = { kind: 'constant', quality: Float32Array.of(0.7, 0.9297, 0.6) } as const;
    const { excluded } = decide({ constraints: constraints ?? {} }, { models, scorer });
    expect(excluded.find(({ model }) => model === 'large')?.reason).toBe(said);
  });

  it('may be met exactly', () => {
    const constraints = { maxCostUsd: 0.01, maxLatencyMs: 4000 };
    expect(decide({ constraints }).model).toBe('large');
  });

  it('that nothing meets give no model, and every reason', () => {
    const decision = decide({ constraints: { maxCostUsd: 0 } });
    expect(decision).toMatchObject({
      kind: 'no_feasible_model',
      model: null,
      reason: 'no_feasible_model',
      ranked: [],
    });
    expect(decision.excluded).toHaveLength(3);
    expect(decide({ constraints: { allow: [] } }).model).toBeNull();
  });

  it('do not know models by the names of the prototype', () => {
    expect(decide({ constraints: { allow: ['__proto__', 'toString'] } }).model).toBeNull();
  });
});

describe('unknown costs', () => {
  it('are never taken for free ones', () => {
    const scorer = { kind: 'constant', quality: Float32Array.of(0.7, 0.9, 0.89) } as const;
    const objectives = [buildObjective({ costWeightPerUsd: 1 })];
    const decision = decide({}, { scorer, objectives });
    expect(decision.model).toBe('large');
    expect(decision.ranked.at(-1)).toMatchObject({ model: 'local', utility: null });
  });

  it('of the baseline leave nothing to compare with, and the explanation says so', () => {
    const unpriced = { baseline: 'local', fallbackOrder: ['local', 'large', 'small'] };
    const decision = decide({ objective: 'cost' }, unpriced);
    expect(decision).toMatchObject({ model: 'small', reason: 'best_utility' });
    expect(decision.explanation).toBe('small is the best whose utility is known for "cost".');
    const priced = decide({ objective: 'cost' });
    expect(priced.explanation).toBe('small is expected to beat the baseline large for "cost".');
  });

  it('of all models leave the baseline, rather than none', () => {
    const models = ['small', 'large', 'local'].map((id) => buildPolicyModel(id));
    const objectives = [buildObjective({ costWeightPerUsd: 1 })];
    expect(decide({}, { models, objectives })).toMatchObject({ kind: 'chosen', model: 'large' });
  });
});

describe('a task mixture', () => {
  const policy = buildMixturePolicy();
  const decideByMixture = createDecide(policy, digest);
  const known = writePlantedPrompt('code', createRandom(3));

  it('chooses by the prompt', () => {
    const random = createRandom(4);
    const chosen = new Set(
      Array.from({ length: 200 }, (_, index) =>
        decideByMixture(writePlantedPrompt(policy.tasks[index % 4] as string, random)),
      ).map(({ model }) => model),
    );
    expect(chosen.size).toBeGreaterThan(1);
  });

  it('names the tasks that the prompt looks like, most likely first', () => {
    const { task } = decideByMixture(known);
    const probabilities = task.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(0.9);
    expect(task.every((one) => policy.tasks.includes(one.task))).toBe(true);
  });

  it('leaves a prompt unlike the training data to the baseline', () => {
    const novel = decideByMixture('zyxwv qponm lkjih gfedc');
    expect(novel).toMatchObject({ model: 'large', reason: 'novel_prompt' });
    expect(novel.novelty).toBeGreaterThan(policy.noveltyLimit);
    expect(decideByMixture(known).reason).not.toBe('novel_prompt');
  });

  it('leaves a prompt of no clear task to the baseline, where the objective asks for clarity', () => {
    const objectives = [buildObjective({ confidenceLimit: 1 })];
    const decision = createDecide({ ...policy, objectives }, digest)(known);
    expect(decision).toMatchObject({ model: 'large', reason: 'uncertain_task' });
    expect(decision.explanation).toContain('no task is certain enough');
  });

  it('lets a name and the constraints go before novelty', () => {
    const prompt = 'zyxwv qponm lkjih gfedc';
    expect(decideByMixture(prompt, { model: 'small' }).reason).toBe('named_model');
    expect(decideByMixture(prompt, { constraints: { deny: ['large'] } }).reason).toBe('next_best');
  });

  it('takes the task that the caller names in place of the one it would recognize', () => {
    const named = policy.tasks.map((task) => decideByMixture(known, { task }));
    named.forEach((decision, index) => {
      expect(decision.task).toEqual([{ task: policy.tasks[index], probability: 1 }]);
      expect(decision.confidence).toBe(1);
      expect(decision.notes).toEqual([]);
    });
    expect(new Set(named.map(({ ranked }) => JSON.stringify(ranked))).size).toBe(named.length);
  });

  it('does not leave a prompt of a named task to the baseline, however novel', () => {
    const task = policy.tasks[0] as string;
    const objectives = [buildObjective({ confidenceLimit: 1 })];
    const decideNamed = createDecide({ ...policy, objectives }, digest);
    for (const prompt of ['zyxwv qponm lkjih gfedc', known]) {
      expect(['best_utility', 'baseline_holds']).toContain(decideNamed(prompt, { task }).reason);
    }
  });

  it('notes a named task that it does not know, and recognizes the task instead', () => {
    const { notes, explanation, ...rest } = decideByMixture(known, { task: 'no such task' });
    const { notes: _, explanation: plain, ...recognized } = decideByMixture(known);
    expect(notes).toEqual(['unknown_task']);
    expect(explanation).toBe(`Note: unknown task. ${plain}`);
    expect(rest).toEqual(recognized);
  });

  it('expects a longer prompt to cost more', () => {
    const costOf = (prompt: string): number =>
      decideByMixture(prompt).ranked.find(({ model }) => model === 'small')?.costUsd ?? Number.NaN;
    const added = ' of the a with'.repeat(10);
    const difference = costOf(known + added) - costOf(known);
    expect(difference).toBeGreaterThan(0);
  });

  it('decides the same every time, whatever was asked in between', () => {
    const first = decideByMixture(known);
    const kept = structuredClone(first);
    decideByMixture('something else entirely, and much longer than the prompt before');
    expect(first).toEqual(kept);
    expect(decideByMixture(known)).toEqual(kept);
  });
});
