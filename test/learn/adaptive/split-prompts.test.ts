import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPrompts } from '../../../src/learn/adaptive/split-prompts.js';
import { buildAdaptiveWorld } from '../../support/adaptive-world.js';

const world = buildAdaptiveWorld([[0.5], [0.5], [0.5]], { promptCount: 200, seed: 1 });
const problem = { ...world.problem, holdOutShare: 0.15 };

describe('splitPrompts', () => {
  it('puts every prompt in one place, whole groups on one side', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, groupSize) => {
        const groups = problem.groups.map((prompt) => Math.floor(prompt / groupSize));
        const { heldOut, orderOfTask } = splitPrompts({ ...problem, groups, seed });
        const all = [...heldOut, ...orderOfTask.flatMap((prompts) => [...prompts])];
        expect(all.toSorted((a, b) => a - b)).toEqual([...problem.groups.keys()]);
        const heldOutGroups = new Set([...heldOut].map((prompt) => groups[prompt]));
        for (const prompt of orderOfTask.flatMap((prompts) => [...prompts])) {
          expect(heldOutGroups.has(groups[prompt])).toBe(false);
        }
        expect(Math.abs(heldOut.length - 30)).toBeLessThanOrEqual(15);
      }),
    );
  });

  it('holds out every prompt with the same chance', () => {
    const counts = new Float64Array(200);
    for (let seed = 0; seed < 400; seed++) {
      for (const prompt of splitPrompts({ ...problem, seed }).heldOut) counts[prompt]! += 1;
    }
    // 60 expected, with a standard deviation of 7.1: beyond five of them, chance is no excuse.
    for (const count of counts) expect(Math.abs(count - 60)).toBeLessThan(36);
  });

  it('holds out large groups with nearly the same chance as single prompts', () => {
    // Five groups of 20 prompts, and 100 prompts of their own.
    const groups = problem.groups.map((prompt) => (prompt < 100 ? prompt % 5 : prompt));
    const counts = { large: 0, single: 0 };
    const trials = 2000;
    for (let seed = 0; seed < trials; seed++) {
      for (const prompt of splitPrompts({ ...problem, groups, seed }).heldOut) {
        counts[prompt < 100 ? 'large' : 'single'] += 1 / (100 * trials);
      }
    }
    expect(counts.large).toBeGreaterThan(0.13);
    expect(counts.single).toBeGreaterThan(0.13);
    expect(counts.large + counts.single).toBeLessThan(0.34);
  });

  it('never holds out a group that is larger than all that is held out, and counts it', () => {
    const groups = problem.groups.map((prompt) => (prompt < 40 ? 0 : prompt));
    const { heldOut, heldOutProbability, neverHeldOut } = splitPrompts({ ...problem, groups });
    expect(neverHeldOut).toBe(40);
    expect(heldOutProbability).toBe(30 / 160);
    expect(splitPrompts(problem).neverHeldOut).toBe(0);
    expect(heldOut).toHaveLength(30);
    expect([...heldOut].every((prompt) => prompt >= 40)).toBe(true);
  });

  it('keeps the prompts of a task together, in an order that is not the given one', () => {
    const { orderOfTask } = splitPrompts(problem);
    orderOfTask.forEach((prompts, task) => {
      expect([...prompts].every((prompt) => prompt % 3 === task)).toBe(true);
      expect([...prompts]).not.toEqual([...prompts].sort((a, b) => a - b));
    });
  });
});
