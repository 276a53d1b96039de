import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget, type Reservation } from '../../../src/measure/sweep/budget.js';
import {
  computeTokenBounds,
  computeWorstCaseCostUsd,
} from '../../../src/measure/sweep/worst-case-cost.js';
import type { JsonObject } from '../../../src/util/json.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { delta, done, failWith, stream, usageEvent } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

describe('a budget', () => {
  it('never lets spent, possible and reserved money exceed it', () => {
    const step = fc.record({
      amount: fc.double({ min: 0, max: 3, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      end: fc.constantFrom('settle', 'keep', 'leave'),
    });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20, noNaN: true }), fc.array(step), (limit, steps) => {
        const budget = createBudget(limit, { spentUsd: 0, possibleUsd: 0 });
        const open: Reservation[] = [];
        for (const { amount, share, end } of steps) {
          const reservation = budget.reserve(amount);
          if (reservation !== undefined) open.push(reservation);
          const first = open[0];
          if (first !== undefined && end !== 'leave') {
            open.shift();
            if (end === 'keep') budget.keep(first);
            else budget.settle(first, first.amountUsd * share);
          }
          const taken = budget.spentUsd + budget.possibleUsd + budget.reservedUsd;
          expect(taken).toBeLessThanOrEqual(limit + 1e-9);
        }
      }),
    );
  });

  it('counts what earlier sweeps have taken', () => {
    const budget = createBudget(1, { spentUsd: 0.5, possibleUsd: 0.3 });
    expect(budget.reserve(0.21)).toBeUndefined();
    expect(budget.reserve(0.19)).toEqual({ amountUsd: 0.19 });
  });
});

describe('a call whose cost nothing limits', () => {
  it('is counted where its charge is unknown, and adds nothing to the sums', () => {
    const budget = createBudget(Infinity, { spentUsd: 0, possibleUsd: 0, unboundedCalls: 1 });
    const [kept, settled] = [budget.reserve(Infinity), budget.reserve(Infinity)];
    if (kept === undefined || settled === undefined) throw new Error('it has no limit');
    budget.keep(kept);
    budget.settle(settled, 0.5);
    expect(budget).toMatchObject({ unboundedCalls: 2, spentUsd: 0.5, possibleUsd: 0 });
  });
});

describe('the worst case of a call', () => {
  it('counts a token for each byte, and the answer as long as it may get', () => {
    const model = buildPoolModel({ parameters: { maxTokens: 100 } });
    expect(computeTokenBounds(model, 'Zürich')).toEqual({ inputTokens: 7 + 32, outputTokens: 100 });
    expect(computeWorstCaseCostUsd(model, 'Zürich')).toBeCloseTo((39 + 200) / 1e6, 15);
  });

  it('takes the dearest price of input, and the context window where no cap is set', () => {
    const price = {
      inputPerMillionUsd: 1,
      outputPerMillionUsd: 2,
      cacheWritePerMillionUsd: 1.25,
      date: '2026-01-01',
    };
    const model = buildPoolModel({ price, contextWindow: 1000 });
    expect(computeWorstCaseCostUsd(model, 'x'.repeat(5000))).toBeCloseTo(3.25e-3, 12);
    expect(computeWorstCaseCostUsd(buildPoolModel(), 'x')).toBe(Infinity);
  });

  it('never counts less for a limit that is none, and counts each answer that is asked for', () => {
    const model = buildPoolModel({ parameters: { maxTokens: 100 }, contextWindow: 1000 });
    const bound = (members: JsonObject): number =>
      computeTokenBounds(model, { messages: [{ role: 'user', content: 'Hi' }], members })
        .outputTokens;
    expect(bound({ max_tokens: -1 })).toBe(1000);
    expect(bound({ max_tokens: 0.5 })).toBe(1000);
    expect(bound({ n: 3 })).toBe(300);
  });

  it('counts a cache that is to keep for an hour', () => {
    const model = buildPoolModel({ parameters: { maxTokens: 1 } });
    const cost = (ttl: string): number => {
      const part = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl } };
      return computeWorstCaseCostUsd(model, { messages: [{ role: 'user', content: [part] }] });
    };
    expect(cost('1h')).toBeGreaterThan(1.9 * cost('5m'));
  });

  it('counts tools, messages and images', () => {
    const model = buildPoolModel({ parameters: { maxTokens: 1 } });
    const text = { messages: [{ role: 'user', content: 'Hi' }] } as const;
    const url = `data:image/png;base64,${'A'.repeat(1e6)}`;
    const image = { type: 'image_url', image_url: { url } } as const;
    const seen = { messages: [{ role: 'user', content: [image] }] } as const;
    const plain = computeTokenBounds(model, text).inputTokens;
    expect(computeTokenBounds(model, { ...text, tools: [{}] }).inputTokens).toBeGreaterThan(plain);
    // Functions of the older kind, a schema or a prediction are sent, and paid, as well.
    const members = { functions: [{ name: 'find', description: 'x'.repeat(1000) }], max_tokens: 7 };
    const withMembers = computeTokenBounds(model, { ...text, members });
    expect(withMembers.inputTokens).toBeGreaterThan(plain + 1000);
    expect(withMembers.outputTokens).toBe(7);
    const bound = computeTokenBounds(model, seen).inputTokens;
    expect(bound).toBeGreaterThan(50_000);
    expect(bound).toBeLessThan(60_000);
  });

  it.each([
    { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } },
    { type: 'video_url', video_url: { url: 'https://example.com/v.mp4' } },
  ])('is bounded only by the context window where the prompt has a file: $type', (part) => {
    const prompt = { messages: [{ role: 'user', content: [part] }] } as const;
    const parameters = { maxTokens: 10 };
    expect(computeWorstCaseCostUsd(buildPoolModel({ parameters }), prompt)).toBe(Infinity);
    const model = buildPoolModel({ parameters, contextWindow: 100_000 });
    expect(computeWorstCaseCostUsd(model, prompt)).toBeCloseTo((100_000 + 2 * 10) / 1e6, 12);
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    expect(computeWorstCaseCostUsd(buildPoolModel({ parameters, price }), prompt)).toBe(0);
  });
});

describe('a sweep without a budget', () => {
  const bench = setUpSweepBench();

  it('says how many calls may have been charged by any amount, also on the next sweep', async () => {
    const server = await bench.serve((response, request) =>
      request.index < 2
        ? void response.socket?.resetAndDestroy()
        : stream(delta({ content: 'It is 4.' }, 'stop'), done)(response, request),
    );
    const models = bench.buildModels(server, ['a']);
    // Two attempts that broke off, and an answer without usage.
    const first = await bench.sweep(models, { taskCount: 1 });
    expect(first.budget).toMatchObject({ spentUsd: 0, possibleUsd: 0, unboundedCalls: 3 });
    expect(await bench.readEntries()).toMatchObject([{ unboundedCalls: 3 }]);
    const second = await bench.sweep(models, { taskCount: 1 });
    expect(second.budget.unboundedCalls).toBe(3);
  });

  it('says nothing of it where the prices and limits say what a call may have cost', async () => {
    const server = await bench.serve(stream(delta({ content: 'It is 4.' }, 'stop'), done));
    const capped = bench.buildModels(server, ['a'], { parameters: { maxTokens: 10 } });
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const free = bench.buildModels(server, ['b'], { price });
    const { budget } = await bench.sweep([...capped, ...free], { taskCount: 1 });
    expect(budget).not.toHaveProperty('unboundedCalls');
  });
});

describe('a sweep with a budget', () => {
  const bench = setUpSweepBench();

  it('never costs more, at any concurrency and price, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrency: fc.integer({ min: 1, max: 200 }),
          prices: fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), {
            minLength: 1,
            maxLength: 3,
          }),
          // Most budgets are too small for all of it.
          share: fc.double({ min: 0, max: 0.6, noNaN: true }),
          luck: fc.array(fc.nat(9), { minLength: 5, maxLength: 20 }),
        }),
        async ({ concurrency, prices, share, luck }) => {
          // What the provider puts on its bill, also for calls that it then breaks off.
          let billedUsd = 0;
          const server = await bench.serve(async (response, request) => {
            const fortune = luck[request.index % luck.length] as number;
            const price = prices[Number(String(request.body['model'])[1])] as number;
            // What breaks off has cost the most.
            const outputTokens = fortune < 3 ? 20 : 2 * fortune;
            if (fortune === 0) return failWith(500)(response, request);
            billedUsd += (30 * price + outputTokens * 2 * price) / 1e6;
            if (fortune === 1) return void response.socket?.resetAndDestroy();
            if (fortune === 2) return stream(delta({ content: 'cut' }))(response, request);
            const usage = { prompt_tokens: 30, completion_tokens: outputTokens };
            const ends = fortune === 3 ? [] : [usageEvent(usage)];
            return stream(delta({ content: 'It is 4.' }, 'stop'), ...ends, done)(response, request);
          });
          const models = prices.map((price, index) =>
            buildPoolModel({
              id: `m${index}`,
              model: `m${index}`,
              baseUrl: server.baseUrl,
              price: { inputPerMillionUsd: price, outputPerMillionUsd: 2 * price, date: '' },
              parameters: { maxTokens: 20 },
            }),
          );
          const all = models.reduce(
            (sum, model) => sum + 30 * computeWorstCaseCostUsd(model, ''),
            0,
          );
          const budgetUsd = all * share;
          const runDirectory = `${bench.runDirectory()}-${server.baseUrl.split(':')[2]?.slice(0, 5)}`;
          const settings = { taskCount: 30, concurrency, budgetUsd, runDirectory };
          const first = await bench.sweep(models, settings);
          expect(billedUsd).toBeLessThanOrEqual(budgetUsd + 1e-12);
          const counted = first.budget.spentUsd + first.budget.possibleUsd;
          expect(counted).toBeGreaterThanOrEqual(billedUsd - 1e-12);
          // Also not by going on with the same budget.
          const second = await bench.sweep(models, settings);
          expect(billedUsd).toBeLessThanOrEqual(budgetUsd + 1e-12);
          const { spentUsd, possibleUsd } = second.budget;
          expect(spentUsd + possibleUsd).toBeGreaterThanOrEqual(billedUsd - 1e-12);
          expect(first.budget.reached || first.coverage > 0).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('ends cleanly when it is reached, and goes on with a larger one', async () => {
    const usage = usageEvent({ prompt_tokens: 30, completion_tokens: 10 });
    const server = await bench.serve(stream(delta({ content: 'It is 4.' }, 'stop'), usage, done));
    const models = bench.buildModels(server, ['a', 'b'], { parameters: { maxTokens: 10 } });
    const notices: string[] = [];
    const first = await bench.sweep(models, {
      budgetUsd: 400e-6,
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(first.budget).toMatchObject({ reached: true, limitUsd: 400e-6, possibleUsd: 0 });
    expect(first.totals.skipped).toBeGreaterThan(0);
    expect(first.totals.done).toBe(server.requests.length);
    // Balanced to the end: no model went on alone because it was cheap.
    const done1 = first.models.map((model) => model.done);
    expect(Math.abs((done1[0] as number) - (done1[1] as number))).toBeLessThanOrEqual(1);
    expect(notices.join()).toContain('The budget is reached');
    const second = await bench.sweep(models, { budgetUsd: 1 });
    expect(second).toMatchObject({ coverage: 1, budget: { reached: false } });
    expect(second.budget.spentUsd).toBeCloseTo(12 * 50e-6, 12);
    expect(server.requests).toHaveLength(12);
  });

  it('warns if a provider charges more than prices and limits allow, and reserves more', async () => {
    const usage = usageEvent({ prompt_tokens: 30, completion_tokens: 10, cost: 0.001 });
    const server = await bench.serve(stream(delta({ content: 'It is 4.' }, 'stop'), usage, done));
    const models = bench.buildModels(server, ['a'], { parameters: { maxTokens: 10 } });
    const notices: string[] = [];
    const summary = await bench.sweep(models, {
      budgetUsd: 0.0035,
      concurrency: 1,
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(notices[0]).toContain(
      'a charged $0.001 for a call, but its prices and token limits allow at most $0.0000',
    );
    expect(notices.filter((notice) => notice.includes('a charged'))).toHaveLength(1);
    expect(summary.budget).toMatchObject({ reached: true, spentUsd: 0.003 });
    expect(server.requests).toHaveLength(3);
  });

  it('warns if a model with a price of 0 is charged, and reserves its largest charge', async () => {
    const usage = usageEvent({ prompt_tokens: 30, completion_tokens: 10, cost: 0.001 });
    const server = await bench.serve(stream(delta({ content: 'It is 4.' }, 'stop'), usage, done));
    const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 0, date: '2026-01-01' };
    const notices: string[] = [];
    const summary = await bench.sweep(bench.buildModels(server, ['a'], { price }), {
      budgetUsd: 0.0035,
      concurrency: 1,
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(notices.filter((notice) => notice.includes('a charged $0.001'))).toHaveLength(1);
    expect(summary.budget).toMatchObject({ reached: true, spentUsd: 0.003 });
    expect(server.requests).toHaveLength(3);
  });

  it('is refused before the first call where nothing limits what a file costs', async () => {
    const server = await bench.serve(failWith(500));
    const parameters = { maxTokens: 10 };
    const file = { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } };
    const example = buildExample('pdf', {
      prompt: { messages: [{ role: 'user', content: [file] }] },
    });
    const taskSet = buildTaskSet([example]);
    const models = bench.buildModels(server, ['a'], { parameters });
    await expect(bench.sweep(models, { taskSet, budgetUsd: 1 })).rejects.toMatchObject({
      code: 'invalid_task_set',
      where: 'task pdf',
      message: expect.stringContaining('a has no contextWindow') as string,
    });
    expect(server.requests).toHaveLength(0);
  });

  it.each<{ members: JsonObject; contextWindow?: number; message: string }>([
    {
      members: { max_tokens: -1 },
      message: 'its "max_tokens" is not a whole number above 0, and b',
    },
    { members: { max_completion_tokens: 0 }, message: 'its "max_completion_tokens" is no' },
    { members: { max_tokens: '9' }, message: 'its "max_tokens" is not a whole number' },
    { members: { max_tokens: 9, n: 0 }, contextWindow: 1000, message: 'its "n" is not a whole' },
  ])(
    'is refused before the first call where a member of a prompt leaves no bound: $members',
    async ({ members, contextWindow, message }) => {
      const server = await bench.serve(failWith(500));
      const parameters = { maxTokens: 10 };
      const [wide, narrow] = bench.buildModels(server, ['a', 'b'], { parameters });
      if (wide === undefined || narrow === undefined) throw new Error('there are two models');
      const models = [
        { ...wide, contextWindow: 1000 },
        { ...narrow, contextWindow },
      ];
      const prompt = { messages: [{ role: 'user', content: 'Hi' }], members } as const;
      const taskSet = buildTaskSet([buildExample('plain'), buildExample('odd', { prompt })]);
      await expect(bench.sweep(models, { taskSet, budgetUsd: 1 })).rejects.toMatchObject({
        code: 'invalid_task_set',
        where: 'task odd',
        message: expect.stringContaining(message) as string,
      });
      expect(server.requests).toHaveLength(0);
    },
  );

  it('is refused before the first call where nothing limits an answer', async () => {
    const server = await bench.serve(failWith(500));
    const models = bench.buildModels(server, ['a']);
    await expect(bench.sweep(models, { budgetUsd: 1 })).rejects.toMatchObject({
      code: 'invalid_pool',
      where: 'a',
      message: expect.stringContaining('maxTokens') as string,
    });
    expect(server.requests).toHaveLength(0);
  });
});
