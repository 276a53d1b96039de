import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../support/run-command.js';
import {
  delta,
  done,
  say,
  startScriptedServer,
  stream,
  usageEvent,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let server: ScriptedServer;

/** Output as one line: terminals break it anywhere. */
const flatten = (text: string): string => text.replace(/\s+/g, ' ');

function writePool(name: string, maxTokens: number): void {
  const entries = ['north/one', 'south/two'].map(
    (model) =>
      `  - { id: ${model}, provider: "${server.baseUrl}", model: ${model}, price: { input: 1, output: 2, date: 2026-01-01 }, parameters: { maxTokens: ${maxTokens} } }\n`,
  );
  folder.write(name, `models:\n${entries.join('')}`);
}

function writeTasks(name: string, tasks: readonly object[]): void {
  folder.write(name, tasks.map((task) => JSON.stringify(task)).join('\n'));
}

function sweep(tasks: string, pool: string, out: string, ...options: string[]) {
  const files = ['--tasks', folder.file(tasks), '--pool', folder.file(pool)];
  return runCommand(['sweep', ...files, '--out', folder.file(out), ...options]);
}

beforeAll(async () => {
  server = await startScriptedServer(say('Good morning, 21!'));
  writePool('models.yaml', 100);
  writePool('shorter.yaml', 50);
  writeTasks('judged.jsonl', [
    { id: 'a', prompt: 'Say good morning.', grader: { name: 'judge', rubric: 'Is polite.' } },
  ]);
  writeTasks('sums.jsonl', [
    { id: 'a', prompt: 'What is 17 + 4?', reference: 21, grader: 'numeric' },
    { id: 'b', prompt: 'What is 14 + 7?', reference: 21, grader: 'numeric' },
  ]);
});
afterAll(() => server.close());

describe('a sweep of examples that need a judge, without one', () => {
  it('warns before the first call, also in a dry run', async () => {
    const { stderr } = await sweep('judged.jsonl', 'models.yaml', 'judged', '--dry-run');
    expect(flatten(stderr)).toContain('1 of 1 example needs a judge');
    expect(server.requests).toHaveLength(0);
  });

  it('says what is ungraded, and how to grade it, instead of evaluating it', async () => {
    const { stdout } = await sweep('judged.jsonl', 'models.yaml', 'judged');
    expect(stdout).toContain('Ungraded: 2 answers: no model was given to judge');
    expect(flatten(stdout)).toContain(
      `Next: routesmith grade ${folder.file('judged')} --judge judge.yaml`,
    );
    expect(stdout).not.toContain('routesmith evaluate');
  });

  it.each([[[]], [['--dry-run']]])(
    'is refused with --adaptive, which decides by grades: %j',
    async (options) => {
      const asked = server.requests.length;
      const { exitCode, stderr } = await sweep(
        'judged.jsonl',
        'models.yaml',
        'adaptive',
        '--adaptive',
        ...options,
      );
      expect(exitCode).not.toBe(0);
      expect(flatten(stderr)).toContain(
        '--adaptive decides by grades, and 1 of 1 example needs a judge',
      );
      expect(flatten(stderr)).toContain('Add --judge FILE, or leave these examples out.');
      expect(server.requests).toHaveLength(asked);
    },
  );

  it.each(['train', 'evaluate'])('lets %s name the way on', async (verb) => {
    const out = verb === 'train' ? ['--out', folder.file('p.json')] : [];
    const { exitCode, stderr } = await runCommand([verb, folder.file('judged'), ...out]);
    expect(exitCode).not.toBe(0);
    expect(flatten(stderr)).toContain('none of the answers has a grade; 2 answers');
    expect(flatten(stderr)).toContain(
      `routesmith grade ${folder.file('judged')} --judge judge.yaml`,
    );
    expect(stderr).not.toContain('Sweep at least');
  });
});

describe('a sweep without a budget', () => {
  it('says first what it can cost', async () => {
    const { stderr } = await sweep('sums.jsonl', 'models.yaml', 'sums');
    expect(flatten(stderr)).toMatch(
      /No --budget: 4 calls, expected cost \$[\d.]+, at most \$[\d.]+/,
    );
    const limited = await sweep('sums.jsonl', 'models.yaml', 'limited', '--budget', '1');
    expect(limited.stderr).not.toContain('No --budget');
  });

  it('says so of workers, too', async () => {
    const nobody = 'postgres://127.0.0.1:1/sweeps';
    const { stderr } = await sweep('sums.jsonl', 'models.yaml', 'queued', '--queue', nobody);
    expect(flatten(stderr)).toMatch(
      /No --budget: 4 calls, expected cost \$[\d.]+, at most \$[\d.]+/,
    );
  });

  it.each([
    ['--repeats', 'auto'],
    ['--adaptive', '--seed=1'],
  ])('gives the range that the dry run gives, with %s %s', async (...options) => {
    const tasks = Array.from({ length: 40 }, (_, index) => ({
      id: `sum-${index}`,
      prompt: `What is ${index} + ${21 - index}?`,
      task: index % 2 === 0 ? 'even' : 'odd',
      reference: 21,
      grader: 'numeric',
    }));
    writeTasks('many.jsonl', tasks);
    const out = `range${options[0]}`;
    const dry = await sweep('many.jsonl', 'models.yaml', out, ...options, '--dry-run');
    const range = /[\d,]+ to [\d,]+ calls, \$[\d.]+ to \$\d+\.\d+/.exec(flatten(dry.stdout))?.[0];
    expect(range).toBeDefined();
    const { stderr } = await sweep('many.jsonl', 'models.yaml', out, ...options);
    expect(flatten(stderr)).toContain(range);
    expect(flatten(stderr)).toMatch(/No --budget: .*, at most \$[\d.]+ \(retries apart\)/);
  });
});

describe('a sweep of models with other settings than before', () => {
  it('says that their answers are not used, and that cells are called again', async () => {
    const dry = await sweep('sums.jsonl', 'shorter.yaml', 'sums', '--dry-run');
    const text = /2 answers of north\/one with other settings .* are not used/;
    expect(flatten(dry.stdout)).toMatch(text);
    const before = server.requests.length;
    const { stderr } = await sweep('sums.jsonl', 'shorter.yaml', 'sums');
    expect(flatten(stderr)).toMatch(text);
    expect(server.requests.length - before).toBe(4);
    const again = await sweep('sums.jsonl', 'shorter.yaml', 'sums');
    expect(again.stderr).not.toContain('other settings');
  });
});

describe('a sweep whose provider caches prompts', () => {
  const cached = stream(
    delta({ content: '21' }, 'stop'),
    usageEvent({
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 6 },
    }),
    done,
  );
  let caching: ScriptedServer;
  beforeAll(async () => {
    caching = await startScriptedServer(cached);
    const write = (name: string, more: string): void => {
      const price = `{ input: 1, output: 2, ${more}date: 2026-01-01 }`;
      const model = `{ id: a, provider: "${caching.baseUrl}", model: a, price: ${price} }`;
      folder.write(name, `models:\n  - ${model}\n`);
    };
    write('cached.yaml', '');
    write('cached-priced.yaml', 'cachedInput: 0.1, ');
  });
  afterAll(() => caching.close());

  const estimated = '2 costs are partly estimated (a 2)';

  it('says that its costs are partly estimated, and what to write', async () => {
    const { stdout } = await sweep('sums.jsonl', 'cached.yaml', 'cached');
    expect(flatten(stdout)).toContain(estimated);
    expect(flatten(stdout)).toContain('write cachedInput and cacheWrite into its price');
    const json = await sweep('sums.jsonl', 'cached.yaml', 'cached-json', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ totals: { guessed: 2, unpriced: 0 } });
    const { stdout: priced } = await runCommand(['price', folder.file('cached')]);
    expect(flatten(priced)).toContain(estimated);
  });

  it('lets evaluate say so, too', async () => {
    const examples = Array.from({ length: 40 }, (_, row) => ({
      id: `${row}`,
      prompt: `What is ${row * row} + ${(row * 7919).toString(36)}?`,
      reference: row % 2 === 0 ? 21 : 22,
      grader: 'numeric',
    }));
    writeTasks('many.jsonl', examples);
    folder.write(
      'two.yaml',
      `models:\n${['a', 'b'].map((id) => `  - { id: ${id}, provider: "${caching.baseUrl}", model: ${id}, price: { input: 1, output: 2, date: 2026-01-01 } }\n`).join('')}`,
    );
    await sweep('many.jsonl', 'two.yaml', 'many');
    const quick = ['--no-unseen-tasks', '--folds', '2', '--family', 'task_table'];
    const evaluated = await runCommand(['evaluate', folder.file('many'), ...quick]);
    expect(flatten(evaluated.stderr)).toContain('80 costs are partly estimated');
  });

  it('does not with the price of cached input', async () => {
    const { stdout } = await sweep('sums.jsonl', 'cached-priced.yaml', 'cached-priced');
    expect(stdout).not.toContain('partly estimated');
  });
});

describe('an option that names a variable', () => {
  it.each([
    ['models', '--provider', 'openrouter'],
    ['init', 'prompts.csv', '--yes'],
    ['sign', 'p.json'],
  ])('never prints a key that is given instead: %s', async (...command) => {
    const key = 'sk-good-1234567890abcdef1234567890';
    const { exitCode, stdout, stderr } = await runCommand([...command, '--key-env', key]);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain(key);
    expect(flatten(stderr)).toContain('--key-env must be the NAME of an environment variable');
  });
});

describe('a spreadsheet in place of a task set', () => {
  it('is refused with the command that makes a task set of it', async () => {
    folder.write('prompts.csv', 'Prompt,Expected,Category\nWhat is 1 + 1?,2,sums\n');
    const { exitCode, stderr } = await sweep('prompts.csv', 'models.yaml', 'sheet');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`routesmith init ${folder.file('prompts.csv')}`);
  });
});

describe('a pool with the price of one token', () => {
  it('is refused, because budgets would rest on it', async () => {
    folder.write(
      'token.yaml',
      `models:\n  - { id: a, provider: "${server.baseUrl}", model: a, price: { input: 0.000003, output: 0.000012, date: 2026-01-01 } }\n`,
    );
    const { exitCode, stderr } = await sweep('sums.jsonl', 'token.yaml', 'token', '--dry-run');
    expect(exitCode).toBe(2);
    expect(flatten(stderr)).toContain('0.000003 is less than $0.001 per million tokens');
    expect(flatten(stderr)).toContain('multiply it by 1,000,000');
  });
});
