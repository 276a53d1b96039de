import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { runCommand } from '../support/run-command.js';
import { say, startScriptedServer, type ScriptedServer } from '../support/scripted-server.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const runFolder = folder.file('run');
let server: ScriptedServer;

const tasks = [
  {
    id: 'code',
    prompt: 'Write a JavaScript function add(a, b).',
    task: 'code',
    reference: { function: 'add', cases: [{ arguments: [1, 2], returns: 3 }] },
    grader: { name: 'code', language: 'javascript' },
    metadata: {
      answer: 'const add = (a, b) => a + b;',
      wrongAnswers: ['const add = (a, b) => a - b;', 'for (;;) {}'],
    },
  },
  {
    id: 'polite',
    prompt: 'Say good morning.',
    task: 'chat',
    grader: { name: 'judge', rubric: 'Is polite.', choices: { yes: 1, no: 0 } },
  },
  { id: 'sum', prompt: 'What is 17 + 4?', task: 'maths', reference: 21, grader: 'numeric' },
];

/** Answers each task correctly; as a judge, says no the first time and yes afterwards. */
function createAnswers(): (text: string) => string {
  let judged = 0;
  return (text) => {
    if (text.includes('VERDICT')) return judged++ === 0 ? 'VERDICT: no' : 'VERDICT: yes';
    if (text.includes('JavaScript')) return '```js\nconst add = (a, b) => a + b;\n```';
    return text.includes('17') ? 'It is 21.' : 'Good morning!';
  };
}

function writePool(name: string, model: string): string {
  return folder.write(
    name,
    `models:\n  - id: ${model}\n    provider: ${server.baseUrl}\n    model: ${model}\n    price: { input: 1, output: 2, date: 2026-01-01 }\n`,
  );
}

beforeAll(async () => {
  const answer = createAnswers();
  server = await startScriptedServer((response, request) =>
    say(answer(JSON.stringify(request.body['messages'])))(response, request),
  );
  folder.write('tasks.jsonl', tasks.map((task) => JSON.stringify(task)).join('\n'));
  writePool('models.yaml', 'acme/brain-1');
  writePool('judge.yaml', 'acme/brain-2');
});
afterAll(() => server.close());

const tasksFile = folder.file('tasks.jsonl');

describe('tasks check', () => {
  it('tries right and wrong answers, code too where that is allowed', async () => {
    const plain = await runCommand(['tasks', 'check', tasksFile]);
    expect(plain.exitCode).toBe(0);
    expect(plain.stdout).toContain('--allow-code');
    const { exitCode, stdout } = await runCli(['tasks', 'check', tasksFile, '--allow-code']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/2 right answers pass and 2 wrong answers fail/);
    expect(stdout).toContain('polite: has no right answer to try');
  });

  it('ends with 5 where a reference fails its own grader, and names it', async () => {
    const lines = [{ ...tasks[2], metadata: { answer: 'It is 22.' } }];
    const file = folder.write('bad.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    const { exitCode, stdout, stderr } = await runCommand(['tasks', 'check', file, '--json']);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('graded wrong by their own grader');
    expect(JSON.parse(stdout)).toMatchObject({
      failing: [{ task: 'sum', problem: 'its right answer gets 0: read 22' }],
    });
  });
});

describe('sweep and grade', () => {
  it('sweeps with repeats, running no code and asking no judge', async () => {
    const files = ['--tasks', tasksFile, '--pool', folder.file('models.yaml'), '--out', runFolder];
    const options = ['--repeats', '2', '--concurrency', '1'];
    const { exitCode, stdout } = await runCommand(['sweep', ...files, ...options]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('6/6');
    expect(server.requests).toHaveLength(6);
  });

  it('says what is ungraded, and why', async () => {
    const { stdout } = await runCommand(['grade', runFolder]);
    expect(stdout).toContain('2 answers: the code was not run: allow it with --allow-code');
    expect(stdout).toContain('2 answers: no model was given to judge');
    expect(stdout).toContain('6 cells, 0 regraded, 0 grades changed.');
    expect(server.requests).toHaveLength(6);
  });

  it('grades code and asks a judge afterwards, calling no candidate again', async () => {
    const options = ['--allow-code', '--judge', folder.file('judge.yaml')];
    const { exitCode, stdout, stderr } = await runCommand(['grade', runFolder, ...options]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('6 cells, 4 regraded, 4 grades changed');
    expect(stdout).toContain('Judge: 2 calls, $0.00004');
    expect(stderr).toMatch(/WARNING: the judge acme\/brain-2 is from the same vendor \(brain\)/);
    expect(server.requests).toHaveLength(8);
  });

  it('compares grades with what people say', async () => {
    const labels = folder.write(
      'labels.csv',
      'task,model,repeat,quality\ncode,acme/brain-1,0,1\ncode,acme/brain-1,1,1\nsum,acme/brain-1,0,0\nnowhere,acme/brain-1,0,1\n',
    );
    const { stdout } = await runCommand(['grade', runFolder, '--human', labels]);
    expect(stdout).toMatch(/Human labels agree with 67 % \[21, 94\] of 3 grades/);
    expect(stdout).toContain('1 human label without a graded answer');
    const wrong = folder.write('wrong.csv', 'task,model,quality\ncode,acme/brain-1,good\n');
    const refused = await runCommand(['grade', runFolder, '--human', wrong]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('wrong.csv:2') });
  });

  it('shows tasks that tell no models apart', async () => {
    const { stdout } = await runCommand(['tasks', 'check', tasksFile, '--run', runFolder]);
    expect(stdout).toContain('mean quality');
  });
});
