import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRefusedForFree, type LedgerEntry } from '../../../../src/measure/ledger/ledger-entry.js';
import type { PoolModel } from '../../../../src/measure/models/model.js';
import { computeRunHealth } from '../../../../src/measure/outcomes/run-health.js';
import { checkComplete } from '../../../../src/measure/sweep/check-complete.js';
import type { SweepSettings } from '../../../../src/measure/sweep/run-sweep.js';
import { defaultRetryLimits } from '../../../../src/measure/sweep/calls/retry.js';
import { computeWorstCaseCostUsd } from '../../../../src/measure/sweep/worst-case-cost.js';
import type { SweepEvent } from '../../../../src/measure/sweep/sweep-event.js';
import {
  startBatchServer,
  type BatchServer,
  type BatchServerSettings,
} from '../../../support/batch-server.js';
import { hastyClock } from '../../../support/hasty-clock.js';
import { setUpJudges } from '../../../support/judges.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import { say } from '../../../support/scripted-server.js';
import { setUpSweepBench } from '../../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();
const servers: BatchServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const protocols = ['openai', 'anthropic'] as const;
type ProtocolName = (typeof protocols)[number];

async function serve(settings: BatchServerSettings = {}): Promise<BatchServer> {
  const server = await startBatchServer(settings);
  servers.push(server);
  return server;
}

function buildModel(
  { baseUrl }: BatchServer,
  protocol: ProtocolName,
  changes: Partial<PoolModel> = {},
): PoolModel {
  return buildPoolModel({ protocol, baseUrl, parameters: { maxTokens: 100 }, ...changes });
}

function sweep(models: readonly PoolModel[], changes: Parameters<typeof bench.sweep>[1] = {}) {
  return bench.sweep(models, { batches: { pollMs: 1 }, ...changes });
}

function recordsFile(): string {
  return path.join(bench.runDirectory(), 'batches.jsonl');
}

/** Answers with an error; true, as `intercept` says that it has answered. */
function fail(response: ServerResponse, status: number, message: string): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message } }));
  return true;
}

/**
 * The server creates the first batch, but its answer is lost, or another status takes its place. The
 * first looks at the list do not show it yet.
 */
function loseAnswer(
  status: number | undefined,
  hiddenLooks: number,
): NonNullable<BatchServerSettings['intercept']> {
  let isLost = false;
  let looks = 0;
  return (request, response) => {
    const isList = request.method === 'GET' && /\/batches(?:\?|$)/.test(request.url ?? '');
    if (isList && looks++ < hiddenLooks) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":[],"has_more":false}');
      return true;
    }
    if (request.method !== 'POST' || !request.url?.endsWith('/batches') || isLost) return false;
    isLost = true;
    const writeHead = response.writeHead.bind(response);
    const end = response.end.bind(response);
    response.writeHead = () => response;
    response.end = () => {
      if (status === undefined) request.socket.destroy();
      else {
        writeHead(status, { 'content-type': 'text/html' });
        end('<html>gateway</html>');
      }
      return response;
    };
    return false;
  };
}

function catchError(work: () => void): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not throw');
}

/** A signal that aborts as soon as an event of this kind is there. */
function abortAt(kind: SweepEvent['kind']): Pick<SweepSettings, 'signal' | 'onEvent'> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind === kind) controller.abort();
    },
  };
}

describe.each(protocols)('a sweep in batches of the %s protocol', (protocol) => {
  it('records what the batch answers: compared by the price of a call, paid at half of it', async () => {
    const server = await serve();
    const summary = await sweep([buildModel(server, protocol)]);
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6, failed: 0 } });
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([6]);
    const entries = await bench.readEntries();
    const costUsd = (10 * 1 + 20 * 2) / 1e6;
    for (const entry of entries) {
      expect(entry).toMatchObject({
        outcome: 'answered',
        answer: 'It is 4.',
        grade: { kind: 'graded', quality: 1 },
        costUsd,
        paidUsd: costUsd / 2,
        latencyMs: null,
        ttftMs: null,
        servedModel: 'small-1',
      });
    }
    expect(summary.budget.spentUsd).toBeCloseTo(3 * costUsd, 12);
    expect(existsSync(recordsFile())).toBe(false);
  });

  it('pays the share of the price that the pool names', async () => {
    const server = await serve();
    const costUsd = (10 * 1 + 20 * 2) / 1e6;
    const full = { id: 'full', model: 'full-1', batchPriceShare: 1 };
    const third = { id: 'third', model: 'third-1', batchPriceShare: 0.3 };
    const models = [full, third].map((changes) => buildModel(server, protocol, changes));
    const { budget } = await sweep(models);
    for (const { model, ...entry } of await bench.readEntries()) {
      const paidUsd = model === 'full' ? undefined : (expect.closeTo(0.3 * costUsd, 12) as number);
      expect({ costUsd: entry.costUsd, paidUsd: entry.paidUsd }).toEqual({ costUsd, paidUsd });
    }
    expect(budget.spentUsd).toBeCloseTo(6 * 1.3 * costUsd, 12);
  });

  it('asks for no stream, and sends the parameters of the pool', async () => {
    const server = await serve();
    await sweep([buildModel(server, protocol)]);
    const body = server.batches[0]?.requests[0]?.body ?? {};
    expect(body['stream'] ?? false).toBe(false);
    expect(body).toMatchObject({ model: 'small-1', max_tokens: 100 });
    expect(body).not.toHaveProperty('stream_options');
  });

  it('sends failed requests again, and records those that fail for good', async () => {
    const server = await serve({
      reply: ({ body, attempt }) => {
        const prompt = JSON.stringify(body['messages']);
        if (prompt.includes('What is 0 ')) {
          return { status: 400, error: { type: 'invalid_request_error', message: 'no thanks' } };
        }
        if (prompt.includes('What is 1 ') && attempt < 3) {
          return { status: 500, error: { type: 'api_error', message: 'a bad moment' } };
        }
        return prompt.includes('What is 2 ') && attempt < 2 ? { notRun: 'expired' } : 'It is 4.';
      },
    });
    const summary = await sweep([buildModel(server, protocol)]);
    expect(summary).toMatchObject({ totals: { done: 5, failed: 1 } });
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([6, 2, 1]);
    const entries = await bench.readEntries();
    const find = (id: string) => entries.find(({ taskId }) => taskId === id);
    expect(find('0')).toMatchObject({ outcome: 'infrastructure', costUsd: null });
    expect(find('0')?.error).toContain('no thanks');
    expect(find('0')).not.toHaveProperty('possibleCostUsd');
    expect(find('1')?.failedAttempts).toHaveLength(2);
    expect(find('2')?.failedAttempts[0]?.error).toContain('expired');
  });

  it('collects the batches of a process that has gone, without sending anything again', async () => {
    const server = await serve({ looks: 2 });
    const model = buildModel(server, protocol);
    const first = await sweep([model], abortAt('batch_sent'));
    expect(first).toMatchObject({ interrupted: true, totals: { done: 0, skipped: 6 } });
    await expect(bench.sweep([model])).rejects.toThrow(/with --batch to collect them/);
    await expect(sweep([model], { limit: 2 })).rejects.toMatchObject({
      message: expect.stringContaining('for other cells') as string,
      fix: expect.stringMatching(
        /^Give the tasks, models, parameters, repeats and limit/,
      ) as string,
    });
    const changed = { ...model, parameters: { ...model.parameters, maxTokens: 60 } };
    await expect(sweep([changed])).rejects.toMatchObject({
      fix: expect.stringMatching(
        /^None of the cells of \S+ in a batch is one of this sweep: the parameters, /,
      ) as string,
    });
    const second = await sweep([model]);
    expect(second).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
    await bench.sweep([model]);
    expect(await bench.readEntries()).toHaveLength(6);
  });

  it('leaves to the next sweep what a judge was still to grade when it was interrupted', async () => {
    const server = await serve();
    const stop = new AbortController();
    const judging = await bench.serve((response, request) => {
      if (request.index === 1) stop.abort();
      return say('VERDICT: yes')(response, request);
    });
    const examples = Array.from({ length: 40 }, (_, index) =>
      buildExample(String(index), {
        reference: undefined,
        grader: { name: 'judge', options: { rubric: 'Right?', choices: { yes: 1, no: 0 } } },
      }),
    );
    const settings = { taskSet: buildTaskSet(examples), tools: { judge: openJudge(judging) } };
    const model = buildModel(server, protocol);
    const first = await sweep([model], { ...settings, signal: stop.signal });
    const asked = judging.requests.length;
    expect(asked).toBeLessThan(20);
    expect(first).toMatchObject({
      interrupted: true,
      totals: { done: asked, skipped: 40 - asked },
    });
    const second = await sweep([model], settings);
    expect(second).toMatchObject({ coverage: 1, totals: { done: 40 - asked } });
    expect(judging.requests).toHaveLength(40);
    expect(server.batches).toHaveLength(1);
    const paidUsd = ((10 * 1 + 20 * 2) / 1e6 / 2) * 40;
    expect(second.budget.spentUsd).toBeCloseTo(paidUsd, 12);
    expect(existsSync(recordsFile())).toBe(false);
  });

  it('reserves what an earlier batch may cost before a judge is paid for recorded answers', async () => {
    const server = await serve({ looks: 2 });
    const model = buildModel(server, protocol, { parameters: { maxTokens: 2000 } });
    const judging = await bench.serve(say('VERDICT: yes'));
    const examples = Array.from({ length: 6 }, (_, index) =>
      buildExample(String(index), {
        reference: undefined,
        grader: { name: 'judge', options: { rubric: 'Right?', choices: { yes: 1, no: 0 } } },
      }),
    );
    const taskSet = buildTaskSet(examples);
    const { spentUsd } = (await sweep([model], { taskSet, limit: 3 })).budget;
    await sweep([model], { taskSet, ...abortAt('batch_sent') });
    const recorded = new Set((await bench.readEntries()).map(({ taskId }) => taskId));
    const openUsd = examples
      .filter(({ id }) => !recorded.has(id))
      .reduce((sum, { prompt }) => sum + computeWorstCaseCostUsd(model, prompt) / 2, 0);
    const events: SweepEvent[] = [];
    // Enough for a call of the judge, or for what the provider is working on.
    const { budget, coverage, regraded } = await sweep([model], {
      taskSet,
      tools: { judge: openJudge(judging, { parameters: { maxTokens: 10 } }) },
      budgetUsd: spentUsd + openUsd,
      onEvent: (event) => events.push(event),
    });
    const told = events.find(({ kind }) => kind === 'budget_reached' || kind === 'batch_ended');
    expect(told).toMatchObject({ kind: 'budget_reached', isJudge: true, spentUsd });
    expect(told).toMatchObject({ reservedUsd: expect.closeTo(openUsd, 9) as number });
    expect(coverage).toBe(1);
    expect(budget.spentUsd + (budget.judgeUsd ?? 0)).toBeLessThanOrEqual(spentUsd + openUsd);
    // The batch cost less than its worst case: there is room for those that were recorded before, too.
    expect(judging.requests).toHaveLength(6);
    expect(budget).toMatchObject({ reached: false });
    expect(budget).not.toHaveProperty('unjudged');
    expect(regraded).toBe(3);
    const graded = (await bench.readEntries()).filter(({ grade }) => grade.kind === 'graded');
    expect(new Set(graded.map(({ taskId }) => taskId)).size).toBe(6);
  });

  it('pays no judge where the batches of an earlier sweep are for other cells', async () => {
    const server = await serve({ looks: 2 });
    const model = buildModel(server, protocol);
    const judging = await bench.serve(say('VERDICT: yes'));
    const examples = Array.from({ length: 6 }, (_, index) =>
      buildExample(String(index), {
        reference: undefined,
        grader: { name: 'judge', options: { rubric: 'Right?', choices: { yes: 1, no: 0 } } },
      }),
    );
    const taskSet = buildTaskSet(examples);
    await sweep([model], { taskSet, limit: 3 });
    await sweep([model], { taskSet, ...abortAt('batch_sent') });
    const tools = { judge: openJudge(judging) };
    await expect(sweep([model], { taskSet, limit: 3, tools, budgetUsd: 1 })).rejects.toThrow(
      /for other cells/,
    );
    expect(judging.requests).toHaveLength(0);
  });

  it('asks for no larger budget where a batch that holds it cannot be collected now', async () => {
    let isDown = false;
    const server = await serve({
      intercept: (request, response) =>
        isDown && request.method === 'GET' && fail(response, 401, 'this key is locked'),
    });
    const model = buildModel(server, protocol);
    const worstUsd = (count: number): number =>
      Array.from({ length: count }, (_, index) => buildExample(String(index)).prompt).reduce(
        (sum, prompt) => sum + computeWorstCaseCostUsd(model, prompt) / 2,
        0,
      );
    const notices: string[] = [];
    const summary = await sweep([model], {
      // Four of six.
      budgetUsd: worstUsd(4) * 1.1,
      onEvent: ({ kind }) => {
        if (kind === 'batch_sent') isDown = true;
      },
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    expect(summary).toMatchObject({ budget: { reached: false }, cellsInBatches: 4 });
    const error = catchError(() => checkComplete(summary));
    expect(error.message).toContain(
      '2 of 6 cells failed or were never called, and 4 are in batches that could not be collected now',
    );
    expect(notices.join('\n')).not.toContain('The budget is reached');

    isDown = false;
    const next = await sweep([model], { budgetUsd: worstUsd(6) * 1.1 });
    expect(next).toMatchObject({ coverage: 1, budget: { reached: false } });
    expect(next).not.toHaveProperty('cellsInBatches');
  });

  it('nor where that leaves too little for the cells of another provider', async () => {
    let isDown = true;
    const down = await serve({
      intercept: (request, response) =>
        isDown &&
        request.method === 'GET' &&
        request.url?.includes('/batch_') === true &&
        fail(response, 401, 'this key is locked'),
    });
    const models = [
      buildModel(down, protocol, { id: 'a', parameters: { maxTokens: 10_000 } }),
      buildModel(await serve(), protocol, { id: 'b', parameters: { maxTokens: 9_000 } }),
    ] as const;
    // For one call of either.
    const budgetUsd = 1.5 * (computeWorstCaseCostUsd(models[0], buildExample('0').prompt) / 2);
    const notices: string[] = [];
    const summary = await sweep(models, {
      budgetUsd,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    const said = notices.join('\n');
    expect(said).toMatch(/reserved for batches that cannot be collected now, .* again later\./);
    expect(said).not.toContain('The budget is reached');
    expect(summary).toMatchObject({ budget: { reached: false }, cellsInBatches: 1 });

    isDown = false;
    expect(await sweep(models, { budgetUsd: 1 })).toMatchObject({ coverage: 1 });
  });

  it('finds a batch that arrived although its answer was lost', async () => {
    let hasCut = false;
    const server = await serve({
      intercept: (request, response) => {
        if (request.method !== 'POST' || !request.url?.endsWith('/batches') || hasCut) return false;
        hasCut = true;
        // The server goes on, and its answer is cut.
        response.writeHead = () => response;
        response.end = () => {
          request.socket.destroy();
          return response;
        };
        return false;
      },
    });
    const summary = await sweep([buildModel(server, protocol)]);
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
  });

  it('finds its own batch among those of another model, known and on other pages', async () => {
    let isDown = true;
    const server = await serve({
      pageSize: 1,
      intercept: (request, response) => {
        const isPost = request.method === 'POST' && request.url?.endsWith('/batches') === true;
        // The first batch arrives; neither its answer nor the list can be read.
        if (!isDown || request.url?.endsWith('/files') === true) return false;
        if (!isPost) {
          isDown = false;
          request.socket.destroy();
          return true;
        }
        response.writeHead = () => response;
        response.end = () => {
          request.socket.destroy();
          return response;
        };
        return false;
      },
    });
    const models = ['a', 'b'].map((id) => buildModel(server, protocol, { id, model: id }));
    const first = await sweep(models);
    // Two batches of one size are told apart only where the provider keeps a token.
    const isTold = protocol === 'openai';
    expect(first).toMatchObject({ totals: isTold ? { done: 6, skipped: 6 } : { skipped: 12 } });
    const reasons = first.models.map(({ stoppedBecause = '' }) => stoppedBecause).join('\n');
    expect(reasons).toContain('not known whether a batch arrived');
    expect(/not known whether a batch of [ab] arrived/.test(reasons)).toBe(!isTold);
    expect(await sweep(models)).toMatchObject({ coverage: 1, totals: { failed: 0 } });
    expect(server.batches).toHaveLength(2);
    const attempts = (await bench.readEntries()).flatMap((entry) => entry.failedAttempts);
    expect(attempts).toEqual([]);
  });

  it.each([
    ['the first', 1],
    ['both', 2],
  ])(
    'pays for no batch twice where nobody knew of two of one size, and %s had arrived',
    async (_, arrived) => {
      let isDown = true;
      let posts = 0;
      const server = await serve({
        looks: 2,
        intercept: (request, response) => {
          const isPost = request.method === 'POST' && request.url?.endsWith('/batches') === true;
          if (!isDown || request.url?.endsWith('/files') === true) return false;
          if (isPost && posts++ < arrived) {
            // It arrives, and its answer is lost.
            response.writeHead = () => response;
            response.end = () => {
              request.socket.destroy();
              return response;
            };
            return false;
          }
          request.socket.destroy();
          return true;
        },
      });
      const models = ['a', 'b'].map((id) => buildModel(server, protocol, { id, model: id }));
      // The records of two processes, joined: one process stops before it sends the second batch.
      await sweep(models.slice(0, 1));
      const recorded = readFileSync(recordsFile(), 'utf8');
      await rm(recordsFile());
      await sweep(models.slice(1));
      writeFileSync(recordsFile(), recorded + readFileSync(recordsFile(), 'utf8'));
      isDown = false;
      const summary = await sweep(models, { budgetUsd: 1 });
      expect(summary).toMatchObject({ coverage: 1, totals: { done: 12, failed: 0 } });
      expect(summary.budget.possibleUsd).toBe(0);
      expect(server.batches).toHaveLength(2);
      expect(existsSync(recordsFile())).toBe(false);
    },
  );

  it('sends nothing more once it is interrupted', async () => {
    const server = await serve();
    const models = ['a', 'b', 'c'].map((id) => buildModel(server, protocol, { id, model: id }));
    const first = await sweep(models, abortAt('batch_sent'));
    expect(first).toMatchObject({ interrupted: true, totals: { done: 0, skipped: 18 } });
    expect(server.batches).toHaveLength(1);
    expect(await sweep(models)).toMatchObject({ coverage: 1, totals: { done: 18 } });
  });

  it('does not call the budget reached that a model without a batch API has given back', async () => {
    const without = await serve({
      intercept: (_request, response) => fail(response, 404, 'unknown path'),
    });
    const server = await serve();
    const models = [
      buildModel(without, protocol, { id: 'without' }),
      buildModel(server, protocol, { id: 'with' }),
    ] as const;
    await sweep(models.slice(1), { taskCount: 5 });
    // For a few calls. The only one left of the second model is last in the plan.
    const budgetUsd = 5 * (computeWorstCaseCostUsd(models[0], buildExample('0').prompt) / 2);
    const notices: string[] = [];
    const summary = await sweep(models, {
      budgetUsd,
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    expect(summary).toMatchObject({ coverage: 0.5, budget: { reached: false } });
    expect(notices.join('\n')).not.toContain('The budget is reached');
    expect(catchError(() => checkComplete(summary)).message).toMatch(/failed or were never called/);
  });

  it('goes on with a batch whose results break off, as long as each reading brings more', async () => {
    let reads = 0;
    const server = await serve({
      reply: () => 'It is 4. '.repeat(100),
      intercept: (request, response) => {
        if (!/\/(?:content|results)$/.test(request.url ?? '')) return false;
        reads += 1;
        const end = response.end.bind(response);
        response.end = (text: unknown) => {
          const lines = String(text).split('\n');
          if (reads >= 12) return end(text);
          response.writeHead(200, { 'content-length': Buffer.byteLength(String(text)) });
          const part = `${lines.slice(0, reads).join('\n')}\n`;
          response.write(part, () => setImmediate(() => request.socket.destroy()));
          return response;
        };
        return false;
      },
    });
    const summary = await sweep([buildModel(server, protocol)], { taskCount: 12, budgetUsd: 1 });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 12, failed: 0 } });
    expect(reads).toBe(12);
    expect(server.batches).toHaveLength(1);
  });

  it('recognizes that the batch it found is of another run, and leaves it alone', async () => {
    let posts = 0;
    const server = await serve({
      intercept: (request) => {
        if (request.method !== 'POST' || !request.url?.endsWith('/batches')) return false;
        posts += 1;
        if (posts === 2) request.socket.destroy();
        return posts === 2;
      },
    });
    const other = buildModel(server, protocol, { model: 'other' });
    await sweep([other], { runDirectory: `${bench.runDirectory()}-other` });
    const events: SweepEvent[] = [];
    const summary = await sweep([buildModel(server, protocol)], {
      budgetUsd: 1,
      onEvent: (event) => events.push(event),
    });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(summary.budget.possibleUsd).toBe(0);
    expect(server.batches).toHaveLength(2);
    expect((await bench.readEntries()).flatMap((entry) => entry.failedAttempts)).toEqual([]);
    const troubles = events.filter(({ kind }) => kind === 'batch_trouble');
    expect(troubles).toHaveLength(protocol === 'anthropic' ? 1 : 0);
  });

  it.each([
    ['just before', 0, 1],
    ['20 minutes before', 20, 0],
  ])(
    'finds a batch that comes late where one of its size of another run was sent %s',
    async (_, minutes, foreign) => {
      let posts = 0;
      let looks = 0;
      const server = await serve({
        intercept: (request, response) => {
          if (!/\/batches(?:\?|$)/.test(request.url ?? '')) return false;
          const writeHead = response.writeHead.bind(response);
          const end = response.end.bind(response);
          // The gateway gives up while the provider creates the batch, which the list shows later.
          if (request.method === 'POST' && ++posts === 2) {
            response.writeHead = () => response;
            response.end = () => {
              writeHead(504, { 'content-type': 'text/html' });
              return end('<html>gateway</html>');
            };
          } else if (request.method === 'GET' && looks++ < 3) {
            response.end = (text: unknown) => {
              const list = JSON.parse(String(text)) as { data: { id: string }[] };
              return end(
                JSON.stringify({ ...list, data: list.data.filter(({ id }) => id !== 'batch_2') }),
              );
            };
          }
          return false;
        },
      });
      const other = buildModel(server, protocol, { model: 'other' });
      await sweep([other], { runDirectory: `${bench.runDirectory()}-other` });
      server.batches[0]?.createdAt.setTime(Date.now() - 60_000 * minutes);
      const events: SweepEvent[] = [];
      const summary = await sweep([buildModel(server, protocol)], {
        budgetUsd: 1,
        onEvent: (event) => events.push(event),
      });
      expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
      expect(summary.budget.possibleUsd).toBe(0);
      expect(server.batches).toHaveLength(2);
      expect(existsSync(recordsFile())).toBe(false);
      const troubles = events.filter(({ kind }) => kind === 'batch_trouble');
      expect(troubles).toHaveLength(protocol === 'anthropic' ? foreign : 0);
    },
  );

  it('keeps a batch open that another was taken for, while its provider lists none', async () => {
    let posts = 0;
    let looks = 0;
    let isDown = true;
    const server = await serve({
      intercept: (request, response) => {
        if (!/\/batches(?:\?|$)/.test(request.url ?? '')) return false;
        if (request.method === 'GET' && looks++ > 0 && isDown) {
          return fail(response, 403, 'the key may not list batches');
        }
        if (request.method === 'POST' && ++posts === 2) request.socket.destroy();
        return request.method === 'POST' && posts === 2;
      },
    });
    const other = buildModel(server, protocol, { model: 'other' });
    await sweep([other], { runDirectory: `${bench.runDirectory()}-other` });
    const models = [buildModel(server, protocol)];
    expect(await sweep(models, { budgetUsd: 1 })).toMatchObject({ coverage: 0 });
    expect(server.batches).toHaveLength(1);
    isDown = false;
    expect(await sweep(models, { budgetUsd: 1 })).toMatchObject({ coverage: 1 });
    expect(server.batches).toHaveLength(2);
  });

  it('waits before it asks for a batch whose sending got no answer', async () => {
    const seen: string[] = [];
    let hasCut = false;
    const server = await serve({
      intercept: (request) => {
        if (request.url?.includes('/batches') !== true) return false;
        seen.push(String(request.method));
        if (hasCut) return false;
        hasCut = true;
        request.socket.destroy();
        return true;
      },
    });
    const sleep = async (): Promise<void> => void seen.push('wait');
    await sweep([buildModel(server, protocol)], { clock: { ...hastyClock, sleep } });
    expect(seen.slice(0, 3)).toEqual(['POST', 'wait', 'GET']);
  });

  it.each([524, 504, 502])(
    'goes on looking for a batch whose gateway gave up waiting (%i), and sends it once',
    async (status) => {
      const server = await serve({ intercept: loseAnswer(status, 3) });
      const summary = await sweep([buildModel(server, protocol)], { budgetUsd: 1 });
      expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
      expect(server.batches).toHaveLength(1);
      expect((await bench.readEntries()).flatMap((entry) => entry.failedAttempts)).toEqual([]);
    },
  );

  it('goes on looking for a batch that a process sent just before it ended', async () => {
    const server = await serve({ intercept: loseAnswer(undefined, 2) });
    const model = buildModel(server, protocol);
    const first = await sweep([model], abortAt('paused'));
    expect(first).toMatchObject({ coverage: 0 });
    expect(await sweep([model])).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
  });

  it.each([
    ['ahead', 3],
    ['behind', -3],
    ['far ahead', 300],
  ])('finds its batch where the clock is %s', async (_, minutes) => {
    const server = await serve({ intercept: loseAnswer(undefined, 0) });
    const clock = { ...hastyClock, date: () => new Date(Date.now() + 60_000 * minutes) };
    const summary = await sweep([buildModel(server, protocol)], { clock });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
  });

  it('finds its batch where the clock was set right after it was sent', async () => {
    const server = await serve({ intercept: loseAnswer(undefined, 0) });
    const model = buildModel(server, protocol);
    const fast = { ...hastyClock, date: () => new Date(Date.now() + 600_000) };
    await sweep([model], { clock: fast, ...abortAt('paused') });
    expect(await sweep([model])).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
  });

  it('reads results again that are fewer than the provider counts', async () => {
    let reads = 0;
    const server = await serve({
      intercept: (request, response) => {
        if (!/\/(?:content|results)$/.test(request.url ?? '') || reads++ > 1) return false;
        const end = response.end.bind(response);
        response.end = (text: unknown) => end(String(text).split('\n').slice(0, 2).join('\n'));
        return false;
      },
    });
    const summary = await sweep([buildModel(server, protocol)], { budgetUsd: 1 });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 }, budget: { possibleUsd: 0 } });
    expect(server.batches).toHaveLength(1);
  });

  it('counts as possibly charged what the provider counts and never gives', async () => {
    const server = await serve({
      reply: ({ attempt }) => (attempt === 1 ? { raw: '' } : 'It is 4.'),
    });
    const summary = await sweep([buildModel(server, protocol)], { budgetUsd: 1 });
    expect(summary).toMatchObject({ coverage: 1 });
    expect(summary.budget.possibleUsd).toBeGreaterThan(0);
  });

  it('never sends what nobody knows the fate of, until it is known', async () => {
    let isDown = true;
    const server = await serve({
      intercept: (request) => {
        if (!isDown || !request.url?.includes('/batches')) return false;
        request.socket.destroy();
        return true;
      },
    });
    const model = buildModel(server, protocol);
    const first = await sweep([model], { budgetUsd: 1 });
    expect(first.models[0]?.stoppedBecause).toMatch(/not known whether a batch arrived/);
    expect(first).toMatchObject({ coverage: 0 });
    await expect(sweep([model])).rejects.toThrow(/not known whether a batch arrived/);
    isDown = false;
    expect(await sweep([model])).toMatchObject({ coverage: 1 });
    expect(server.batches).toHaveLength(1);
  });

  it('sends as much as half the price allows, and says when the budget is reached', async () => {
    const server = await serve();
    const model = buildModel(server, protocol);
    const budgetUsd = 1.0001 * computeWorstCaseCostUsd(model, 'What is 0 + 1?');
    const summary = await sweep([model], { budgetUsd });
    expect(summary.budget.reached).toBe(true);
    expect(summary.budget.spentUsd).toBeLessThanOrEqual(budgetUsd);
    // What a batch leaves of its reservation is spent on the next one.
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([2, 1, 1, 1]);
  });

  it('sends as much as the whole price allows where batches have no discount', async () => {
    const server = await serve();
    const model = buildModel(server, protocol, { batchPriceShare: 1 });
    const budgetUsd = 1.0001 * computeWorstCaseCostUsd(model, 'What is 0 + 1?');
    await sweep([model], { budgetUsd, ...abortAt('batch_sent') });
    const summary = await sweep([model], { budgetUsd });
    expect(summary.budget.spentUsd).toBeLessThanOrEqual(budgetUsd);
    expect(server.batches[0]?.requests).toHaveLength(1);
  });

  it('stops a model whose provider has no batches, and says how to sweep it', async () => {
    const server = await serve({
      intercept: (request, response) => {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"unknown path"}}');
        return request.url !== undefined;
      },
    });
    const summary = await sweep([buildModel(server, protocol)]);
    expect(summary.models[0]?.stoppedBecause).toMatch(
      /no batch API here; sweep it without --batch/,
    );
    expect(summary).toMatchObject({ coverage: 0, totals: { skipped: 6 } });
    expect(existsSync(recordsFile())).toBe(false);
  });

  it.each([
    ['cannot be read', 0],
    ['is longer than any answer', 65 << 20],
  ])('takes no answer from a line that %s, and may have been charged', async (_, length) => {
    const raw = `{"custom_id":${' '.repeat(length)}`;
    const server = await serve({
      reply: ({ body, attempt }) =>
        JSON.stringify(body['messages']).includes('What is 3 ') && attempt === 1
          ? { raw }
          : 'It is 4.',
    });
    const summary = await sweep([buildModel(server, protocol)]);
    // What the sweep cost is a lower bound, as in the report.
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6, possiblyCharged: 1 } });
    expect(computeRunHealth(await bench.readEntries(), ['small']).models[0]).toMatchObject({
      possiblyCharged: 1,
    });
    const [failed, answered] = (await bench.readEntries()).filter(({ taskId }) => taskId === '3');
    expect(failed?.error).toContain('no answer to this request that can be read');
    expect(failed?.possibleCostUsd).toBeGreaterThan(0);
    expect(answered?.failedAttempts[0]?.error).toBe(failed?.error);
    expect(answered).not.toHaveProperty('possibleCostUsd');
  });

  it('does not take a refused call for free whose earlier attempt may have been charged', async () => {
    const server = await serve({
      reply: ({ body, attempt }) => {
        if (!JSON.stringify(body['messages']).includes('What is 3 ')) return 'It is 4.';
        if (attempt === 1) return { raw: '{"custom_id":' };
        const error = {
          type: 'invalid_request_error',
          code: 'content_filter',
          message: 'filtered',
        };
        return { status: 400, error };
      },
    });
    const { budget } = await sweep([buildModel(server, protocol)], { budgetUsd: 1 });
    const entries = (await bench.readEntries()).filter(({ taskId }) => taskId === '3');
    const [failed, refused] = entries as [LedgerEntry, LedgerEntry];
    expect(refused).toMatchObject({ outcome: 'refused', costUsd: null, possibleCostUsd: 0 });
    expect(isRefusedForFree(refused)).toBe(false);
    // It counts once.
    expect(failed.possibleCostUsd).toBeGreaterThan(0);
    expect(budget.possibleUsd).toBe(failed.possibleCostUsd);
  });

  it('nor where an earlier sweep made that attempt', async () => {
    const server = await serve({
      reply: ({ attempt }) =>
        attempt === 1
          ? { raw: '{"custom_id":' }
          : {
              status: 400,
              error: {
                type: 'invalid_request_error',
                code: 'content_filter',
                message: 'filtered',
              },
            },
    });
    const settings = {
      budgetUsd: 1,
      limit: 1,
      retryLimits: { ...defaultRetryLimits, maxAttempts: 1 },
    };
    const model = buildModel(server, protocol);
    const first = await sweep([model], settings);
    expect(first.budget.possibleUsd).toBeGreaterThan(0);
    const { budget } = await sweep([model], settings);
    const refused = (await bench.readEntries()).at(-1) as LedgerEntry;
    expect(refused).toMatchObject({ outcome: 'refused', costUsd: null, possibleCostUsd: 0 });
    expect(isRefusedForFree(refused)).toBe(false);
    expect(budget.possibleUsd).toBe(first.budget.possibleUsd);
  });

  it('records what may have been charged, where it ends before it sends a cell again', async () => {
    const server = await serve({
      reply: ({ body }) =>
        JSON.stringify(body['messages']).includes('What is 3 ')
          ? { raw: '{"custom_id":' }
          : 'It is 4.',
    });
    const model = buildModel(server, protocol);
    const first = await sweep([model], { budgetUsd: 1, ...abortAt('batch_ended') });
    expect(first.interrupted).toBe(true);
    expect(first.budget.possibleUsd).toBeGreaterThan(0);
    const possible = (await bench.readEntries()).map((entry) => entry.possibleCostUsd ?? 0);
    expect(possible.reduce((sum, usd) => sum + usd)).toBeCloseTo(first.budget.possibleUsd, 10);
  });

  it('records a failure where it ends before it sends the cell again', async () => {
    const server = await serve({ reply: () => ({ notRun: 'expired' }) });
    const model = buildModel(server, protocol);
    const summary = await sweep([model], abortAt('batch_ended'));
    expect(summary.totals).toMatchObject({ failed: 6, skipped: 0 });
    expect(await bench.readEntries()).toHaveLength(6);
  });

  it.each([503, 429])('sends a batch again that was refused with %i', async (status) => {
    let refusals = 0;
    const events: SweepEvent[] = [];
    const server = await serve({
      intercept: (request, response) => {
        // A limit of requests holds for looking up what arrived, too.
        const isRefused = request.method === 'POST' || (status === 429 && refusals < 3);
        if (!isRefused || refusals >= 3) return false;
        refusals += 1;
        return fail(response, status, 'too busy');
      },
    });
    const summary = await sweep([buildModel(server, protocol)], {
      onEvent: (event) => events.push(event),
    });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 6 } });
    expect(server.batches).toHaveLength(1);
    const paused = events.filter(({ kind }) => kind === 'paused');
    expect(paused).toHaveLength(3);
    expect(JSON.stringify(paused)).toContain('too busy');
  });

  it('stops a model whose batches are always refused, and says why', async () => {
    let posts = 0;
    const server = await serve({
      intercept: (request, response) => {
        if (request.method !== 'POST') return false;
        posts += 1;
        return fail(response, 503, 'down for the day');
      },
    });
    const summary = await sweep([buildModel(server, protocol)], { budgetUsd: 1 });
    expect(summary).toMatchObject({ coverage: 0, totals: { skipped: 6 } });
    expect(summary.models[0]?.stoppedBecause).toContain('down for the day');
    expect(summary.budget).toMatchObject({ reached: false, spentUsd: 0, possibleUsd: 0 });
    expect(posts).toBe(8);
  });

  it('leaves a batch with its provider whose results can never be read', async () => {
    let reads = 0;
    const server = await serve({
      intercept: (request, response) => {
        if (!/(content|results)$/.test(request.url ?? '')) return false;
        reads += 1;
        // Ends a test of a sweep that would read for ever.
        return fail(response, reads > 20 ? 401 : 503, 'no results now');
      },
    });
    const summary = await sweep([buildModel(server, protocol)]);
    expect(reads).toBe(8);
    expect(summary.models[0]?.stoppedBecause).toMatch(/no results now.* to collect it/);
    expect(existsSync(recordsFile())).toBe(true);
  });

  it('goes on after requests that fail, and keeps keys out of files and events', async () => {
    let failures = 0;
    const events: SweepEvent[] = [];
    const key = 'sk-secret-0123456789abcdef';
    const server = await serve({
      intercept: (request, response) => {
        if (request.method !== 'GET' || failures >= 3) return false;
        failures += 1;
        response.writeHead(503, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `overloaded, ${key}` } }));
        return true;
      },
    });
    const summary = await sweep([buildModel(server, protocol, { apiKeyEnv: 'KEY' })], {
      environment: { KEY: key },
      onEvent: (event) => events.push(event),
    });
    expect(summary).toMatchObject({ coverage: 1 });
    expect([...server.keys].join()).toContain(key);
    expect(events.filter(({ kind }) => kind === 'batch_trouble')).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain(key);
    expect(readFileSync(path.join(bench.runDirectory(), 'ledger.jsonl'), 'utf8')).not.toContain(
      key,
    );
  });
});

describe('a sweep in batches', () => {
  it('puts each model in batches of its own', async () => {
    const server = await serve();
    const models = ['a', 'b'].map((id) => buildModel(server, 'openai', { id, model: id }));
    const summary = await sweep(models);
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 12 } });
    const names = server.batches.map(({ requests }) => [
      ...new Set(requests.map(({ body }) => body['model'])),
    ]);
    expect(names.flat().toSorted()).toEqual(['a', 'b']);
  });

  it('sends smaller batches to a provider that takes no more at once', async () => {
    const server = await serve({
      refuse: (requests) =>
        requests > 2
          ? { code: 'token_limit_exceeded', message: 'Enqueued token limit' }
          : undefined,
    });
    const summary = await sweep([buildModel(server, 'openai')]);
    expect(summary).toMatchObject({ coverage: 1 });
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([
      6, 3, 3, 1, 1, 1, 1, 1, 1,
    ]);
  });

  it('stops a model of which not even one request is taken', async () => {
    let asked = 0;
    const server = await serve({
      refuse: () => {
        asked += 1;
        // Ends a test of a sweep that would send for ever.
        const code = asked > 100 ? 'test_has_failed' : 'token_limit_exceeded';
        return { code, message: 'Enqueued token limit' };
      },
    });
    const summary = await sweep([buildModel(server, 'openai')], { limit: 1 });
    expect(summary.models[0]?.stoppedBecause).toBe('token_limit_exceeded: Enqueued token limit');
    expect(server.batches).toHaveLength(8);
  });

  it('stops a model whose batches are refused for another reason', async () => {
    const server = await serve({
      refuse: () => ({ code: 'invalid_model', message: 'the model has no batches' }),
    });
    const summary = await sweep([buildModel(server, 'openai')]);
    expect(summary.models[0]?.stoppedBecause).toBe('invalid_model: the model has no batches');
  });

  it('sends requests again in another form if the server rejects the name of the token limit', async () => {
    const server = await serve({
      reply: ({ body }) =>
        'max_tokens' in body
          ? {
              status: 400,
              error: {
                message:
                  "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
                type: 'invalid_request_error',
                param: 'max_tokens',
                code: 'unsupported_parameter',
              },
            }
          : 'It is 4.',
    });
    const model = buildModel(server, 'openai');
    expect(await sweep([model])).toMatchObject({
      coverage: 1,
      newForms: [{ model: model.id, request: { tokenLimit: 'max_completion_tokens' } }],
    });
    expect(server.batches).toHaveLength(2);
  });

  it('goes on in the form that an earlier process found', async () => {
    const server = await serve({
      looks: 2,
      reply: ({ body, attempt }) => {
        if ('max_tokens' in body) {
          const message =
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
          const code = 'unsupported_parameter';
          return {
            status: 400,
            error: { message, type: 'invalid_request_error', param: 'max_tokens', code },
          };
        }
        const isBad = attempt === 2 && JSON.stringify(body['messages']).includes('What is 1 ');
        return isBad ? { notRun: 'expired' } : 'It is 4.';
      },
    });
    const model = buildModel(server, 'openai');
    const controller = new AbortController();
    let sent = 0;
    await sweep([model], {
      signal: controller.signal,
      onEvent: ({ kind }) => {
        if (kind === 'batch_sent') sent += 1;
        if (sent === 2) controller.abort();
      },
    });
    expect(await sweep([model])).toMatchObject({ coverage: 1 });
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([6, 6, 1]);
  });

  it('records a failure once where it is killed before it notes the end of the batch', async () => {
    const server = await serve({
      reply: ({ body, attempt }) =>
        JSON.stringify(body['messages']).includes('What is 3 ') && attempt === 1
          ? { raw: '{"custom_id":' }
          : 'It is 4.',
    });
    const model = buildModel(server, 'openai');
    let left = '';
    await sweep([model], {
      retryLimits: { ...defaultRetryLimits, maxAttempts: 1 },
      onEvent: ({ kind }) => {
        if (kind === 'attempt_failed') left = readFileSync(recordsFile(), 'utf8');
      },
    });
    writeFileSync(recordsFile(), left);
    expect(await sweep([model])).toMatchObject({ coverage: 1 });
    const entries = (await bench.readEntries()).filter(({ taskId }) => taskId === '3');
    expect(entries.map(({ outcome }) => outcome)).toEqual(['infrastructure', 'answered']);
    expect(existsSync(recordsFile())).toBe(false);
  });

  describe('whose provider does not find a batch', () => {
    const forget = (isLost: () => boolean): Promise<BatchServer> =>
      serve({
        intercept: (request, response) =>
          request.method === 'GET' && isLost() && fail(response, 404, 'No batch found'),
      });

    it('keeps it to be collected with the right key, and sends nothing again', async () => {
      let isLost = true;
      const server = await forget(() => isLost);
      const model = buildModel(server, 'openai');
      const first = await sweep([model], { budgetUsd: 1 });
      expect(first).toMatchObject({ totals: { done: 0, failed: 0, skipped: 6 } });
      expect(first.models[0]?.stoppedBecause).toMatch(/key of the project that sent the batch/);
      isLost = false;
      expect(await sweep([model])).toMatchObject({ coverage: 1 });
      expect(server.batches).toHaveLength(1);
    });

    it('gives it up after 29 days: possibly charged, and its cells failed', async () => {
      const server = await forget(() => true);
      const model = buildModel(server, 'openai');
      await sweep([model], { budgetUsd: 1 });
      const date = (): Date => new Date(Date.now() + 30 * 86_400_000);
      const summary = await sweep([model], { budgetUsd: 1, clock: { ...hastyClock, date } });
      expect(summary).toMatchObject({ totals: { done: 0, failed: 6 } });
      expect(summary.budget.possibleUsd).toBeGreaterThan(0);
      expect(server.batches).toHaveLength(1);
    });
  });
});
