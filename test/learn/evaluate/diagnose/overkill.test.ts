import { describe, expect, it } from 'vitest';
import { checkOverkillTable } from '../../../../scripts/check/honesty/check-non-inferiority.js';
import {
  findOverkill,
  type Overkill,
  type OverkillTask,
} from '../../../../src/learn/evaluate/diagnose/overkill.js';
import { describeFinding } from '../../../../src/learn/report/describe-overkill.js';
import {
  buildOutcomeTable,
  listRows,
  type OutcomeTableRow,
} from '../../../support/outcome-table.js';

const models = ['large', 'middle', 'small'];

/** Prompts of a task on which the models are right in so many of a hundred, evenly spread. */
function listTaskRows(
  task: string | undefined,
  count: number,
  percents: readonly number[],
  costUsd: readonly (number | null)[] = [0.01, 0.004, 0.001],
): OutcomeTableRow[] {
  return Array.from({ length: count }, (_, row) => ({
    ...(task !== undefined && { task }),
    quality: percents.map((percent) => ((row * 37) % 100 < percent ? 1 : 0)),
    costUsd,
  }));
}

function compute(rows: readonly OutcomeTableRow[], groups?: Int32Array): Overkill {
  return findOverkill(buildOutcomeTable(models, rows), {
    baseline: 'large',
    groups: groups ?? listRows(rows.length),
    taskOf: new Int32Array(rows.length),
  });
}

describe('the overkill table', () => {
  it('names the cheapest model that is not worse, by task, with what a request saves', () => {
    const { tasks, tests } = compute([
      ...listTaskRows('easy', 400, [90, 90, 90]),
      ...listTaskRows('hard', 400, [90, 90, 40]),
      ...listTaskRows('hardest', 400, [90, 60, 40]),
    ]);
    expect(tests).toBe(6);
    expect(tasks.map(({ task, finding, cheaper }) => [task, finding, cheaper?.model])).toEqual([
      ['easy', 'overkill', 'small'],
      ['hard', 'overkill', 'middle'],
      ['hardest', 'needed', undefined],
    ]);
    const [easy] = tasks;
    expect(easy?.quality).toBeCloseTo(0.9);
    expect(easy?.cheaper?.savedUsd?.mean).toBeCloseTo(0.009);
    expect(easy?.cheaper?.difference?.mean).toBe(0);
  });

  it('names the better one of two models that save the same', () => {
    for (const percents of [
      [90, 89, 92],
      [90, 92, 89],
    ]) {
      const prices = [0.01, 0.001, 0.001];
      const { tasks } = compute(listTaskRows('easy', 2000, percents, prices));
      expect(tasks[0]?.cheaper?.model).toBe(models[percents.indexOf(92)]);
    }
  });

  it('names what costs less on every prompt, also where a few prompts have most of the weight', () => {
    const rows = listTaskRows('easy', 200, [90, 90, 90]).map((row, index) => ({
      ...row,
      weight: index < 3 ? 1000 : 1,
    }));
    const { tasks } = compute(rows);
    expect(tasks[0]?.finding).toBe('not_shown');
    expect(tasks[0]?.candidate).toMatchObject({ model: 'small', savedUsd: { low: null } });
    expect(tasks[0]?.candidate?.savedUsd.mean).toBeCloseTo(0.009);
  });

  it('names the model that saves most, where the cheapest answers cheap prompts only', () => {
    const rows = listTaskRows('easy', 400, [90, 90, 90]).map((row, index): OutcomeTableRow =>
      index % 2 === 0
        ? { ...row, costUsd: [0.001, 0.0002, 0.0005] }
        : { ...row, quality: [...row.quality.slice(0, 2), null], costUsd: [0.1, 0.02, null] },
    );
    const [task] = compute(rows).tasks;
    expect(task).toMatchObject({ finding: 'overkill', cheaper: { model: 'middle' } });
    expect(task?.candidates.map(({ model }) => model)).toEqual(['middle', 'small']);
    expect(task?.candidates[0]?.costUsd).toBeGreaterThan(task?.candidates[1]?.costUsd ?? 0);
  });

  it('does not compare a model whose cost is known of few calls', () => {
    const rows = listTaskRows('easy', 160, [90, 90, 90]).map((row, index): OutcomeTableRow =>
      index < 12 ? row : { ...row, costUsd: [0.01, 0.004, null] },
    );
    const [task] = compute(rows).tasks;
    expect(task?.candidates.map(({ model }) => model)).toEqual(['middle']);
  });

  it('does not know what is cheaper where the cost of the model in use is known of few calls', () => {
    const rows = listTaskRows('easy', 160, [90, 90, 90]).map((row, index): OutcomeTableRow =>
      index < 12 ? row : { ...row, costUsd: [null, 0.004, 0.001] },
    );
    expect(compute(rows).tasks[0]).toMatchObject({ finding: 'unknown', costUsd: null });
  });

  it('does not call a model the cheapest where another cost less, perhaps by chance', () => {
    const rows = listTaskRows('easy', 40, [90, 90, 90]).map((row, index): OutcomeTableRow => ({
      ...row,
      costUsd: [0.04, index % 10 === 0 ? 0.3 : 0.001, index % 10 === 0 ? 0.5 : 0.05],
    }));
    const [task] = compute(rows).tasks;
    expect(task).toMatchObject({
      finding: 'not_shown',
      candidate: null,
      undecided: [{ model: 'middle', unknown: 'chance' }],
    });
    expect(describeFinding(task as OverkillTask)).toBe(
      'too few prompts to tell if middle costs less',
    );
  });

  it('does not call a model the cheapest, or needed, where the cost of another is unknown', () => {
    const rows = (middle: number) =>
      listTaskRows('easy', 160, [90, middle, 90], [0.01, 0.004, null]);
    const [alone] = compute(listTaskRows('easy', 160, [90, 90, 90], [0.01, 0.04, null])).tasks;
    expect(alone).toMatchObject({ finding: 'unknown', candidate: null });
    expect(describeFinding(alone as OverkillTask)).toBe('cost of small unknown');
    const [worse] = compute(rows(40)).tasks;
    expect(worse).toMatchObject({
      finding: 'unknown',
      candidate: null,
      undecided: [{ model: 'small', unknown: 'cost' }],
    });
    expect(compute(rows(90)).tasks[0]).toMatchObject({ finding: 'overkill', undecided: [] });
  });

  it('says "too few prompts" of no model whose costs are not recorded, however many prompts there are', () => {
    const rows = listTaskRows('easy', 160, [90, 40, 90]).map((row, index): OutcomeTableRow =>
      index % 5 < 2 ? row : { ...row, costUsd: [0.01, 0.004, null] },
    );
    const [task] = compute(rows).tasks;
    expect(describeFinding(task as OverkillTask)).toBe('cost of small unknown');
    // Its cost does not matter where its quality would not do.
    const poor = rows.map((row, index) => ({
      ...row,
      quality: [...row.quality.slice(0, 2), index % 2],
    }));
    expect(compute(poor).tasks[0]).toMatchObject({
      finding: 'needed',
      candidate: { model: 'middle' },
    });
  });

  it('has no finding where a cheaper model has no grades', () => {
    const rows = listTaskRows('easy', 160, [90, 40, 90]).map((row) => ({
      ...row,
      quality: [...row.quality.slice(0, 2), null],
    }));
    const [task] = compute(rows).tasks;
    expect(task?.finding).toBe('unknown');
    expect(describeFinding(task as OverkillTask)).toBe('quality of small unknown');
  });

  it('does not call a model worse that was as good on the only prompt that both answered', () => {
    const compareOne = (grade: number): OverkillTask | undefined => {
      const rows = listTaskRows('easy', 160, [90, 40, 90], [0.01, 0.04, 0.001]);
      const sparse = rows.map((row, index): OutcomeTableRow => ({
        ...row,
        quality: [...row.quality.slice(0, 2), index === 0 ? grade : null],
      }));
      return compute(sparse).tasks[0];
    };
    const same = compareOne(1);
    expect(same).toMatchObject({
      finding: 'not_shown',
      cheaper: { model: 'small', prompts: 1, difference: null },
      promptsNeeded: null,
    });
    expect(describeFinding(same as OverkillTask)).toBe('not shown');
    const worse = compareOne(0);
    expect(worse).toMatchObject({ finding: 'not_shown', candidate: { model: 'small' } });
    expect(describeFinding(worse as OverkillTask)).toBe(
      'not shown; was worse by more than the margin, perhaps by chance',
    );
  });

  it('names the model that it cannot tell of, and no other beside it', () => {
    // "small" costs less and is clearly worse; "middle" is as good, and may cost less.
    const rows = listTaskRows('easy', 200, [90, 90, 40]).map((row, index): OutcomeTableRow => ({
      ...row,
      costUsd: [0.01, index % 10 === 0 ? 0.09 : 0.001, 0.001],
    }));
    const [task] = compute(rows).tasks;
    expect(task?.candidates.map(({ model }) => model)).toEqual(['small']);
    expect(task).toMatchObject({ finding: 'not_shown', cheaper: null, candidate: null });
    expect(describeFinding(task as OverkillTask)).toBe(
      'too few prompts to tell if middle costs less',
    );
  });

  it('compares the costs of a model that refuses most prompts on the others', () => {
    // As where they are too long: no grade but 0, no cost and no tokens.
    const rows = listTaskRows('long', 200, [90, 90, 90], [0.01, 0.04, 0.001]).map(
      (row, index): OutcomeTableRow =>
        index % 5 < 3
          ? { ...row, quality: [...row.quality.slice(0, 2), 0], costUsd: [0.01, 0.04, 0] }
          : row,
    );
    const [task] = compute(rows).tasks;
    expect(task).toMatchObject({ finding: 'needed', candidate: { model: 'small' } });
    expect(task?.candidate?.share).toBeCloseTo(0.4, 9);
    expect(task?.candidate?.savedUsd?.mean).toBeCloseTo(0.009, 6);
  });

  it('counts answers that could not be graded as answered, and those never asked for as not', () => {
    const rows = listTaskRows('easy', 400, [90, 40, 90]);
    const measure = (costUsd: number | null) =>
      compute(
        rows.map((row, index): OutcomeTableRow =>
          index % 10 < 3
            ? {
                ...row,
                quality: [...row.quality.slice(0, 2), null],
                costUsd: [0.01, 0.004, costUsd],
              }
            : row,
        ),
      ).tasks[0]?.cheaper;
    expect(measure(0.001)).toMatchObject({ model: 'small', prompts: 280, share: 1 });
    expect(measure(null)?.share).toBeCloseTo(0.7, 9);
  });

  describe('where costs of the model in use are missing', () => {
    /** 400 prompts, all with a grade of the model in use; the others answer those with a cost of theirs. */
    const measure = (costsOf: (row: number) => readonly (number | null)[]) =>
      compute(
        Array.from({ length: 400 }, (_, row) => {
          const costUsd = costsOf(row);
          const others = costUsd.slice(1).map((cost) => (cost === null ? null : 1));
          return { task: 'easy', quality: [1, ...others], costUsd };
        }),
      ).tasks[0];

    it('saves of what it costs where the cheaper model answers, not of the other prompts', () => {
      const logged = measure((row) => (row < 240 ? [0.01, null, 0.001] : [null, null, null]));
      expect(logged?.cheaper).toMatchObject({ model: 'small', bothCostsShare: 1 });
      expect(logged?.cheaper?.share).toBeCloseTo(0.6, 9);
      expect(logged?.cheaper?.savedUsd.mean).toBeCloseTo(0.009, 8);
      const half = measure((row) =>
        row < 200 ? [row % 2 === 0 ? null : 0.01, null, 0.001] : [0.01, null, null],
      );
      expect(half?.cheaper?.share).toBeCloseTo(0.5, 9);
      expect(half?.cheaper?.savedUsd.mean).toBeCloseTo(0.009, 8);
    });

    it('names the model that saves most of all prompts', () => {
      // "middle" saves 0.7 of a cent on all of them, "small" 0.9 on 55 %.
      const task = measure((row) => (row < 220 ? [0.01, 0.003, 0.001] : [null, 0.003, null]));
      expect(task?.candidates.map(({ model }) => model)).toEqual(['middle', 'small']);
    });

    it('saves no more than the task costs', () => {
      // Costs are known of few of the dear prompts, and only these are answered by "small".
      const task = measure((row) => {
        if (row >= 200) return [0.001, null, null];
        return [row % 2 === 0 ? null : 0.1, null, 0.001];
      });
      const cheaper = task?.candidates.find(({ model }) => model === 'small');
      const savedUsd = (cheaper?.share ?? 0) * (cheaper?.savedUsd.mean ?? 0);
      expect(savedUsd).toBeGreaterThan(0);
      expect(savedUsd).toBeLessThanOrEqual(task?.costUsd ?? 0);
    });
  });

  it('has no range of a saving that is mainly carried over to prompts without a cost', () => {
    const measure = (every: number) =>
      compute(
        listTaskRows('easy', 400, [90, 40, 90]).map((row, index): OutcomeTableRow => ({
          ...row,
          costUsd: [0.01 + 0.001 * (index % 3), 0.02, index % every === 0 ? null : 0.001],
        })),
      ).tasks[0]?.cheaper;
    const half = measure(2);
    expect(half?.bothCostsShare).toBeCloseTo(0.5, 9);
    expect(half?.savedUsd).toMatchObject({ low: null, high: null });
    expect(half?.savedUsd.mean).toBeCloseTo(0.01, 4);
    const most = measure(20);
    expect(most?.bothCostsShare).toBeCloseTo(0.95, 9);
    expect(most?.savedUsd.low).toBeGreaterThan(0);
    expect(most?.savedUsd.high).toBeGreaterThan(most?.savedUsd.low ?? 1);
  });

  it('does not call a model enough on few prompts, and says how many would tell', () => {
    const [task] = compute(listTaskRows('easy', 40, [90, 90, 90])).tasks;
    expect(task?.finding).toBe('not_shown');
    expect(task?.promptsNeeded).toBeGreaterThan(40);
    const enough = compute(listTaskRows('easy', 2 * (task?.promptsNeeded ?? 0), [90, 90, 90]));
    expect(enough.tasks[0]?.finding).toBe('overkill');
  });

  /** A task where the small model differs on some prompts, better and worse alike. */
  function listMixedRows(count: number, better: number, worse: number): OutcomeTableRow[] {
    return Array.from({ length: count }, (_, row) => {
      const place = (row * 37) % count;
      const large = place < worse ? 1 : place < worse + better ? 0 : 0.5;
      return { task: 'mixed', quality: [large, 0, 1 - large], costUsd: [0.01, 0.02, 0.001] };
    });
  }

  it('says the same number of prompts whether few or many were there to tell from', () => {
    const [few, many] = [1, 8].map(
      (times) => compute(listMixedRows(30 * times, 3 * times, 3 * times)).tasks[0]?.promptsNeeded,
    );
    expect(many).toBeGreaterThan(240);
    expect(few).toBeGreaterThan(0.9 * (many ?? 0));
    expect(few).toBeLessThan(1.1 * (many ?? 0));
  });

  it('counts prompts of the task where not all of them are answered by both', () => {
    const rows = listMixedRows(100, 10, 10);
    const [task] = compute(rows).tasks;
    const unanswered = rows.map((row) => ({ ...row, quality: [0.5, null, null] }));
    const [half] = compute([...rows, ...unanswered]).tasks;
    expect(half?.promptsNeeded).toBe(2 * (task?.promptsNeeded ?? 0));
  });

  it('says no number of prompts that are there already', () => {
    for (let count = 4; count < 150; count += 5) {
      for (const better of [0, 1, 2]) {
        const [task] = compute(listMixedRows(count, better, 0)).tasks;
        expect(task?.promptsNeeded ?? count + 1).toBeGreaterThan(count);
      }
    }
  });

  it('shows what was observed of the closest model, and with which margin it would pass', () => {
    const rows = [
      ...listTaskRows('easy', 35, [100, 100, 100]),
      ...listTaskRows('hard', 35, [100, 80, 60]),
    ];
    const table = compute(rows);
    const [easy, hard] = table.tasks;
    expect(easy).toMatchObject({
      finding: 'not_shown',
      candidate: { model: 'small', prompts: 35, quality: 1 },
    });
    expect(hard).toMatchObject({
      finding: 'needed',
      cheaper: null,
      candidate: { model: 'middle' },
    });
    const margin = easy?.candidate?.passingMargin ?? 0;
    expect(margin).toBeGreaterThan(0.03);
    const retry = (other: number) =>
      findOverkill(buildOutcomeTable(models, rows), {
        baseline: 'large',
        margin: other,
        groups: listRows(rows.length),
        taskOf: new Int32Array(rows.length),
      }).tasks[0]?.cheaper;
    expect(retry(margin + 1e-6)).toMatchObject({ model: 'small', notWorse: true });
    expect(describeFinding(easy as OverkillTask)).toMatch(
      /^not shown; needs about [\d,]+ prompts, or a margin of 0\.\d{3}$/,
    );
    expect(describeFinding(hard as OverkillTask)).toMatch(
      /^was worse; needs a margin of 0\.\d{3}$/,
    );
  });

  describe('where a cheaper model was worse by more than the margin', () => {
    const compareTwo = (count: number, share: number): OverkillTask | undefined =>
      compute(
        Array.from({ length: count }, (_, row) => ({
          task: 'few',
          quality: [1, null, row < share * count ? 0 : 1],
          costUsd: [0.01, null, 0.002],
        })),
      ).tasks[0];

    it.each([
      [20, 0.05, 'not_shown'],
      [1000, 0.05, 'needed'],
      [20, 0.5, 'needed'],
    ] as const)('says of %i prompts with a loss of %f: %s', (count, share, finding) => {
      expect(compareTwo(count, share)).toMatchObject({
        finding,
        cheaper: null,
        candidate: { model: 'small', worse: finding === 'needed' },
        promptsNeeded: null,
      });
    });

    it('says that this may be chance, and with which margin the model would pass', () => {
      expect(describeFinding(compareTwo(20, 0.05) as OverkillTask)).toMatch(
        /^not shown; was worse by more than the margin, perhaps by chance; needs a margin of 0\.\d{3}$/,
      );
    });

    it('names of several the best that is not shown to be worse', () => {
      const rows = listTaskRows('few', 20, [100, 90, 40]);
      expect(compute(rows).tasks[0]).toMatchObject({
        finding: 'not_shown',
        candidate: { model: 'middle', worse: false },
      });
    });
  });

  it('gives no number of prompts that nobody could collect', () => {
    const rows = listTaskRows('close', 1000, [90, 10, 87.01]).map((row, index) =>
      index < 970
        ? { ...row, quality: [1, 0, 1] }
        : { ...row, quality: [1, 0, index < 971 ? 0.01 : 0] },
    );
    const [task] = compute(rows).tasks;
    expect(task?.cheaper?.difference?.mean).toBeGreaterThan(-0.03);
    expect(task).toMatchObject({ finding: 'not_shown', promptsNeeded: null });
  });

  it('does not call a model the cheapest because one prompt shows no costs', () => {
    const [task] = compute(listTaskRows('rare', 1, [90, 90, 90])).tasks;
    expect(task).toMatchObject({ finding: 'not_shown', candidate: null });
    expect(describeFinding(task as OverkillTask)).toBe(
      'too few prompts to tell if middle or small costs less',
    );
  });

  it('takes copies of one prompt for one', () => {
    const rows = listTaskRows('easy', 400, [90, 90, 90]);
    const groups = Int32Array.from(rows, (_, row) => row % 20);
    expect(compute(rows, groups).tasks[0]).toMatchObject({ groups: 20, finding: 'not_shown' });
  });

  it('says where no model costs less, and where costs are not known', () => {
    const dearer = listTaskRows('a', 50, [90, 90, 90], [0.001, 0.004, 0.004]);
    const unknown = listTaskRows('b', 50, [90, 90, 90], [null, null, null]);
    const { tasks } = compute([...dearer, ...unknown]);
    expect(tasks.map(({ finding }) => finding)).toEqual(['cheapest', 'unknown']);
    expect(tasks.map(describeFinding)).toEqual(['already the cheapest', 'cost unknown']);
  });

  it('tests no model that may cost as much', () => {
    const rows = listTaskRows('a', 200, [90, 90, 90]).map((row, index) => ({
      ...row,
      costUsd: [0.01, index % 10 === 0 ? 0.09 : 0.001, 0.01],
    }));
    expect(compute(rows).tasks[0]).toMatchObject({ finding: 'not_shown', candidates: [] });
  });

  it('puts prompts without a label into a row of their own, at the end', () => {
    const rows = [
      ...listTaskRows(undefined, 30, [90, 90, 90]),
      ...listTaskRows('z', 30, [1, 1, 1]),
    ];
    expect(compute(rows).tasks.map(({ task }) => task)).toEqual(['z', null]);
  });

  it('compares a model on the prompts that both answered', () => {
    const rows = listTaskRows('a', 200, [90, 90, 90]).map((row, index) =>
      index < 100 ? row : { ...row, quality: [0, null, null] },
    );
    const [task] = compute(rows).tasks;
    expect(task?.quality).toBeCloseTo(0.45);
    expect(task?.candidates.map(({ prompts, difference }) => [prompts, difference?.mean])).toEqual([
      [100, 0],
      [100, 0],
    ]);
  });

  it('calls a model not worse in at most one of twenty tables where all are worse by twice the margin', () => {
    const shape = { tasks: 8, models: 4, promptsPerTask: 60 };
    const wrong = checkOverkillTable(shape, { margin: 0.03, trials: 60, seed: 1 });
    expect(wrong).toBeLessThanOrEqual(0.05);
  });
});
