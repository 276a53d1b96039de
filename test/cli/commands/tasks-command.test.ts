import { describe, expect, it } from 'vitest';
import { startCli, waitForCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { say, startScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

function check(name: string, text: string, ...options: readonly string[]) {
  return runCommand(['tasks', 'check', folder.write(name, text), ...options]);
}

function yamlTask(reference: string, grader: string): string {
  return `- prompt: What is the code?\n  reference: ${reference}\n  grader: ${grader}\n`;
}

describe('tasks check, of values that YAML reads differently from how they are written', () => {
  it.each([
    ['1.10', '1.1'],
    ['007', '7'],
    ['0x1F', '31'],
    ['1e3', '1000'],
    ['True', 'true'],
  ])('refuses %s, with its line, what it is read as, and what to do', async (written, read) => {
    const { exitCode, stderr } = await check('changed.yaml', yamlTask(written, 'exact'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `changed.yaml:1: reference: ${written} is read as ${read}; put it in quotes`,
    );
  });

  it.each([
    ['in quotes', yamlTask('"1.10"', 'exact')],
    ['for a grader of numbers, which are the same in any spelling', yamlTask('1.10', 'numeric')],
    ['that read as they are written', yamlTask('1.5', 'exact')],
    ['such as no, which is a text', yamlTask('no', 'exact')],
  ])('accepts values %s', async (_, text) => {
    const { exitCode, stdout } = await check('same.yaml', text);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 right answer passes');
  });
});

describe('tasks check, of many examples', () => {
  it('says once what several have in common, and does not speak of wrong answers that are not there', async () => {
    const unjudged = ['A', 'B', 'C'].map((prompt) =>
      JSON.stringify({ prompt, grader: { name: 'judge', rubric: 'Is it kind?' } }),
    );
    const { stdout } = await check('unjudged.jsonl', unjudged.join('\n'));
    expect(stdout.match(/has no right answer to try/g)).toHaveLength(1);
    expect(stdout).toContain('and 2 more: ');
    const sum = JSON.stringify({ prompt: 'What is 2 + 2?', reference: 4, grader: 'numeric' });
    const { stdout: tried } = await check('sum.jsonl', sum);
    expect(tried).toContain('1 right answer passes, as expected. No example gives a wrong answer');
  });
});

describe('tasks check, of examples that are repeated', () => {
  const first = { prompt: 'What is 17 + 4?', reference: 21, grader: 'numeric', task: 'sums' };
  const second = { ...first, prompt: 'What is 5 + 4?', reference: 9 };

  it('keeps exact duplicates once, and says which lines it left out', async () => {
    const lines = [first, second, first, first].map((row) => JSON.stringify(row)).join('\n');
    const { exitCode, stdout } = await check('repeated.jsonl', lines);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Repeated examples, left out: lines 3, 4.');
    expect(stdout).toContain('2 right answers pass');
    const { stdout: json } = await check('repeated.jsonl', lines, '--json');
    expect(JSON.parse(json)).toMatchObject({ tasks: 2, rightAnswers: 2 });
  });

  it('refuses the same prompt with another reference', async () => {
    const lines = [first, { ...first, reference: 22 }].map((row) => JSON.stringify(row));
    const { exitCode, stderr } = await check('conflict.jsonl', lines.join('\n'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('conflict.jsonl:2: the same prompt as on line 1');
  });
});

describe('tasks check, at Ctrl-C', () => {
  it('asks the judge nothing more, says what was not tried, and is interrupted', async () => {
    let child: ReturnType<typeof startCli> | undefined;
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const server = await startScriptedServer(async (response, request) => {
      if (request.index === 1) {
        child?.kill('SIGINT');
        await heard;
      }
      await say('VERDICT: correct')(response, request);
    });
    const pool = folder.write(
      'judge.yaml',
      `models:\n  - id: j\n    provider: ${server.baseUrl}\n    model: j\n    price: { input: 1, output: 2, date: 2026-01-01 }\n`,
    );
    const rows = Array.from({ length: 9 }, (_, index) =>
      JSON.stringify({
        prompt: `Describe the number ${index}.`,
        grader: { name: 'judge', rubric: 'Is right.' },
        metadata: { answer: 'A number.' },
      }),
    );
    const file = folder.write('judged.jsonl', rows.join('\n'));
    child = startCli(['tasks', 'check', file, '--judge', pool, '--json']);
    let notices = '';
    child.stderr?.on('data', (text: string) => {
      notices += text;
      if (notices.includes('Press Ctrl-C again')) hear();
    });
    const { exitCode, stdout, stderr } = await waitForCli(child);
    await server.close();
    expect(exitCode).toBe(130);
    expect(stderr).toContain('interrupted before all answers were checked');
    expect(server.requests).toHaveLength(2);
    const json = JSON.parse(stdout) as { untried: unknown[] };
    expect(json).toMatchObject({ interrupted: true, judge: { calls: 2 } });
    expect(json.untried).toHaveLength(7);
  });
});
