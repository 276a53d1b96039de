import { describe, expect, it } from 'vitest';
import { AddedBuyer } from '../../../../src/learn/adaptive/added/added-buyer.js';
import { buildAddedWorld, buyAdded } from '../../../support/added-world.js';

const close = [
  [0.7, 0.5, 0.72],
  [0.5, 0.7, 0.3],
  [0.6, 0.6, 0.3],
];
const settings = { promptCount: 1500, share: 0.1, seed: 3 };

describe('AddedBuyer', () => {
  it('buys its share to learn, then all held-out prompts of a model that may be of use', () => {
    const { rounds, ending, buyer } = buyAdded(
      buildAddedWorld(
        [
          [0.5, 0.4, 0.75],
          [0.6, 0.5, 0.3],
        ],
        settings,
      ),
    );
    expect(ending).toBe('useful');
    const bought = rounds.flat();
    expect(bought.filter(({ reason }) => reason !== 'hold_out')).toHaveLength(buyer.learningCells);
    const heldOut = bought.filter(({ reason }) => reason === 'hold_out');
    expect(heldOut.map(({ prompt }) => prompt)).toEqual([...buyer.heldOut]);
    expect(rounds.at(-1)).toEqual(heldOut);
    expect(buyer.heldOut).toHaveLength(225);
  });

  it('asks no held-out prompt of a model that is far behind everywhere', () => {
    const { rounds, ending } = buyAdded(
      buildAddedWorld(
        [
          [0.8, 0.7, 0.3],
          [0.6, 0.8, 0.3],
        ],
        settings,
      ),
    );
    expect(ending).toBe('no_use');
    expect(rounds.flat().every(({ reason }) => reason !== 'hold_out')).toBe(true);
  });

  it('asks most where the model is close to the best one', () => {
    const world = buildAddedWorld(close, settings);
    const { rounds } = buyAdded(world);
    const learned = rounds.flat().filter(({ reason }) => reason === 'round');
    const asked = [0, 1, 2].map(
      (task) => learned.filter(({ prompt }) => world.problem.taskOf[prompt] === task).length,
    );
    expect(asked[0]).toBeGreaterThan(asked[1]!);
    expect(asked[0]).toBeGreaterThan(asked[2]!);
  });

  describe('where prompts have weights', () => {
    const means = [
      [0.5, 0.4, 0.75],
      [0.6, 0.5, 0.3],
    ];
    const buyWith = (weightOfTask: readonly number[]) => {
      const world = buildAddedWorld(means, settings);
      const weights = Float64Array.from(
        world.problem.taskOf,
        (task) => weightOfTask[task] as number,
      );
      return buyAdded({ ...world, problem: { ...world.problem, weights } });
    };

    it('takes a model for useful by what its prompts stand for, not by their number', () => {
      expect(buyWith([1, 1]).ending).toBe('useful');
      expect(buyWith([0.001, 2]).ending).toBe('no_use');
      expect(buyWith([2, 0.001]).ending).toBe('useful');
    });

    it('does not depend on their unit', () => {
      expect(buyWith([0.0001, 0.0003]).rounds).toEqual(buyWith([100, 300]).rounds);
    });

    it('asks most of the tasks that stand for most', () => {
      const world = buildAddedWorld(
        [
          [0.6, 0.5, 0.6],
          [0.6, 0.5, 0.6],
        ],
        settings,
      );
      const countOf = (heavy: number): number => {
        const weights = world.problem.taskOf.map((task) => (task === heavy ? 25 : 1));
        const problem = { ...world.problem, weights: Float64Array.from(weights) };
        const learned = buyAdded({ ...world, problem }).rounds.flat();
        return learned.filter(
          ({ prompt, reason }) => reason === 'round' && world.problem.taskOf[prompt] === 0,
        ).length;
      };
      expect(countOf(0)).toBeGreaterThan(2 * countOf(1));
    });
  });

  it('never buys a cell twice, nor learns from a held-out prompt', () => {
    const { rounds, buyer } = buyAdded(buildAddedWorld(close, { ...settings, share: 1 }));
    const prompts = rounds.flat().map(({ prompt }) => prompt);
    expect(new Set(prompts).size).toBe(prompts.length);
    const heldOut = new Set(buyer.heldOut);
    for (const { prompt, reason } of rounds.flat()) {
      expect(heldOut.has(prompt)).toBe(reason === 'hold_out');
    }
  });

  it('records the chance with which each prompt was drawn of those left of its task', () => {
    const purchases = buyAdded(buildAddedWorld(close, settings)).rounds.flat();
    expect(purchases.length).toBeGreaterThan(0);
    for (const { probability } of purchases) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  it('buys the same whatever the order in which answers arrive', () => {
    const world = buildAddedWorld(close, settings);
    const backwards = buyAdded(world, (purchases) => purchases.reverse());
    expect(backwards.rounds).toEqual(buyAdded(world).rounds);
  });

  it('ends where none of the first answers could be graded, which says nothing of its use', () => {
    const world = buildAddedWorld(close, settings);
    const failed = buyAdded({ ...world, grades: world.grades.map(() => Number.NaN) });
    expect(failed.ending).toBe('no_outcomes');
    expect(failed.rounds).toHaveLength(1);
  });

  it('takes answers to repeated calls where no first one had any, and only there', () => {
    const world = buildAddedWorld(close, settings);
    const startWith = (firstOf: (prompt: number) => number | null): readonly unknown[] => {
      const buyer = new AddedBuyer(world.problem);
      const start = buyer.decide();
      if (start.kind !== 'round') throw new Error('no start');
      for (const { prompt } of start.purchases) {
        buyer.note(prompt, firstOf(prompt));
        buyer.note(prompt, world.grades[prompt] ?? null);
      }
      const next = buyer.decide();
      return next.kind === 'round' ? next.purchases.map(({ prompt }) => prompt) : [next.kind];
    };
    const whole = startWith((prompt) => world.grades[prompt] ?? null);
    expect(startWith(() => null)).toEqual(whole);
    const isLost = (prompt: number): boolean => prompt % 2 === 0;
    const half = startWith((prompt) => (isLost(prompt) ? null : (world.grades[prompt] ?? null)));
    expect(half).not.toEqual(whole);
  });

  it('goes on without the outcomes of some calls', () => {
    const world = buildAddedWorld(close, settings);
    const grades = world.grades.map((grade, prompt) => (prompt % 4 === 0 ? Number.NaN : grade));
    const { buyer, ending } = buyAdded({ ...world, grades });
    expect(ending).not.toBe('no_outcomes');
    expect(buyer.estimate?.quality.every(Number.isFinite)).toBe(true);
  });

  it('buys no more than it says, also where the least number of each task is more than the share', () => {
    const { rounds, buyer } = buyAdded(buildAddedWorld(close, { ...settings, share: 0.001 }));
    const learned = rounds.flat().filter(({ reason }) => reason !== 'hold_out');
    expect(learned).toHaveLength(buyer.learningCells);
    expect(learned).toHaveLength(6);
  });
});
