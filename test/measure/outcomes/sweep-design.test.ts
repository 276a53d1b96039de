import { describe, expect, it } from 'vitest';
import type { HeldOutRecord } from '../../../src/measure/outcomes/held-out.js';
import {
  describeSweepDesign,
  type SweepDesign,
} from '../../../src/measure/outcomes/sweep-design.js';
import type { SweptCell } from '../../../src/measure/outcomes/swept-cells.js';

type CellOf = Partial<SweptCell> & Pick<SweptCell, 'taskId' | 'model'>;

const cell = (changes: CellOf): SweptCell => ({
  promptHash: `hash of ${changes.taskId}`,
  values: { quality: 1 },
  unlabeledBecause: undefined,
  simulated: false,
  boughtFor: undefined,
  ...changes,
});

const hashes = (ids: readonly string[]): Map<string, string> =>
  new Map(ids.map((id) => [id, `hash of ${id}`]));

const record: HeldOutRecord = {
  version: 1,
  seed: 0,
  promptSet: '',
  prompts: 2,
  heldOut: ['hash of b'],
  addedModels: [],
};

function design(
  cells: readonly CellOf[],
  recorded: HeldOutRecord | undefined = record,
  ids: readonly string[] = ['a', 'b'],
): SweepDesign {
  return describeSweepDesign(() => cells.map(cell), hashes(ids), recorded);
}

const round = { boughtFor: 'round' } as const;
const whole: CellOf[] = [
  { taskId: 'a', model: 'm', ...round },
  { taskId: 'a', model: 'n' },
  { taskId: 'b', model: 'm' },
  { taskId: 'b', model: 'n' },
];

describe('describeSweepDesign', () => {
  it('is not adaptive where every cell was called without a choice', () => {
    const plain = whole.map(({ taskId, model }) => ({ taskId, model }));
    expect(design(plain.slice(0, 2), undefined)).toMatchObject({ isAdaptive: false });
  });

  it('is adaptive while a model lacks a prompt that another was asked', () => {
    expect(design(whole.slice(0, 3))).toMatchObject({ isAdaptive: true, isWhole: true });
    expect(design(whole)).toMatchObject({ isAdaptive: false });
  });

  it('is adaptive while prompts of the sweep were asked of no model', () => {
    expect(design(whole.slice(0, 2))).toMatchObject({ isAdaptive: true });
    expect(design(whole.slice(0, 2), undefined)).toMatchObject({ isAdaptive: true });
  });

  it('does not wait for prompts that the sweep did not have, as beyond its limit', () => {
    expect(design(whole, record, ['a', 'b', 'c'])).toMatchObject({ isAdaptive: false });
  });

  it('does not wait for exact duplicates, of which only one is called', () => {
    const twice = new Map([...hashes(['a', 'b']), ['copy of a', 'hash of a']]);
    const found = describeSweepDesign(() => whole.map(cell), twice, undefined);
    expect(found.isAdaptive).toBe(false);
  });

  it('takes a cell for bought whose answer could not be graded', () => {
    const ungraded = whole.map((one, index) =>
      index === 3 ? { ...one, unlabeledBecause: 'ungraded: no reference' } : one,
    );
    expect(design(ungraded)).toMatchObject({ isAdaptive: false });
  });

  it('does not count answers to a prompt that has changed', () => {
    const changed = whole.map((one, index) => (index === 3 ? { ...one, promptHash: 'old' } : one));
    expect(design(changed)).toMatchObject({ isAdaptive: true });
  });

  it('takes no model for an added one because some of its prompts were swept before', () => {
    const mixed: CellOf[] = [
      { taskId: 'a', model: 'm' },
      { taskId: 'a', model: 'n', ...round },
    ];
    expect(design(mixed)).toMatchObject({ isAdaptive: true, isWhole: true, untested: new Set() });
  });

  describe('of a sweep that ended before all held-out prompts were opened', () => {
    const held = Array.from({ length: 30 }, (_, index) => `h${index}`);
    const split = { ...record, prompts: 31, heldOut: [...hashes(held).values()] };
    const openUpTo = (count: number): CellOf[] => [
      { taskId: 'a', model: 'm', ...round },
      ...held
        .slice(0, count)
        .map((taskId) => ({ taskId, model: 'm', boughtFor: 'hold_out' as const })),
    ];

    it('counts only the opened ones as held out', () => {
      const { heldOut } = design(openUpTo(12), split, ['a', ...held]);
      expect([...heldOut]).toEqual(split.heldOut.slice(0, 12));
    });

    describe('into a folder of an earlier sweep', () => {
      const models = ['m', 'n'];
      const ask = (taskIds: readonly string[], reason?: CellOf['boughtFor']): CellOf[] =>
        taskIds.flatMap((taskId) => models.map((model) => ({ taskId, model, boughtFor: reason })));
      const cover = (cells: readonly CellOf[]): readonly string[] => [
        ...design([{ taskId: 'a', model: 'm', ...round }, ...cells], split, ['a', ...held]).heldOut,
      ];
      const isOld = (_: string, index: number): boolean => index % 3 === 0;
      const old = held.filter(isOld);
      const openedSince = (count: number): CellOf[] =>
        ask(
          held.slice(0, count).filter((id) => !old.includes(id)),
          'hold_out',
        );

      it('counts opened prompts of which every answer was there before', () => {
        expect(cover([...ask(old), ...openedSince(30)])).toEqual(split.heldOut);
        // The eighteenth was opened last, and the nineteenth lacks nothing.
        expect(cover([...ask(old), ...openedSince(18)])).toEqual(split.heldOut.slice(0, 19));
      });

      it('counts no answered prompt after one that lacks answers: the order alone decides', () => {
        const answered = held.slice(20);
        expect(cover([...ask(answered), ...ask(held.slice(0, 12), 'hold_out')])).toEqual(
          split.heldOut.slice(0, 12),
        );
      });

      it('counts what a full sweep has asked since, though it could not ask every model', () => {
        const ruledOut: CellOf = { taskId: 'a', model: 'stopped', ...round };
        const cells = [ruledOut, ...ask(held.slice(0, 12), 'hold_out'), ...ask(held.slice(12))];
        expect(cover(cells)).toEqual(split.heldOut);
      });

      it('needs answers of the models that are compared only', () => {
        const more = held.slice(12).map((taskId): CellOf => ({ taskId, model: 'm' }));
        expect(cover([...ask(held.slice(0, 12), 'hold_out'), ...more])).toEqual(
          split.heldOut.slice(0, 12),
        );
      });
    });

    it('does not count one that was handed out and not called', () => {
      const cells = openUpTo(14).filter(({ taskId }) => taskId !== 'h5');
      expect(design(cells, split, ['a', ...held]).heldOut.size).toBe(13);
    });

    it('counts one as opened whose calls failed', () => {
      const cells = openUpTo(12).map((one) => ({ ...one, unlabeledBecause: 'infrastructure' }));
      expect(design(cells, split, ['a', ...held]).heldOut.size).toBe(12);
    });

    it('counts all where only a few are opened: an earlier sweep may have asked the others', () => {
      expect(design(openUpTo(9), split, ['a', ...held]).heldOut.size).toBe(30);
    });

    it('counts all for models that were added: each is asked all of them', () => {
      const added = { ...split, addedModels: ['m'] };
      expect(design(openUpTo(12), added, ['a', ...held]).heldOut.size).toBe(30);
    });
  });

  describe('with a model that was added to swept ones', () => {
    const swept = whole.map(({ taskId, model }) => ({ taskId, model }));
    const added = { ...record, addedModels: ['new'] };
    const learned: CellOf = { taskId: 'a', model: 'new', ...round };
    const tested: CellOf = { taskId: 'b', model: 'new', boughtFor: 'hold_out' };

    it('leaves the model out until it was asked for the held-out prompts', () => {
      const found = design([...swept, learned], added);
      expect(found).toMatchObject({ isAdaptive: false, untested: new Set(['new']) });
    });

    it('is adaptive, but not as a whole, once it was', () => {
      const larger = { ...added, prompts: 3 };
      const all = [...swept, { taskId: 'c', model: 'm' }, { taskId: 'c', model: 'n' }];
      const found = design([...all, learned, tested], larger, ['a', 'b', 'c']);
      expect(found).toMatchObject({ isAdaptive: true, isWhole: false, untested: new Set() });
    });
  });
});
