import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveBuyer } from '../../../src/learn/adaptive/adaptive-buyer.js';
import { createRandom, shuffle } from '../../../src/util/random.js';
import { buildAdaptiveWorld, listUsualRules, runBuyer } from '../../support/adaptive-world.js';
import { isLongRun } from '../../support/test-run.js';

/** Each model is the best on one task. */
const split = [
  [0.9, 0.3, 0.4],
  [0.3, 0.9, 0.4],
  [0.4, 0.3, 0.9],
];
/** No model differs from another, on any task. */
const tied = [
  [0.6, 0.6, 0.6],
  [0.4, 0.4, 0.4],
];
const world = buildAdaptiveWorld(split, { promptCount: 240, seed: 3 });
const usualRules = listUsualRules(720);
const keyOf = ({ prompt, model }: { prompt: number; model: number }): string =>
  `${prompt} ${model}`;

describe('AdaptiveBuyer', () => {
  it('buys the same cells in whatever order outcomes arrive', () => {
    const { rounds: expected, ending } = runBuyer(world);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const again = runBuyer(world, usualRules, (pending) => shuffle(pending, random));
        expect(again.rounds).toEqual(expected);
        expect(again.ending).toBe(ending);
      }),
      { numRuns: isLongRun ? 100 : 5 },
    );
  });

  it('buys the same whatever the unit of the weights', () => {
    const buyWith = (weight: number) => {
      const weights = new Float64Array(world.problem.taskOf.length).fill(weight);
      const { rounds, ending } = runBuyer({ ...world, problem: { ...world.problem, weights } });
      return { rounds, ending };
    };
    expect(buyWith(1 / 4096)).toEqual(buyWith(1));
  });

  it('goes on after a restart as if there had been none', () => {
    const { rounds: expected } = runBuyer(world);
    const restarted = new AdaptiveBuyer(world.problem, usualRules);
    const settled = new Set(expected.slice(0, 6).flat().map(keyOf));
    const replayed: (typeof expected)[number][] = [];
    for (let step = restarted.decide(); step.kind === 'round'; step = restarted.decide()) {
      replayed.push([...step.purchases]);
      for (const one of step.purchases) {
        if (!settled.has(keyOf(one))) continue;
        restarted.note(one.prompt, one.model, world.outcomeOf(one.prompt, one.model));
      }
    }
    expect(replayed).toEqual(expected.slice(0, replayed.length));
    expect(replayed.length).toBeGreaterThanOrEqual(7);
  });

  it('buys no cell twice, and nothing of a held-out prompt for learning', () => {
    const { rounds, buyer } = runBuyer(world);
    const all = rounds.flat();
    expect(new Set(all.map(keyOf)).size).toBe(all.length);
    const heldOut = new Set(buyer.heldOut);
    for (const { prompt, reason, probability } of all) {
      expect(heldOut.has(prompt)).toBe(reason === 'hold_out');
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  it('asks every model for some prompts of every task before it prefers any', () => {
    const { rounds } = runBuyer(world);
    const start = rounds.flat().filter(({ reason }) => reason === 'start');
    for (let task = 0; task < 3; task++) {
      for (let model = 0; model < 3; model++) {
        const own = start.filter((one) => one.prompt % 3 === task && one.model === model);
        expect(own.length).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('spends less on a model that is the worst everywhere', () => {
    const clear = buildAdaptiveWorld(
      [
        [0.8, 0.6, 0.1],
        [0.5, 0.7, 0.1],
      ],
      { promptCount: 1200, seed: 5 },
    );
    const { rounds, buyer } = runBuyer(clear);
    const counts = [0, 0, 0];
    for (const { model } of rounds.flat()) counts[model] = (counts[model] ?? 0) + 1;
    expect(counts[2]).toBeLessThan(0.4 * (counts[0] ?? 0));
    expect([...(buyer.state?.policy.choices ?? [])]).toEqual([0, 1]);
  });

  it('prefers the cheap one of tied models where money is short, and a free one all the more', () => {
    const buyAt = (cheapUsd: number, isBudgeted: boolean): readonly number[] => {
      const priced = buildAdaptiveWorld(tied, { promptCount: 1200, seed: 5 });
      const costs = Float64Array.of(cheapUsd, 0.01, 0.01);
      const problem = { ...priced.problem, expectedUsd: costs, isBudgeted };
      const outcomeOf: typeof priced.outcomeOf = (prompt, model) => ({
        ...priced.outcomeOf(prompt, model),
        costUsd: costs[model] ?? 0,
      });
      const rules = { ...listUsualRules(3600), maxLearningCells: 900 };
      const counts = [0, 0, 0];
      for (const { model } of runBuyer({ problem, outcomeOf }, rules).rounds.flat()) {
        counts[model] = (counts[model] ?? 0) + 1;
      }
      return counts.map((count) => count / counts[1]!);
    };
    const [cheap = 0] = buyAt(0.002, true);
    const [free = 0] = buyAt(0, true);
    expect(cheap).toBeGreaterThan(buyAt(0.002, false)[0] ?? 0);
    expect(buyAt(0.0001, true)[0]).toBeGreaterThan(cheap);
    expect(free).toBeGreaterThan(2 * cheap);
  });

  it('ends when routing is shown to pay, before everything is bought', () => {
    const large = buildAdaptiveWorld(split, { promptCount: 1200, seed: 3 });
    const { rounds, ending, buyer } = runBuyer(large);
    expect(ending).toBe('routing_pays');
    expect(rounds.flat().length).toBeLessThan(0.5 * 1200 * 3);
    expect(buyer.state?.evidence.gainEvidence).toBeGreaterThan(20);
    expect(buyer.state?.evidence.gain?.low).toBeGreaterThan(0);
  });

  it('ends when routing cannot pay what it must be worth', () => {
    const dull = buildAdaptiveWorld(
      [
        [0.9, 0.1],
        [0.9, 0.1],
      ],
      { promptCount: 3000, seed: 1 },
    );
    const rules = { ...usualRules, worth: 0.1, minCellGain: 0 };
    expect(runBuyer(dull, rules).ending).toBe('cannot_pay');
  });

  it('ends when nothing left to learn is worth a round', () => {
    const dull = buildAdaptiveWorld([[0.9, 0.1]], { promptCount: 600, seed: 1 });
    const { ending, rounds } = runBuyer(dull);
    expect(ending).toBe('not_worth_it');
    expect(rounds.flat().length).toBeLessThan(0.5 * 600 * 2);
  });

  it('never says that routing between tied models pays, but for chance', () => {
    const trials = isLongRun ? 300 : 30;
    let shown = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const equal = buildAdaptiveWorld(tied, { promptCount: 400, seed });
      if (runBuyer(equal).ending === 'routing_pays') shown += 1;
    }
    expect(shown / trials).toBeLessThanOrEqual(0.05);
  });

  it('goes on without the outcome of a cell that failed', () => {
    const buyer = new AdaptiveBuyer(world.problem, usualRules);
    for (let step = buyer.decide(); step.kind !== 'ended'; step = buyer.decide()) {
      if (step.kind === 'waiting') throw new Error('every cell is resolved');
      for (const { prompt, model } of step.purchases) {
        buyer.note(prompt, model, prompt % 5 === 0 ? null : world.outcomeOf(prompt, model));
      }
    }
    expect(buyer.state?.evidence.prompts).toBeGreaterThan(0);
  });

  it('buys nothing more of a model that can no longer be called, and decides without it', () => {
    const large = buildAdaptiveWorld(
      split.map((row) => [...row, 0.95]),
      { promptCount: 1200, seed: 3 },
    );
    const rules = { ...listUsualRules(4800), maxLearningCells: 1200 };
    const buyer = new AdaptiveBuyer(large.problem, rules);
    let never = 0;
    let ending = '';
    for (let step = buyer.decide(); ending === ''; step = buyer.decide()) {
      if (step.kind === 'waiting') throw new Error('every cell is resolved');
      if (step.kind === 'ended') ending = step.ending;
      else {
        for (const { prompt, model } of step.purchases) {
          if (model === 3) never += 1;
          if (model === 3) buyer.noteNeverCalled(prompt, model);
          else buyer.note(prompt, model, large.outcomeOf(prompt, model));
        }
      }
    }
    expect(ending).toBe('routing_pays');
    expect(never).toBe(buyer.startCells / 4);
    expect(buyer.state?.policy.inPlay).not.toContain(3);
    expect(buyer.state?.stoppedModels).toEqual(new Set([3]));
  });

  it('ends without a verdict when no model can be called', () => {
    const buyer = new AdaptiveBuyer(world.problem, usualRules);
    let step = buyer.decide();
    while (step.kind === 'round') {
      for (const { prompt, model } of step.purchases) buyer.noteNeverCalled(prompt, model);
      step = buyer.decide();
    }
    expect(step).toMatchObject({ kind: 'ended', ending: 'no_model_left' });
    expect(buyer.state?.evidence.gainEvidence).toBe(1);
  });

  it('looks for savings where these are asked for, and keeps the best model in play', () => {
    const dear = buildAdaptiveWorld(
      [
        [0.79, 0.8],
        [0.2, 0.8],
      ],
      { promptCount: 1600, seed: 2 },
    );
    const saving = { ...dear, problem: { ...dear.problem, objective: 'save' as const } };
    const { buyer } = runBuyer(saving);
    expect(buyer.state?.policy.choices[1]).toBe(1);
    expect(buyer.state?.policy.choices[0]).toBe(0);
    expect(buyer.state?.policy.inPlay).toContain(1);
  });

  it('gives prompts without a label a task of their own', () => {
    const taskOf = world.problem.taskOf.map((task) => (task === 2 ? -1 : task));
    const unlabeled = { ...world, problem: { ...world.problem, taskOf, taskCount: 2 } };
    const { rounds } = runBuyer(unlabeled);
    expect(rounds.flat().some(({ prompt }) => prompt % 3 === 2)).toBe(true);
  });
});
