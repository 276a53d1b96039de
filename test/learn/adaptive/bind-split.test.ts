import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AdaptiveSource,
  type AdaptiveSettings,
} from '../../../src/learn/adaptive/adaptive-source.js';
import {
  extendSplit,
  noteAddition,
  readSplit,
  recordSplit,
} from '../../../src/learn/adaptive/bind-split.js';
import { planSweep, type SweepPlan } from '../../../src/measure/sweep/plan-sweep.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { buildExample } from '../../support/task-set.js';

const examples = Array.from({ length: 60 }, (_, index) => ({
  ...buildExample(`task-${index}`),
  prompt: `${index} plus ${index * index + 3}`,
  task: 'sums',
}));
const settings: AdaptiveSettings = {
  objective: 'quality',
  worth: 0.02,
  isBudgeted: false,
  seed: 1,
};

function plan(ids: readonly string[], promptCount = 60): SweepPlan {
  const models = ids.map((id) => buildPoolModel({ id, model: id }));
  return planSweep({ examples: examples.slice(0, promptCount), models, repeats: 1, seed: 1 });
}

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'split-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the split of a folder', () => {
  const small = plan(['a', 'b']);

  const draw = async (): Promise<Int32Array> => {
    const { heldOut } = new AdaptiveSource(small, settings);
    await recordSplit(folder, small, { seed: 1, heldOut });
    return heldOut;
  };

  it('is not there before the first sweep', async () => {
    expect(await readSplit(folder, small, 1)).toBeUndefined();
  });

  it('is kept by later sweeps, also with more models, in the order of the first', async () => {
    const heldOut = await draw();
    const larger = plan(['a', 'b', 'c']);
    const split = await readSplit(folder, larger, 1);
    // As another version might draw it.
    const reversed = split && { ...split, heldOut: split.heldOut.toReversed() };
    const source = new AdaptiveSource(larger, { ...settings, split: reversed });
    expect([...source.heldOut]).toEqual([...heldOut].reverse());
    await recordSplit(folder, larger, { seed: 1, heldOut: source.heldOut });
    expect(await readSplit(folder, small, 1)).toEqual(split);
  });

  it('refuses another seed, and names the one to use', async () => {
    await draw();
    await expect(readSplit(folder, small, 2)).rejects.toThrow(/--seed 1, not 2/u);
  });

  it('refuses other prompts', async () => {
    await draw();
    await expect(readSplit(folder, plan(['a', 'b'], 59), 1)).rejects.toThrow(
      /drawn from 60 prompts/u,
    );
  });

  describe('for a model that is added', () => {
    it('has near-duplicates of its prompts since, and stays the same otherwise', async () => {
      await recordSplit(folder, small, { seed: 1, heldOut: Int32Array.of(7, 2, 9, 4, 5, 8) });
      const split = await readSplit(folder, small, 1);
      const groups = Int32Array.from({ length: 60 }, (_, prompt) => (prompt === 30 ? 2 : prompt));
      expect([...extendSplit(small, groups, split!)]).toEqual([7, 2, 9, 4, 5, 8, 30]);
      const added = { model: 'c', seed: 1, heldOut: extendSplit(small, groups, split!) };
      expect(noteAddition(small, split, added)).toEqual({
        ...split,
        heldOut: [7, 2, 9, 4, 5, 8, 30].map((prompt) => small.prompts[prompt]?.promptHash),
        addedModels: ['c'],
      });
    });

    it('is refused where the run has outgrown it', async () => {
      await recordSplit(folder, small, { seed: 1, heldOut: Int32Array.of(7, 2, 9, 4, 5) });
      const split = await readSplit(folder, small, 1);
      const groups = Int32Array.from({ length: 60 }, (_, prompt) => prompt);
      expect(() => extendSplit(small, groups, split!)).toThrow(/only 5 of 60 prompts/u);
    });
  });

  it('is refused where it is damaged', async () => {
    await draw();
    const file = path.join(folder, 'held-out.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 80));
    await expect(readSplit(folder, small, 1)).rejects.toThrow(/not a record of held-out prompts/u);
  });
});
