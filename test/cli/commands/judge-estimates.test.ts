import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../support/run-command.js';
import { say, startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let server: ScriptedServer;

const tasks = [
  { id: 'polite', prompt: 'Say good morning.', grader: { name: 'judge', rubric: 'Is polite.' } },
  {
    id: 'better',
    prompt: 'Say good night.',
    reference: 'Good night!',
    metadata: { answer: 'Good night!' },
    grader: { name: 'judge', mode: 'pairwise' },
  },
  { id: 'sum', prompt: 'What is 17 + 4?', reference: 21, grader: 'numeric' },
];

/** Calls of the judge for the answers of one model: one for a rubric, two for both orders of a pair. */
const callsPerModel = 3;

function writePool(name: string, models: readonly string[]): string {
  const entries = models.map(
    (model) =>
      `  - { id: ${model}, provider: "${server.baseUrl}", model: ${model}, price: { input: 1, output: 2, date: 2026-01-01 }, parameters: { maxTokens: 100 } }\n`,
  );
  return folder.write(name, `models:\n${entries.join('')}`);
}

const count = (model: string): number =>
  server.requests.filter(({ body }) => body['model'] === model).length;

function sweep(out: string, ...options: string[]) {
  const pool = options.includes('--pool') ? [] : ['--pool', folder.file('models.yaml')];
  const files = ['--tasks', folder.file('tasks.jsonl'), ...pool];
  return runCommand(['sweep', ...files, '--out', folder.file(out), ...options]);
}

beforeAll(async () => {
  server = await startScriptedServer((response, request) => {
    const text = JSON.stringify(request.body['messages']);
    const isSilent = String(request.body['model']).startsWith('silent/');
    if (isSilent) return say('')(response, request);
    const answer = text.includes('VERDICT: 1') ? 'VERDICT: 1' : 'VERDICT: correct';
    say(text.includes('VERDICT') ? answer : 'Good morning, 21!')(response, request);
  });
  folder.write('tasks.jsonl', tasks.map((task) => JSON.stringify(task)).join('\n'));
  writePool('models.yaml', ['north/one', 'south/two']);
  writePool('judge.yaml', ['east/judge']);
});
afterAll(() => server.close());

describe('a dry run of a sweep with a judge', () => {
  it('shows the calls and the cost of the judge, and adds them to all', async () => {
    const { exitCode, stdout } = await sweep(
      'a',
      '--judge',
      folder.file('judge.yaml'),
      '--dry-run',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}judge: +6 /m);
    expect(stdout).toMatch(/^ {2}all +12 /m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  it('counts the calls that the sweep then makes, and bounds their cost', async () => {
    const judge = ['--judge', folder.file('judge.yaml'), '--json'];
    const estimate = JSON.parse((await sweep('a', ...judge, '--dry-run')).stdout) as {
      judge: { calls: number; expectedUsd: number; worstCaseUsd: number };
    };
    const { judge: spend } = JSON.parse((await sweep('a', ...judge)).stdout) as {
      judge: { calls: number; costUsd: number };
    };
    expect(spend.calls).toBe(2 * callsPerModel);
    expect(estimate.judge.calls).toBe(spend.calls);
    expect(estimate.judge.worstCaseUsd).toBeGreaterThan(spend.costUsd);
    const again = JSON.parse((await sweep('a', ...judge, '--dry-run')).stdout) as unknown;
    expect(again).toMatchObject({ judge: { calls: 0, expectedUsd: 0 } });
  });

  it('counts recorded answers that wait for a judge', async () => {
    expect((await sweep('b')).exitCode).toBe(0);
    const judge = ['--judge', folder.file('judge.yaml'), '--json', '--dry-run'];
    const estimate = JSON.parse((await sweep('b', ...judge)).stdout) as unknown;
    expect(estimate).toMatchObject({ totals: { cells: 0 }, judge: { calls: 2 * callsPerModel } });
  });

  it('counts no answer that is copied for a new name of its model', async () => {
    const judge = ['--judge', folder.file('judge.yaml'), '--json'];
    await sweep('renamed', ...judge);
    const pool = readFileSync(folder.file('models.yaml'), 'utf8');
    const renamed = folder.write('renamed.yaml', pool.replaceAll('id: north', 'id: n'));
    const before = count('east/judge');
    const options = ['--pool', renamed, ...judge];
    const estimate = JSON.parse(
      (await sweep('renamed', ...options, '--dry-run')).stdout,
    ) as unknown;
    expect(estimate).toMatchObject({ totals: { cells: 0 }, judge: { calls: 0 } });
    await sweep('renamed', ...options);
    expect(count('east/judge')).toBe(before);
  });

  it('counts no empty answer: nobody is asked about it', async () => {
    const silent = folder.write(
      'silent.yaml',
      readFileSync(folder.file('models.yaml'), 'utf8').replaceAll('model: ', 'model: silent/'),
    );
    const judge = ['--judge', folder.file('judge.yaml'), '--json'];
    const options = ['--pool', silent, ...judge];
    const before = count('east/judge');
    await sweep('silent', ...options);
    const estimate = JSON.parse((await sweep('silent', ...options, '--dry-run')).stdout) as unknown;
    expect(estimate).toMatchObject({ totals: { cells: 0 }, judge: { calls: 0 } });
    const grade = await runCommand(['grade', folder.file('silent'), ...judge]);
    expect(JSON.parse(grade.stdout)).toMatchObject({ graded: 0 });
    expect(count('east/judge')).toBe(before);
  });

  it('counts the judge in what repeats and a budget are enough for', async () => {
    const options = ['--repeats', 'auto', '--dry-run'];
    const judge = ['--judge', folder.file('judge.yaml')];
    const readRepeats = async (...more: readonly string[]) => {
      const { stdout } = await sweep('r', ...options, ...more, '--json');
      return JSON.parse(stdout) as {
        totals: { cells: number; expectedUsd: number };
        judge: { calls: number; expectedUsd: number } | null;
        repeats: { calls: [number, number]; usd: [number, number] };
      };
    };
    const bare = await readRepeats();
    const { totals, judge: judging, repeats } = await readRepeats(...judge);
    expect(repeats.calls[1]).toBe(totals.cells + (judging?.calls ?? 0));
    expect(repeats.usd[1]).toBeCloseTo(totals.expectedUsd + (judging?.expectedUsd ?? 0), 12);
    expect(repeats.usd[0]).toBeGreaterThan(bare.repeats.usd[0]);
    // Enough for the answers, but not for their judge.
    const between = String((bare.repeats.usd[0] + repeats.usd[0]) / 2);
    const { stdout } = await sweep('r', ...options, ...judge, '--budget', between);
    expect(stdout).not.toContain('enough for');
  });

  it('warns of a judge that grades its own answers', async () => {
    writePool('own.yaml', ['south/two']);
    const { stderr } = await sweep('own', '--judge', folder.file('own.yaml'), '--limit', '1');
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'the judge south/two is one of the models that it grades',
    );
  });

  it('refuses a file in place of a run folder', async () => {
    for (const options of [['--dry-run'], []]) {
      const { exitCode, stderr } = await sweep('judge.yaml', ...options);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('this is a file, and a run needs a folder');
    }
  });

  it('refuses a file of several judges', async () => {
    const several = ['--judge', folder.file('models.yaml'), '--dry-run'];
    const { exitCode, stderr } = await sweep('c', ...several);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('must list one model');
  });
});

describe('a dry run of grade with a judge', () => {
  it('calls no judge, and says what it would cost', async () => {
    const judge = ['--judge', folder.file('judge.yaml')];
    const before = count('east/judge');
    const { exitCode, stdout } = await runCommand([
      'grade',
      folder.file('b'),
      ...judge,
      '--dry-run',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /4 answers would be judged by east\/judge: 6 calls, expected cost \$[\d.]+, worst\s+case \$/,
    );
    expect(stdout).toContain('the judge was not called');
    expect(stdout).not.toContain('name one with --judge');
    expect(count('east/judge')).toBe(before);
    const real = await runCommand(['grade', folder.file('b'), ...judge]);
    expect(real.stdout).toContain('Judge: 6 calls');
    const after = await runCommand(['grade', folder.file('b'), ...judge, '--dry-run']);
    expect(after.stdout).toContain('No answer needs the judge east/judge.');
  });
});

describe('a check of tasks with a judge', () => {
  it('says what the judge cost', async () => {
    const judge = ['--judge', folder.file('judge.yaml')];
    const { stdout } = await runCommand(['tasks', 'check', folder.file('tasks.jsonl'), ...judge]);
    expect(stdout).toMatch(/Judge: 2 calls, \$/);
  });
});
