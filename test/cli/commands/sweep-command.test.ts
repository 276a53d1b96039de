import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../../src/measure/practice/practice-server.js';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { startBatchServer } from '../../support/batch-server.js';
import type { SweepEstimate } from '../../../src/measure/sweep/estimate-sweep.js';
import { runCli, startCli, waitForCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import {
  delta,
  done,
  startScriptedServer,
  stream,
  usageEvent,
} from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const tasksFile = path.resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');
let practice: PracticeServer;
let poolFile = '';

beforeAll(async () => {
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  practice = await startPracticeServer({ examples, seed: 1, speed: 10, failures: 0 });
  poolFile = folder.write('models.yaml', practicePoolYaml(practice.url));
});

afterAll(async () => {
  await practice.close();
});

const sweep = (out: string, ...more: readonly string[]) =>
  ['sweep', '--tasks', tasksFile, '--pool', poolFile, '--out', folder.file(out)].concat(
    '--limit',
    '10',
    more,
  );
const countCalls = () => [...practice.calls().values()].reduce((sum, count) => sum + count, 0);
const parse = (text: string) => JSON.parse(text) as Record<string, never>;

describe('sweep --batch', () => {
  it('is collected by the same command after the process was killed, and paid once', async () => {
    const server = await startBatchServer({ looks: 2 });
    try {
      const { baseUrl } = server;
      const price = { input: 1, output: 2, date: '2026-01-01' };
      const models = [{ id: 'batched', provider: baseUrl, model: 'm', price }];
      const pool = folder.write('batched.yaml', stringify({ models }));
      const args = ['sweep', '--tasks', tasksFile, '--pool', pool, '--out', folder.file('batched')];
      args.push('--limit', '5', '--batch', '--poll');
      const child = startCli([...args, '60']);
      child.stderr?.on('data', (piece: Buffer) => {
        if (piece.toString().includes('sent batch batch_1 of 5 calls')) child.kill('SIGKILL');
      });
      expect(await waitForCli(child)).toMatchObject({ exitCode: null });
      const { exitCode, stdout, stderr } = await runCommand([...args, '0.1', '--json']);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(parse(stdout)).toMatchObject({ coverage: 1, totals: { done: 5 } });
      expect(stderr).toContain('batch_1 has ended');
      expect(stderr).not.toMatch(/left$/m);
      expect(server.batches).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});

describe('sweep --dry-run', () => {
  it('says what it would cost, calls nothing and writes nothing', async () => {
    const before = countCalls();
    const { exitCode, stdout } = await runCommand(sweep('dry', '--dry-run', '--budget', '0.01'));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/practice\/scholar +10 /);
    expect(stdout).toContain('Assumptions: 4 bytes per token');
    expect(stdout).toContain('Worst case: one token per byte');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain('Dry run: nothing was called or written.');
    expect(countCalls()).toBe(before);
    expect(existsSync(folder.file('dry'))).toBe(false);
  });

  it('gives half the price for batches, and no time', async () => {
    const totalOf = async (...more: readonly string[]) => {
      const { stdout } = await runCommand(sweep('dry', '--dry-run', '--json', ...more));
      return (JSON.parse(stdout) as SweepEstimate).totals as {
        expectedUsd: number;
        worstCaseUsd: number;
        expectedSeconds: number | null;
      };
    };
    const [calls, batches] = [await totalOf(), await totalOf('--batch')];
    expect(batches.expectedUsd).toBeCloseTo(calls.expectedUsd / 2, 12);
    expect(batches.worstCaseUsd).toBeCloseTo(calls.worstCaseUsd / 2, 12);
    const { stdout } = await runCommand(sweep('dry', '--dry-run', '--batch'));
    expect(stdout).toContain('In batches: half the price');
    expect(stdout).not.toMatch(/\d (?:ms|s|min) /);
    expect(batches.expectedSeconds).toBeNull();
  });

  it('gives no time for a queue, whose workers nobody knows, and does not ask it', async () => {
    const queued = ['--dry-run', '--queue', 'postgres://127.0.0.1:1/sweeps'];
    const { exitCode, stdout } = await runCommand(sweep('dry', ...queued));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('The time depends on how many workers there are.');
    expect(stdout).not.toMatch(/\d (?:ms|s|min) |tokens per second/);
    const { stdout: json } = await runCommand(sweep('dry', ...queued, '--json'));
    const { models, totals } = JSON.parse(json) as SweepEstimate;
    for (const row of [...models, totals]) {
      expect(row).toMatchObject({ expectedSeconds: null, worstCaseSeconds: null });
    }
  });

  it.each([['--batch'], ['--adaptive'], ['--log']])(
    'refuses what the sweep itself would refuse, as --queue with %s',
    async (option) => {
      const queued = ['--dry-run', '--queue', 'postgres://db/sweeps', option];
      const { exitCode, stdout, stderr } = await runCommand(sweep('dry', ...queued));
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(`${option} cannot be combined with --queue`);
    },
  );

  it('refuses the address of a queue that is none', async () => {
    const { exitCode, stderr } = await runCommand(sweep('dry', '--dry-run', '--queue', 'db'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('this is not the URL of a Postgres database');
  });

  it.each([
    [['--poll', '60'], '--poll needs --batch'],
    [['--lease', '60'], '--lease needs --queue'],
    [['--queue-schema', 'mine'], '--queue-schema needs --queue'],
    [['--max-calls', '5'], '--max-calls needs --adaptive'],
    [['--share', '0.2'], '--share needs --add-model'],
  ])('refuses %j without the option that it belongs to', async (options, message) => {
    const { exitCode, stderr } = await runCommand(sweep('dry', '--dry-run', ...options));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it('gives the share of the price that the pool names for batches', async () => {
    const pool = readFileSync(folder.file('models.yaml'), 'utf8');
    folder.write('full.yaml', pool.replaceAll(/^( +)price:/gm, '$1batchPriceShare: 1\n$1price:'));
    const totalOf = async (args: readonly string[]) =>
      (JSON.parse((await runCommand(args)).stdout) as SweepEstimate).totals;
    const calls = await totalOf(sweep('dry', '--dry-run', '--json'));
    const batches = sweep('dry', '--dry-run', '--json', '--batch');
    const full = await totalOf(batches.with(batches.indexOf(poolFile), folder.file('full.yaml')));
    expect(full.expectedUsd).toBe(calls.expectedUsd);
  });

  it('rests on what the run has measured, and on the cells that are left', async () => {
    await runCommand(sweep('measured'));
    const { stdout } = await runCommand(sweep('measured', '--dry-run', '--json').with(8, '30'));
    const { models, totals, settledCells, spentUsd } = parse(stdout) as unknown as {
      models: { cells: number; measuredCells: number; expectedUsd: number; worstCaseUsd: number }[];
      totals: { cells: number };
      settledCells: number;
      spentUsd: number;
    };
    expect({ settledCells, cells: totals.cells }).toEqual({ settledCells: 50, cells: 100 });
    expect(spentUsd).toBeGreaterThan(0);
    for (const model of models) {
      expect(model).toMatchObject({ cells: 20, measuredCells: 10 });
      expect(model.worstCaseUsd).toBeGreaterThan(model.expectedUsd);
    }
  });
});

describe('sweep --models', () => {
  it('calls only the models that it names, and a later sweep adds the others', async () => {
    const some = await runCommand(
      sweep('some', '--models', 'practice/clerk, practice/coder', '--json'),
    );
    expect(some.exitCode).toBe(0);
    const { models } = parse(some.stdout) as unknown as { models: { model: string }[] };
    expect(models.map(({ model }) => model)).toEqual(['practice/clerk', 'practice/coder']);
    const all = await runCommand(sweep('some', '--json'));
    expect(parse(all.stdout)).toMatchObject({ totals: { settledBefore: 20, done: 30 } });
  });

  it('names the models of the pool where one is unknown, and calls nothing', async () => {
    const before = countCalls();
    const { exitCode, stderr } = await runCommand(sweep('none', '--models', 'practice/clark'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "practice/clerk"');
    const empty = await runCommand(sweep('none', '--models', ' , '));
    expect(empty.stderr).toContain('--models names nothing');
    expect(countCalls()).toBe(before);
  });
});

describe('sweep --budget', () => {
  it('ends with exit code 4 when it is reached, and goes on with a larger one', async () => {
    const first = await runCommand(sweep('budget', '--budget', '0.0065'));
    expect(first.exitCode).toBe(4);
    expect(first.stderr).toContain('the budget does not cover');
    expect(first.stderr).toContain('larger --budget');
    const again = await runCommand(sweep('budget', '--budget', '0.0065', '--json'));
    expect(again.exitCode).toBe(4);
    const { budget } = parse(again.stdout) as unknown as {
      budget: { spentUsd: number; reached: boolean };
    };
    expect(budget.reached).toBe(true);
    expect(budget.spentUsd).toBeLessThanOrEqual(0.0065);
    const last = await runCommand(sweep('budget', '--budget', '1'));
    expect(last.exitCode).toBe(0);
    expect(last.stdout).toContain('of $1.00.');
  });
});

describe('price', () => {
  it('prices a run again without a call, and writes a readable copy', async () => {
    await runCommand(sweep('priced'));
    const before = countCalls();
    const dearer = readFileSync(poolFile, 'utf8').replaceAll(
      /(input|output): ([\d.]+)/g,
      (_, name: string, price: string) => `${name}: ${Number(price) * 2}`,
    );
    const pool = folder.write('dearer.yaml', dearer);
    const copy = folder.file('priced-copy');
    const { exitCode, stdout } = await runCommand([
      'price',
      folder.file('priced'),
      '--pool',
      pool,
      '--out',
      copy,
    ]);
    expect({ exitCode, calls: countCalls() }).toEqual({ exitCode: 0, calls: before });
    expect(stdout.match(/\+100\.0 %/g)).toHaveLength(5);
    const again = await runCommand(['price', copy, '--json']);
    const { models } = parse(again.stdout) as unknown as {
      models: { changedShare: number; cells: number }[];
    };
    for (const { changedShare, cells } of models) {
      expect(cells).toBe(10);
      expect(Math.abs(changedShare)).toBeLessThan(1e-9);
    }
    expect((await runCommand(['price', copy, '--pool', pool, '--out', copy])).exitCode).toBe(2);
  });

  it('says which models and cells it has to leave as they are', async () => {
    const server = await startScriptedServer(stream(delta({ content: '4' }, 'stop'), done));
    const entry = (id: string) => ({
      id,
      provider: server.baseUrl,
      model: id,
      price: { input: 1, output: 1, date: '2026-01-01' },
    });
    const pool = folder.write('silent.yaml', stringify({ models: [entry('a'), entry('b')] }));
    const out = folder.file('silent');
    await runCommand(['sweep', '--tasks', tasksFile, '--pool', pool, '--out', out, '--limit', '3']);
    await server.close();
    const only = folder.write('only-a.yaml', stringify({ models: [entry('a')] }));
    const { stdout } = await runCommand(['price', out, '--pool', only]);
    expect(stdout).toContain('6 cells without recorded tokens: cost unchanged');
    expect(stdout).toContain('Not in the pool, cost unchanged: b.');
  });
});

describe('sweep --log', () => {
  it('writes limits, failures and states with reasons, into the run or where it is told', async () => {
    const noisy = await startPracticeServer({
      examples: (await readTaskSet(tasksFile, { checkGrader })).examples,
      seed: 1,
      speed: Infinity,
      failures: 0.5,
    });
    const pool = folder.write('noisy.yaml', practicePoolYaml(noisy.url));
    const args = ['sweep', '--tasks', tasksFile, '--pool', pool, '--limit', '6'];
    const out = folder.file('logged');
    expect((await runCommand([...args, '--out', out, '--log'])).exitCode).toBe(0);
    const events = readFileSync(path.join(out, 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => parse(line) as unknown as { kind: string; at: string; reason?: string });
    expect(new Set(events.map(({ kind }) => kind))).toContain('attempt_failed');
    const change = events.find(({ kind }) => kind === 'limit_changed');
    expect(change?.reason).toBe('429, rate limited');
    const elsewhere = folder.file('elsewhere.jsonl');
    await runCommand([...args, '--out', folder.file('logged-2'), '--log', elsewhere]);
    expect(existsSync(elsewhere)).toBe(true);
    await noisy.close();
  });
});

describe('keys', () => {
  const planted = 'Planted+Key/0123456789=abcdef';
  const forms = [planted, encodeURIComponent(planted), btoa(planted)];
  let hostile: Server;

  beforeAll(async () => {
    // Repeats the key wherever a server could: headers, URLs, bodies, streams, in several forms.
    let calls = 0;
    hostile = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        const key = String(request.headers['x-api-key'] ?? request.headers.authorization);
        const url = `https://example.com/v1?api_key=${encodeURIComponent(planted)}`;
        const echoes = [key, url, btoa(planted), planted].join(' ');
        response.setHeader('x-echo', planted);
        calls += 1;
        switch (calls % 6) {
          case 0:
            response.writeHead(500, { 'content-type': 'text/plain' }).end(echoes);
            return;
          case 1:
            response.writeHead(302, { location: url }).end(echoes);
            return;
          case 2:
            response.writeHead(400, { 'content-type': 'application/json' });
            response.end(JSON.stringify({ error: { message: echoes, code: planted } }));
            return;
          case 3:
            response.writeHead(200, { 'content-type': planted }).end(echoes);
            return;
          default:
            void stream(
              delta({ content: `It is 4. ${echoes}` }),
              delta({}, planted),
              usageEvent({ prompt_tokens: 1, completion_tokens: 1, [planted]: planted }),
              done,
            )(response, { index: 0, path: '', headers: {}, body: {} });
        }
      });
    });
    await new Promise<void>((resolve) => {
      hostile.listen(0, '127.0.0.1', resolve);
    });
  });

  afterAll(() => {
    hostile.closeAllConnections();
    hostile.close();
  });

  it('are in nothing that is written, whatever a provider sends back', async () => {
    const baseUrl = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}/v1`;
    const entry = (id: string, protocol: string) => ({
      id,
      provider: baseUrl,
      protocol,
      model: `${id}-1`,
      apiKeyEnv: 'PLANTED_KEY',
      price: { input: 1, output: 1, date: '2026-01-01' },
      parameters: { maxTokens: 50 },
    });
    const models = [entry('a', 'openai'), entry('b', 'anthropic')];
    const pool = folder.write('planted.yaml', stringify({ models }));
    const out = folder.file('planted');
    const args = ['sweep', '--tasks', tasksFile, '--pool', pool, '--out', out, '--limit', '8'];
    const environment = { PLANTED_KEY: planted };
    const outputs: string[] = [];
    for (const [run, ...more] of [
      [runCommand, '--dry-run'],
      // Also what the process itself prints.
      [runCli, '--log', '--debug'],
      [runCommand, '--retry-failed', '--json'],
    ] as const) {
      const { stdout, stderr } = await run([...args, ...more], { environment });
      outputs.push(stdout, stderr);
    }
    const written = readdirSync(out).map((name) => readFileSync(path.join(out, name), 'utf8'));
    expect(readdirSync(out)).toContain('log.jsonl');
    expect(written.join('\n')).toContain('[redacted]');
    for (const text of [...outputs, ...written]) {
      for (const form of forms) expect(text).not.toContain(form);
    }
    expect(written.join('\n')).not.toContain('PLANTED_KEY');
  });
});

describe('sweep --repeats auto', () => {
  it('estimates a range, repeats, says what it bought, and buys nothing more again', async () => {
    const args = sweep('repeated', '--repeats', 'auto');
    const dry = await runCommand([...args, '--dry-run', '--json']);
    const { totals, repeats } = JSON.parse(dry.stdout) as {
      totals: { cells: number };
      repeats: { calls: [number, number] };
    };
    // Ten prompts, all in the pilot.
    expect(repeats.calls).toEqual([(totals.cells * 2) / 3, totals.cells]);
    const shown = await runCommand([...args, '--dry-run', '--budget', '0']);
    expect(shown.stdout).toContain('Repeats auto:');
    const first = await runCommand(args);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain('Repeats: every model was asked 10 prompts twice');
    expect(first.stdout).toContain('No more: ');
    const calls = countCalls();
    const again = await runCommand([...args, '--json']);
    expect(parse(again.stdout)).toMatchObject({ coverage: 1, repeats: { pilotPrompts: 10 } });
    expect(countCalls()).toBe(calls);
  });
});

describe('sweep of a task set with images', () => {
  const images = path.resolve(import.meta.dirname, '../../../datasets/images.jsonl');
  const price = { input: 1, output: 2, date: '2026-01-01' };
  const server = { provider: 'http://127.0.0.1:9/v1', price, contextWindow: 100_000 };
  const dryRun = (pool: string, tasks: string) =>
    runCommand([
      'sweep',
      '--tasks',
      tasks,
      '--pool',
      pool,
      '--out',
      folder.file('none'),
      '--dry-run',
    ]);
  const writePool = (name: string, models: readonly object[]) =>
    folder.write(name, stringify({ models }));

  it('calls only models with vision, names the others, and counts the images', async () => {
    const pool = writePool('images.yaml', [
      { ...server, id: 'sees', model: 'a', capabilities: ['vision'] },
      { ...server, id: 'reads', model: 'b' },
    ]);
    const { exitCode, stdout, stderr } = await dryRun(pool, images);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain('Skipped: reads; every example holds an image');
    expect(stdout).toContain('sees');
    expect(stdout).not.toContain('reads');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('1,000 tokens per image');
  });

  it('refuses a pool without a model that has vision', async () => {
    const pool = writePool('blind.yaml', [{ ...server, id: 'reads', model: 'b' }]);
    const { exitCode, stderr } = await dryRun(pool, images);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('no model has vision');
    expect(stderr).toContain('capabilities: [vision]');
  });

  it('calls every model where only some prompts hold images, and warns', async () => {
    const [row = ''] = readFileSync(images, 'utf8').split('\n');
    const mixed = folder.write(
      'mixed.jsonl',
      `${row}\n{"prompt":"2+3?","reference":5,"grader":"numeric"}\n`,
    );
    const pool = writePool('mixed.yaml', [{ ...server, id: 'reads', model: 'b' }]);
    const { exitCode, stderr } = await dryRun(pool, mixed);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain('1 of 2 examples hold images');
  });

  describe('and of examples with tools', () => {
    const tool = '{"type":"function","function":{"name":"now","parameters":{}}}';
    const withTools = `{"messages":[{"role":"user","content":"What time is it?"}],"tools":[${tool}],"reference":5,"grader":"numeric"}`;
    const plain = '{"prompt":"2+3?","reference":5,"grader":"numeric"}';
    const write = (...lines: readonly string[]) =>
      folder.write('tools.jsonl', `${lines.join('\n')}\n`);
    const mute = { ...server, id: 'mute', model: 'a', capabilities: ['json'] };

    it('refuses a pool whose lists exclude every example from every model', async () => {
      const { exitCode, stderr } = await dryRun(writePool('mute.yaml', [mute]), write(withTools));
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('no model can take every example (tools)');
      expect(stderr).toContain('capabilities: [tools]');
    });

    it('warns where the lists exclude some', async () => {
      const tasks = write(withTools, plain);
      const { exitCode, stderr } = await dryRun(writePool('mute.yaml', [mute]), tasks);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain('no model can take 1 of 2 examples (tools)');
    });

    it.each([
      ['has no list', { ...server, id: 'unknown', model: 'b' }],
      ['lists them', { ...server, id: 'able', model: 'b', capabilities: ['tools'] }],
    ])('says nothing where one model %s', async (_, other) => {
      const pool = writePool('other.yaml', [mute, other]);
      const { exitCode, stderr } = await dryRun(pool, write(withTools));
      expect(exitCode).toBe(0);
      expect(stderr).not.toContain('no model can take');
    });
  });
});
