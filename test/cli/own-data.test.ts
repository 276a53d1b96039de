import { readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { runCommand } from '../support/run-command.js';
import { startPricedProvider } from '../support/priced-provider.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const environment = { ACME_KEY: 'sk-loopback-0001' };

/** Families and five folds take most of a training, and are tested where they are. */
const cheapTraining = ['--family', 'task_table'];
const cheapReport = [...cheapTraining, '--folds', '2'];

async function run(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(args, { cwd: folder.path, environment });
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

const teams = ['Billing', 'Shipping', 'Returns'];
const words = ['invoice', 'parcel', 'refund'];

/** A spreadsheet of 120 rows as it is exported: labels in any case, blank rows, repeated rows. */
function buildSpreadsheet(): string {
  const triage = Array.from({ length: 54 }, (_, index) => {
    const team = teams[index % 3] ?? '';
    const answer = index % 4 === 0 ? team.toUpperCase() : index % 5 === 0 ? `${team} ` : team;
    const prompt = `Which team? One word.\n\nWhere is the ${words[index % 3]} of order ${index}?`;
    return [prompt, answer, index % 2 === 0 ? 'Ticket triage' : 'ticket Triage '];
  });
  const sums = Array.from({ length: 48 }, (_, index) => [
    `A seat costs $${index + 3}. What do ${index + 2} seats cost? Answer with a number.`,
    index % 3 === 0 ? `$${(index + 3) * (index + 2)}.00` : String((index + 3) * (index + 2)),
    'Prices',
  ]);
  const open = Array.from({ length: 6 }, (_, index) => [
    `Write a slogan for shop ${index}.`,
    '',
    'Slogans',
  ]);
  const rows = [
    ...triage,
    ...sums,
    ...open,
    ['', '', ''],
    ...triage.slice(0, 5),
    ...Array.from({ length: 6 }, () => ['', '', '']),
  ];
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const lines = rows.map((row: readonly string[]) => row.map(quote).join(';'));
  return `\uFEFFPrompt;Expected;Category\r\n${lines.join('\r\n')}\r\n`;
}

function answerRight(prompt: string): string {
  const seats = /costs \$(\d+)\. What do (\d+)/.exec(prompt);
  if (seats !== null) return String(Number(seats[1]) * Number(seats[2]));
  return teams[words.findIndex((word) => prompt.includes(word))] ?? 'Hello.';
}

describe('from a messy spreadsheet to a verdict', () => {
  let provider: ScriptedServer;

  beforeAll(async () => {
    folder.write('prompts.csv', buildSpreadsheet());
    provider = await startPricedProvider(environment.ACME_KEY, [
      {
        id: 'acme/small',
        input: '0.0000001',
        output: '0.0000004',
        answer: (prompt) => (prompt.includes('seats') ? '7' : answerRight(prompt)),
      },
      { id: 'acme/large', input: '0.000003', output: '0.000012', answer: answerRight },
    ]);
  });

  afterAll(() => provider.close());

  const files = ['--tasks', 'tasks.jsonl', '--pool', 'models.yaml', '--out', 'runs/first'];

  it('takes five commands, and no edit by hand', async () => {
    const made = await run(
      'init',
      'prompts.csv',
      '--yes',
      '--provider',
      provider.baseUrl,
      '--key-env',
      'ACME_KEY',
    );
    expect(made).toContain('prompts.csv: 120 rows');
    expect(made).toContain('Columns: prompt = "Prompt", reference = "Expected", task = "Category"');
    expect(made).toContain('Merged into the task "Ticket triage": "ticket Triage"');
    expect(made).toContain('Left out: 7 rows without a prompt');
    expect(made).toContain('Left out: 5 exact duplicates');
    expect(made).toContain(
      'choice (54 prompts)\n  the expected answers are 3 labels: Billing, Returns, Shipping',
    );
    expect(made).toContain('numeric (48 prompts)\n  every expected answer is a number');
    expect(made).toContain('Left out: 6 prompts without an expected answer');
    expect(readFileSync(folder.file('models.yaml'), 'utf8')).toMatch(
      /input: 0\.1\n\s+output: 0\.4\n/,
    );

    expect(await run('sweep', ...files, '--dry-run')).toContain('Dry run');
    const swept = await run('sweep', ...files, '--budget', '1');
    expect(swept).toContain('204 of 204 cells settled');
    expect(await run('train', 'runs/first', '--out', 'policy.json', ...cheapTraining)).toContain(
      'VERDICT',
    );
    expect(
      await run(
        'report',
        'runs/first',
        '--policy',
        'policy.json',
        '--out',
        'report.html',
        ...cheapReport,
      ),
    ).toContain('report.html');
  });

  it('names the expected answer that is no number among numbers, and leaves it out', async () => {
    folder.write(
      'ages.csv',
      'prompt,reference\nHow old?,20 years old\nHow many?,12 apples left\n3+4?,7\nWhere?,12 Main Street\nWhy?,\n',
    );
    const args = ['--provider', provider.baseUrl, '--key-env', 'ACME_KEY'];
    const files = ['--tasks', 'ages.jsonl', '--pool', 'ages.yaml'];
    const made = await run('init', 'ages.csv', '--yes', ...args, ...files);
    expect(made).toContain(
      'numeric (3 prompts, 1 more without an expected answer, 1 more left out)\n' +
        '  the expected answers are numbers; left out because they are not numbers: "12 Main Street"',
    );
    expect(made).toContain('Wrote ages.jsonl: 3 prompts.');
    expect(made).toContain('Left out: 1 prompt without an expected answer.');
    expect(made).toMatch(
      /Left out: 1 prompt with an expected answer that the grader of their task\s+cannot read\./,
    );
  });

  it('grades with a judge what no rule can, if one is named', async () => {
    const args = [
      'init',
      'prompts.csv',
      '--yes',
      '--provider',
      provider.baseUrl,
      '--key-env',
      'ACME_KEY',
    ];
    const made = await run(...args, '--overwrite', '--judge', 'acme/large');
    expect(made).toContain('Slogans: judge (6 prompts)');
    expect(made).toContain('Wrote judge.yaml: acme/large.');
    expect(made).toContain('--judge judge.yaml');
  });

  it('overwrites nothing, and asks nothing without a terminal', async () => {
    const refused = await runCommand(['init', 'prompts.csv', '--yes'], { cwd: folder.path });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--overwrite') });
    const noTerminal = await runCommand(['init', 'prompts.csv', '--overwrite'], {
      cwd: folder.path,
    });
    expect(noTerminal.stderr).toContain('Add --yes');
  });

  it('never takes an unknown price as 0', async () => {
    const unpriced = await startPricedProvider(environment.ACME_KEY, [
      { id: 'a', answer: answerRight },
      { id: 'b', answer: answerRight },
    ]);
    const args = [
      'init',
      'prompts.csv',
      '--yes',
      '--overwrite',
      '--provider',
      unpriced.baseUrl,
      '--key-env',
      'ACME_KEY',
    ];
    const refused = await runCommand(args, { cwd: folder.path, environment });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("--price 'a=INPUT/OUTPUT' --price 'b=INPUT/OUTPUT'");
    await run(...args, '--price', 'a=0.5/1.5', '--price', 'b=free');
    const pool = readFileSync(folder.file('models.yaml'), 'utf8');
    expect(pool).toMatch(/input: 0\.5\n\s+output: 1\.5/);
    expect(pool).toContain('price: free');
    await unpriced.close();
  });

  it('says which key a provider wants', async () => {
    const args = ['init', 'prompts.csv', '--yes', '--overwrite', '--provider', provider.baseUrl];
    const refused = await runCommand(args, { cwd: folder.path });
    expect(refused.stderr).toContain('the server wants a valid API key');
    expect(refused.stderr).toContain('--key-env NAME');
  });
});

describe('from a table of outcomes to a verdict', () => {
  const rows = Array.from({ length: 60 }, (_, index) => ({
    text: index % 2 === 0 ? `Sum the list of ${index}.` : `Translate sentence ${index}.`,
    topic: index % 2 === 0 ? 'sums' : 'translation',
    small: index % 2,
    large: index % 7 === 0 ? 0 : 1,
  }));

  it.each([
    ['a wide CSV', 'wide.csv'],
    ['Parquet', 'wide.parquet'],
  ])('takes three commands from %s', async (_, name) => {
    if (name.endsWith('.csv')) {
      const lines = rows.map(({ text, topic, small, large }, index) =>
        [index, text, topic, small, large, 0.0001, 0.002].join(','),
      );
      folder.write(name, [',text,topic,small,large,small_cost,large_cost', ...lines].join('\n'));
    } else {
      const column = (key: keyof (typeof rows)[number]) => rows.map((row) => row[key]);
      const columnData = [
        { name: 'text', data: column('text') },
        { name: 'topic', data: column('topic') },
        { name: 'small', data: column('small') },
        { name: 'large', data: column('large') },
        { name: 'small_cost', data: rows.map(() => 0.0001) },
        { name: 'large_cost', data: rows.map(() => 0.002) },
      ];
      writeFileSync(folder.file(name), new Uint8Array(parquetWriteBuffer({ columnData })));
    }
    const run1 = `runs/${name}`;
    const imported = await run(
      'import',
      name,
      '--map',
      'prompt=text',
      '--map',
      'task=topic',
      '--out',
      run1,
    );
    expect(imported).toContain('60 prompts, 2 models, 120 of 120 outcomes known');
    expect(imported).toContain('read as US dollars per request: small_cost, large_cost');
    expect(await run('train', run1, '--out', `${name}.policy.json`, ...cheapTraining)).toContain(
      'VERDICT',
    );
    expect(await run('report', run1, '--out', `${name}.html`, ...cheapReport)).toContain(
      `${name}.html`,
    );
  });
});
