import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import type { RunInfo } from '../../../src/measure/outcomes/run.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy, type TrainPolicyOptions } from '../../../src/learn/train/train-policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { buildPlantedOutcomes, plantedTasks } from '../../support/planted-outcomes.js';
import { isLongRun } from '../../support/test-run.js';

const createdBy = 'routesmith test';

function describeRun(table: OutcomeTable): { table: OutcomeTable; info: RunInfo } {
  return {
    table,
    info: {
      version: 1,
      kind: 'import',
      name: 'planted',
      createdAt: '2026-01-01T00:00:00.000Z',
      simulated: table.simulated,
      models: table.models.map((id) => ({ id })),
      costBasis: table.costBasis,
      sources: [],
    },
  };
}

/** @param options the family is given where its choice is not the point: it takes most of the time */
type TrainedPolicy = Awaited<ReturnType<typeof trainPolicy>>;

async function train(
  table: OutcomeTable,
  options: Partial<TrainPolicyOptions> = {},
): Promise<TrainedPolicy> {
  return trainPolicy(await sharedTensorFlowEngine(), describeRun(table), { createdBy, ...options });
}

const family = 'task_mixture';

/** The same outcomes, of prompts that each end with a word. */
function markPrompts(table: OutcomeTable, word: string): OutcomeTable {
  const prompts = table.prompts.map((row) => ({ ...row, prompt: `${String(row.prompt)} ${word}` }));
  return { ...table, prompts };
}

describe('training a policy where models differ by task', () => {
  const table = buildPlantedOutcomes(isLongRun ? 600 : 160, { seed: 4 });
  const secret = 'zanzibar-4711-quixotic';
  const few = markPrompts(buildPlantedOutcomes(80, { seed: 4 }), secret);
  let trained: TrainedPolicy;
  let ofFew: TrainedPolicy;
  beforeAll(async () => {
    trained = await train(table);
    ofFew = await train(few, { family });
  });

  it('says ROUTE and exports a policy that sends each task to the model planted for it', async () => {
    const { policy, text } = trained;
    expect(policy.verdict.decision).toBe('ROUTE');
    const { decide } = await loadPolicy(text);
    const planted = new Map(
      plantedTasks.map((task, index) => [task, table.models[index % table.models.length]]),
    );
    const hits = table.prompts.filter(
      ({ prompt, task }) => decide(prompt).model === planted.get(task as string),
    );
    expect(hits.length / table.prompts.length).toBeGreaterThan(0.9);
  });

  it('writes the same bytes for the same run and seed, and others for another seed', async () => {
    const second = await train(few, { seed: 1, family });
    const other = await train(few, { seed: 8, family });
    expect(second.text).toBe(ofFew.text);
    expect(other.digest).not.toBe(ofFew.digest);
  });

  it('gives the same policy on plain JavaScript as on WebAssembly, to within 0.003', async () => {
    const { tf, backend } = await sharedTensorFlowEngine();
    expect(backend).toBe('wasm');
    const onWasm = isLongRun ? await train(table, { family }) : ofFew;
    await tf.setBackend('cpu');
    const onCpu = await train(isLongRun ? table : few, { family });
    await tf.setBackend('wasm');
    const wasm = await loadPolicy(onWasm.text);
    const cpu = await loadPolicy(onCpu.text);
    for (const { prompt } of table.prompts) {
      const quality = new Map(cpu.decide(prompt).ranked.map((item) => [item.model, item.quality]));
      for (const item of wasm.decide(prompt).ranked) {
        expect(Math.abs(item.quality - (quality.get(item.model) ?? Number.NaN))).toBeLessThan(3e-3);
      }
    }
  });

  it('takes the named baseline, and refuses one that is not in the table', async () => {
    const { policy } = await train(few, { baseline: 'south', family: 'task_table' });
    expect(policy.baseline).toBe('south');
    await expect(train(few, { baseline: 'east' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a label per prompt before it fits anything', async () => {
    const many = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 1001 }, (_, row) => ({ task: `task ${row}`, quality: [1, row % 2] })),
    );
    const onProgress = vi.fn<() => void>();
    await expect(train(many, { onProgress })).rejects.toThrow('1,001 task labels are too many');
    expect(onProgress).not.toHaveBeenCalled();
  });

  it('keeps no prompt text', () => {
    const { text } = ofFew;
    expect(few.prompts[0]?.prompt).toContain(secret);
    expect(text).not.toContain('zanzibar');
    expect(text).not.toContain('neighbour');
  });
});

describe('training a policy where no prompt tells which model is better', () => {
  it("says DON'T ROUTE and exports a constant policy that names the best constant", async () => {
    const { policy, text } = await train(
      buildPlantedOutcomes(isLongRun ? 600 : 80, { seed: 5, shuffled: true }),
      isLongRun ? {} : { family },
    );
    expect(policy.verdict.decision).toBe("DON'T ROUTE");
    expect(policy.scorer.kind).toBe('constant');
    const { decide } = await loadPolicy(text);
    const decision = decide('Add 17 and 240.');
    expect(decision.reason).toBe('routing_does_not_pay');
    expect(new Set(['Guten Tag', 'SELECT 1', ''].map((prompt) => decide(prompt).model)).size).toBe(
      1,
    );
  });
});

describe('data that cannot be learned from', () => {
  const row = (quality: readonly number[]) => ({ quality });

  it.each([
    [
      'one model',
      buildOutcomeTable(
        ['a'],
        Array.from({ length: 20 }, () => row([1])),
      ),
    ],
    ['one prompt', buildOutcomeTable(['a', 'b'], [row([1, 0])])],
  ])('%s is refused, saying what is missing', async (_, table) => {
    const error: unknown = await train(table).catch((thrown: unknown) => thrown);
    expect(RoutesmithError.isInstance(error) && error.code).toBe('insufficient_data');
  });

  it('leaves out objectives that save money where no cost is known, and says so', async () => {
    const planted = buildPlantedOutcomes(40, { seed: 6 });
    const table: OutcomeTable = {
      ...planted,
      costUsd: planted.costUsd.map(() => Number.NaN),
      costBasis: 'none',
    };
    const { policy, warnings } = await train(table, { family: 'task_table' });
    expect(policy.objectives.map(({ name }) => name)).toEqual(['quality', 'fast']);
    expect(warnings).toContain(
      'No objectives "balanced" and "cost": the cost of every model is unknown.',
    );
  });

  it.each([1, 12])(
    'leaves them out where a model has %d costs, in every fold alike',
    async (known) => {
      const planted = buildPlantedOutcomes(80, { seed: 6 });
      const costUsd = planted.costUsd.map((usd, cell) =>
        cell % 3 === 2 && cell >= 3 * known ? Number.NaN : usd,
      );
      const trained = await train({ ...planted, costUsd }, { family: 'task_table' });
      expect(trained.policy.objectives.map(({ name }) => name)).toEqual(['quality', 'fast']);
      expect(trained.evaluation.verdict.evidence.map(({ objective }) => objective)).toEqual([
        'quality',
        'fast',
      ]);
      expect(trained.warnings).toContain(
        `No objectives "balanced" and "cost": the cost of west is known for only ${known} of 80 outcomes.`,
      );
    },
  );

  it('warns of labels with few prompts and of simulated outcomes', async () => {
    const planted = buildPlantedOutcomes(40, { seed: 6 });
    const { warnings, policy } = await train(
      { ...planted, simulated: true },
      { family: 'task_table' },
    );
    expect(warnings.join('\n')).toContain('fewer than 20 prompts: code');
    expect(warnings.join('\n')).toContain('SIMULATED');
    expect(policy.simulated).toBe(true);
  });
});

describe('training on a run with a model that cannot be compared', () => {
  it.each([
    ['without any outcome', () => false, 'ghost has no outcomes, so it is left out'],
    ['with a few good ones', (row: number) => row < 6, 'ghost has outcomes for only 6 of 80'],
  ])('leaves out one %s, and says so', async (_, isKnown, warning) => {
    const planted = buildPlantedOutcomes(80, { seed: 4 });
    const rows = planted.prompts.map(({ prompt, task }, row) => {
      const start = row * planted.models.length;
      const pick = (values: Float32Array, other: number): (number | null)[] => [
        isKnown(row) ? other : null,
        ...values.subarray(start, start + planted.models.length),
      ];
      return {
        prompt,
        ...(task !== undefined && { task }),
        quality: pick(planted.quality, 1),
        costUsd: pick(planted.costUsd, 0.5),
        latencyMs: pick(planted.latencyMs, 10),
      };
    });
    const table = buildOutcomeTable(['ghost', ...planted.models], rows);
    const { policy, text, warnings } = await train(table, { family: 'task_table' });
    expect(policy.models.map(({ id }) => id)).toEqual(planted.models);
    expect(text).not.toContain('ghost');
    expect(warnings.join('\n')).toContain(warning);
    await expect(train(table, { baseline: 'ghost' })).rejects.toThrow('cannot be the baseline');
  });
});
