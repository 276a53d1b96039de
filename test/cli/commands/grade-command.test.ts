import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeGradeKey } from '../../../src/measure/graders/grade-answer.js';
import { findGrader } from '../../../src/measure/graders/registry.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { runCommand } from '../../support/run-command.js';
import { say, startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const taskCount = 40;
/** Tasks to which one of the models gives two answers. */
const vagueCount = 2;
let server: ScriptedServer;

function writePool(name: string, models: readonly string[]): string {
  const entries = models.map(
    (model) =>
      `  - id: ${model}\n    provider: ${server.baseUrl}\n    model: ${model}\n    price: { input: 1, output: 2, date: 2026-01-01 }\n`,
  );
  return folder.write(name, `models:\n${entries.join('')}`);
}

/** The sum that a prompt asks for; the vague model gives two for the first tasks. */
function answerSum(model: unknown, text: string): string {
  if (text.includes('VERDICT')) return 'VERDICT: correct';
  const index = Number(/basket (\d+)/.exec(text)?.[1]);
  return model === 'north/vague' && index < vagueCount
    ? `It is either ${index + 100} or ${index + 7}.`
    : `It is ${index + 100}.`;
}

/** A copy of the run, for one test to change. */
function copyRun(name: string): string {
  cpSync(folder.file('run'), folder.file(name), { recursive: true });
  return folder.file(name);
}

beforeAll(async () => {
  server = await startScriptedServer((response, request) =>
    say(answerSum(request.body['model'], JSON.stringify(request.body['messages'])))(
      response,
      request,
    ),
  );
  const tasks = Array.from({ length: taskCount }, (_, index) => ({
    id: `sum-${index}`,
    prompt: `How many apples are in basket ${index}, ${(index * 7919).toString(36)}?`,
    task: 'sums',
    reference: index + 100,
    grader: 'numeric',
  }));
  folder.write('tasks.jsonl', tasks.map((task) => JSON.stringify(task)).join('\n'));
  writePool('models.yaml', ['south/clear', 'north/vague']);
  writePool('judge.yaml', ['east/judge']);
  const files = ['--tasks', folder.file('tasks.jsonl'), '--pool', folder.file('models.yaml')];
  const { exitCode } = await runCommand(['sweep', ...files, '--out', folder.file('run')]);
  expect(exitCode).toBe(0);
});
afterAll(() => server.close());

describe('an answer with two final answers', () => {
  it('stays ungraded, and the command says who could decide it', async () => {
    const { exitCode, stdout } = await runCommand(['grade', copyRun('as-swept')]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Ungraded: 2 answers: ambiguous; --ambiguous decides them');
    expect(stdout).toContain('0 grades changed');
  });

  it('counts as wrong with --ambiguous wrong', async () => {
    const run = copyRun('wrong');
    const { stdout } = await runCommand(['grade', run, '--ambiguous', 'wrong']);
    expect(stdout).toContain('80 cells, 2 regraded, 2 grades changed');
    expect(stdout).toContain('2: numeric: judge or --ambiguous changed');
    expect(stdout).toMatch(/sum-0, north\/vague: ungraded \(.*\) -> 0/);
    expect(stdout).not.toContain('Ungraded:');
  });

  it('goes to the judge with --ambiguous judge, and no other answer does', async () => {
    const run = copyRun('judged');
    const before = server.requests.length;
    const judge = ['--judge', folder.file('judge.yaml')];
    const { stdout } = await runCommand(['grade', run, '--ambiguous', 'judge', ...judge]);
    expect(stdout).toContain('2 grades changed');
    expect(stdout).toMatch(/sum-1, north\/vague: ungraded \(.*\) -> 1/);
    expect(stdout).toContain('Judge: 2 calls');
    expect(server.requests.length - before).toBe(2);
  });

  it.each([
    {
      name: 'does not exist',
      file: undefined,
      problem: 'nothing-here/run.json: there is no such file',
    },
    {
      name: 'was imported',
      file: 'import',
      problem: 'imported outcomes contain no answers to grade',
    },
  ])('says that the folder $name, with a judge too', async ({ file, problem }) => {
    const run = folder.file('nothing-here');
    if (file !== undefined) {
      const info = JSON.parse(readFileSync(folder.file('run/run.json'), 'utf8')) as object;
      folder.write('nothing-here/run.json', JSON.stringify({ ...info, kind: file }));
    }
    for (const judge of [[], ['--judge', folder.file('judge.yaml')]]) {
      const { exitCode, stderr } = await runCommand(['grade', run, ...judge]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(problem);
    }
  });

  it('is refused to a judge that is not named', async () => {
    const { exitCode, stderr } = await runCommand(['grade', copyRun('x'), '--ambiguous', 'judge']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--ambiguous judge needs a judge');
    expect(stderr).toContain('--ambiguous wrong');
  });

  it('is decided in a sweep too', async () => {
    const files = ['--tasks', folder.file('tasks.jsonl'), '--pool', folder.file('models.yaml')];
    const sweep = ['sweep', ...files, '--out', folder.file('decided'), '--ambiguous', 'wrong'];
    expect((await runCommand(sweep)).exitCode).toBe(0);
    const { stdout } = await runCommand(['grade', folder.file('decided'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ungraded: [],
      models: [
        { model: 'north/vague', quality: 0.95 },
        { model: 'south/clear', quality: 1 },
      ],
    });
  });

  it('makes train warn where one model gives more of them', async () => {
    const train = async (run: string): Promise<string> => {
      const options = ['--overwrite', '--out', folder.file('policy.json'), '--family', 'constant'];
      const { exitCode, stdout, stderr } = await runCommand(['train', run, ...options]);
      expect(exitCode).toBe(0);
      return `${stdout}${stderr}`.replace(/\s+/g, ' ');
    };
    expect(await train(folder.file('run'))).toContain(
      'Ambiguous answers: 5.0 % of north/vague, 0.0 % of south/clear.',
    );
    expect(await train(folder.file('decided'))).not.toContain('Ambiguous answers');
  });
});

describe('grades by an earlier version of a grader', () => {
  it('are replaced, with their number and the two versions as the cause', async () => {
    const run = copyRun('earlier');
    const { examples } = await readTaskSet(folder.file('tasks.jsonl'));
    const version = (findGrader('numeric')?.version ?? 0) - 1;
    const ledger = `${run}/ledger.jsonl`;
    const lines = readFileSync(ledger, 'utf8').trimEnd().split('\n');
    let aged = 0;
    const earlier = lines.map((line) => {
      const entry = JSON.parse(line) as { taskId: string; model: string; answer: string };
      const example = examples.find(({ id }) => id === entry.taskId);
      if (example === undefined || entry.model !== 'south/clear') return line;
      const gradeKey = computeGradeKey(example, entry.answer, undefined, version);
      // The earlier version read the first three answers as wrong.
      const quality = aged++ < 3 ? 0 : 1;
      return JSON.stringify({ ...entry, grade: { kind: 'graded', quality }, gradeKey });
    });
    writeFileSync(ledger, `${earlier.join('\n')}\n`);
    const { stdout } = await runCommand(['grade', run]);
    expect(stdout).toContain('80 cells, 40 regraded, 3 grades changed');
    expect(stdout).toContain(`3: numeric: version ${version} -> ${version + 1}`);
  });
});
