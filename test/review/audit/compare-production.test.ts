import { describe, expect, it } from 'vitest';
import type { AuditFile, DrawnRequest } from '../../../src/review/audit/audit-file.js';
import {
  compareProduction,
  type ProductionShift,
} from '../../../src/review/audit/compare-production.js';
import { createRandom } from '../../../src/util/random.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

const tasks = ['chat', 'code', 'sql', 'sums'];

function buildTraining(counts: Readonly<Record<string, number>>): {
  readonly prompts: ReturnType<typeof buildOutcomeTable>['prompts'];
} {
  return buildOutcomeTable(
    ['a', 'b'],
    Object.entries(counts).flatMap(([task, count]) =>
      Array.from({ length: count }, () => ({ task, quality: [0, 1] })),
    ),
  );
}

type Training = ReturnType<typeof buildTraining>;
type Logged = Pick<AuditFile, 'production' | 'logged'> & Partial<Pick<AuditFile, 'drawn'>>;

function readShift(audit: Logged, training: Training): ProductionShift {
  const compared = compareProduction({ drawn: [], ...audit }, training);
  if (!compared.ok) throw new Error(compared.problem);
  return compared.value;
}

function readProblem(audit: Logged, training: Training): string {
  const compared = compareProduction({ drawn: [], ...audit }, training);
  return compared.ok ? '' : compared.problem;
}

const even = { chat: 100, code: 100, sql: 100, sums: 100 };

describe('comparing production with the training prompts', () => {
  it('finds a new task, and lists what training lacks most first', () => {
    const production = { tasks: { chat: 0.3, code: 0.3, contracts: 0.4 }, novelty: 0.2 };
    const shift = readShift({ production, logged: 1000 }, buildTraining(even));
    expect(shift).toMatchObject({ differs: true, novelty: 0.2 });
    expect(shift.tasks[0]).toEqual({ task: 'contracts', production: 0.4, training: 0 });
    expect(shift.totalVariation).toBeCloseTo(0.5, 12);
  });

  it('seldom finds a difference where both are drawn from the same mix', () => {
    const random = createRandom(5);
    const draw = (count: number): Record<string, number> => {
      const counts: Record<string, number> = { chat: 0, code: 0, sql: 0, sums: 0 };
      for (let index = 0; index < count; index++) {
        const task = tasks[Math.floor(random() * tasks.length)] as string;
        counts[task] = (counts[task] ?? 0) + 1;
      }
      return counts;
    };
    let alarms = 0;
    for (let trial = 0; trial < 300; trial++) {
      const logged = draw(500);
      const shares = Object.entries(logged).map(([task, count]) => [task, count / 500] as const);
      const production = { tasks: Object.fromEntries(shares), novelty: 0 };
      const shift = readShift({ production, logged: 500 }, buildTraining(draw(300)));
      alarms += shift.differs === true ? 1 : 0;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('is as sure as the training prompts are many, whatever their weights sum to', () => {
    const differs = (shares: Record<string, number>, weightOf: (row: number) => number) => {
      const { prompts } = buildTraining(even);
      const weighted = prompts.map((one, row) => ({ ...one, weight: weightOf(row) }));
      const production = { tasks: shares, novelty: 0 };
      return readShift({ production, logged: 1000 }, { prompts: weighted }).differs;
    };
    const far = { chat: 0.4, code: 0.2, sql: 0.2, sums: 0.2 };
    const near = { chat: 0.31, code: 0.23, sql: 0.23, sums: 0.23 };
    for (const unit of [1 / 400, 1, 1000]) {
      expect(differs(far, () => unit)).toBe(true);
      expect(differs(near, () => unit)).toBeNull();
    }
    // A few prompts with nearly all of the weight say little.
    expect(differs(far, (row) => (row % 100 === 0 ? 1000 : 1))).toBeNull();
  });

  it('calls mixes the same only where they are close, and samples are large enough to show it', () => {
    const production = { tasks: { chat: 0.26, code: 0.24, sql: 0.25, sums: 0.25 }, novelty: 0 };
    const readDiffers = (logged: number, count: number) => {
      const training = buildTraining({ chat: count, code: count, sql: count, sums: count });
      return readShift({ production, logged }, training).differs;
    };
    expect(readDiffers(20_000, 1000)).toBe(false);
    expect(readDiffers(1000, 1000)).toBeNull();
    expect(readDiffers(20_000, 100)).toBeNull();
  });

  it('does not call mixes the same by a few conversations', () => {
    const production = { tasks: { chat: 0.5, code: 0.5 }, novelty: 0 };
    const training = buildTraining({ chat: 5000, code: 5000 });
    expect(readShift({ production, logged: 4 }, training).differs).toBeNull();
    expect(readShift({ production, logged: 100_000 }, training).differs).toBe(false);
  });

  it('finds no difference in rare tasks that a small training set has by chance', () => {
    const production = {
      tasks: { chat: 0.5, code: 0.4985, sql: 0.0005, sums: 0.0005, poems: 0.0005 },
      novelty: 0,
    };
    const training = buildTraining({ chat: 46, code: 52, sql: 1, sums: 1 });
    expect(readShift({ production, logged: 20_000 }, training).differs).toBeNull();
  });

  it('is as sure as the conversations of the log, and the groups of training prompts, are many', () => {
    const tasksOf = { chat: 0.4, code: 0.2, sql: 0.2, sums: 0.2 };
    const readDiffers = (
      conversations: number | undefined,
      drawn: AuditFile['drawn'] = [],
      training = buildTraining(even),
    ) => {
      const production = { tasks: tasksOf, novelty: 0, ...(conversations && { conversations }) };
      return readShift({ production, logged: 1000, drawn }, training).differs;
    };
    expect(readDiffers(1000)).toBe(true);
    expect(readDiffers(40)).toBeNull();
    // Earlier versions did not count them; the drawn requests show some.
    const drawn = Array.from({ length: 100 }, (_, index): DrawnRequest => ({
      id: `${index}`,
      example: `${index}`,
      probability: 0.1,
      keep: 1,
      served: 'a',
      conversation: `c${index % 4}`,
      task: 'chat',
    }));
    expect(readDiffers(undefined)).toBe(true);
    expect(readDiffers(undefined, drawn)).toBeNull();
    const { prompts } = buildTraining(even);
    const grouped = prompts.map((one, row) => ({ ...one, group: `g${row % 10}` }));
    expect(readDiffers(1000, [], { prompts: grouped })).toBeNull();
  });

  it('says whether the policy guessed tasks of production', () => {
    const request: DrawnRequest = {
      id: '1',
      example: '1',
      probability: 1,
      keep: 1,
      served: 'a',
      conversation: null,
      task: 'chat',
    };
    const production = { tasks: { chat: 0.5, code: 0.5 }, novelty: 0 };
    const isGuessed = (...sources: readonly DrawnRequest['taskBy'][]): boolean => {
      const drawn = sources.map((taskBy): DrawnRequest => ({
        ...request,
        ...(taskBy && { taskBy }),
      }));
      return readShift({ production, logged: 1000, drawn }, buildTraining(even)).guessed;
    };
    expect(isGuessed()).toBe(true);
    expect(isGuessed('policy', 'caller')).toBe(true);
    expect(isGuessed('prompts', 'policy')).toBe(true);
    expect(isGuessed('caller', 'caller')).toBe(false);
    expect(isGuessed('prompts', 'caller')).toBe(false);
  });

  it('says why not where the training prompts have no labels', () => {
    const unlabeled = buildOutcomeTable(['a', 'b'], [{ quality: [0, 1] }]);
    const production = { tasks: { chat: 1 }, novelty: 0 };
    expect(readProblem({ production, logged: 10 }, unlabeled)).toBe(
      'the training prompts have no task labels',
    );
  });

  it('says why not where the policy recognized none of the tasks', () => {
    const production = { tasks: { all: 1 }, novelty: 0 };
    expect(readProblem({ production, logged: 10 }, buildTraining(even))).toContain(
      "the log's policy recognized none of the tasks",
    );
  });
});

describe('comparing production by the labels of the audited requests', () => {
  const constant = { production: { tasks: { all: 1 }, novelty: null }, logged: 1000 };
  const draw = (task: string, changes: Partial<DrawnRequest> = {}): DrawnRequest[] =>
    Array.from({ length: 100 }, (_, index) => ({
      id: `${task}-${index}`,
      example: `${task}-${index}`,
      probability: 0.1,
      keep: 1,
      served: 'a',
      conversation: null,
      task,
      taskBy: 'prompts' as const,
      ...changes,
    }));

  it('needs no policy that tells tasks apart', () => {
    const drawn = [...draw('chat'), ...draw('contracts')];
    const shift = readShift({ ...constant, drawn }, buildTraining(even));
    expect(shift).toMatchObject({ differs: true, labeled: 200, novelty: null });
    expect(shift.tasks[0]).toEqual({ task: 'contracts', production: 0.5, training: 0 });
  });

  it('weighs them by the requests that they stand for', () => {
    const drawn = [...draw('chat'), ...draw('contracts', { probability: 0.3 })];
    const { tasks: shifts } = readShift({ ...constant, drawn }, buildTraining(even));
    expect(shifts.find(({ task }) => task === 'chat')?.production).toBeCloseTo(0.75, 12);
  });

  it('counts a conversation once, since its requests often have one task', () => {
    const random = createRandom(7);
    const training = buildTraining(even);
    const [one] = draw('chat') as [DrawnRequest];
    const countAlarms = (requests: number): number => {
      let alarms = 0;
      for (let trial = 0; trial < 40; trial++) {
        const drawn = Array.from({ length: 200 / requests }, (_, index) => {
          const task = tasks[Math.floor(random() * tasks.length)] as string;
          return Array.from({ length: requests }, (__, step) => ({
            ...one,
            id: `${index}-${step}`,
            example: `${index}-${step}`,
            conversation: `c${index}`,
            task,
          }));
        }).flat();
        alarms += readShift({ ...constant, drawn }, training).differs === true ? 1 : 0;
      }
      return alarms;
    };
    expect(countAlarms(1)).toBeLessThanOrEqual(2);
    expect(countAlarms(5)).toBeLessThanOrEqual(2);
    expect(countAlarms(10)).toBeLessThanOrEqual(2);
  });

  it('goes before what the policy guessed', () => {
    const production = { tasks: { sums: 1 }, novelty: 0.1 };
    const shift = readShift({ production, logged: 1000, drawn: draw('chat') }, buildTraining(even));
    expect(shift).toMatchObject({ labeled: 100, novelty: 0.1 });
    expect(shift.tasks[0]).toMatchObject({ task: 'chat', production: 1 });
  });

  it('takes no part of the requests for all of them', () => {
    const drawn = [...draw('chat'), ...draw('all', { taskBy: 'policy' })];
    expect(readProblem({ ...constant, drawn }, buildTraining(even))).toContain(
      '100 of 200 audited requests have no task from --prompts or a caller',
    );
  });

  it('does not take a policy that reads no words for one that knows them all', () => {
    const production = { tasks: { all: 1 }, novelty: 0 };
    const shift = readShift({ production, logged: 1000, drawn: draw('chat') }, buildTraining(even));
    expect(shift.novelty).toBeNull();
  });
});
