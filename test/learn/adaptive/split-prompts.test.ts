import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPrompts } from '../../../src/learn/adaptive/split-prompts.js';
import { buildAdaptiveWorld } from '../../support/adaptive-world.js';

const { problem } = buildAdaptiveWorld([[0.5], [0.5], [0.5]], { promptCount: 200, seed: 1 });

describe('splitPrompts', () => {
  it('puts every prompt in one place, whole groups on one side', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, groupSize) => {
        const groups = problem.groups.map((prompt) => Math.floor(prompt / groupSize));
        const { heldOut, orderOfTask } = splitPrompts({ ...problem, groups, seed });
        const all = [...heldOut, ...orderOfTask.flatMap((prompts) => [...prompts])];
        expect(all.toSorted((a, b) => a - b)).toEqual([...problem.groups.keys()]);
        const heldOutGroups = new Set([...heldOut].map((prompt) => groups[prompt]));
        for (const prompt of orderOfTask.flatMap((prompts) => [...prompts])) {
          expect(heldOutGroups.has(groups[prompt])).toBe(false);
        }
        expect(heldOut.length).toBeLessThanOrEqual(30);
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

  it('keeps the prompts of a task together, in an order that is not the given one', () => {
    const { orderOfTask } = splitPrompts(problem);
    orderOfTask.forEach((prompts, task) => {
      expect([...prompts].every((prompt) => prompt % 3 === task)).toBe(true);
      expect([...prompts]).not.toEqual([...prompts].sort((a, b) => a - b));
    });
  });
});
