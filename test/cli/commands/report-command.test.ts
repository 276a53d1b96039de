import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { findWrongFigures } from '../../../scripts/check/report/find-wrong-figures.js';
import type { Report } from '../../../src/learn/report/report.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import type { Evaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import { encodeOutcomeLines } from '../../../src/measure/outcomes/outcome-lines.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { hasRecordedData, recordedDataFolder } from '../../support/recorded-data.js';
import { runCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const outcomes = writeOutcomes('outcomes', buildPlantedOutcomes(120, { seed: 1 }));
const evaluationFile = folder.file('evaluation.json');
const page = folder.file('report.html');

function writeOutcomes(name: string, table: OutcomeTable): string {
  return folder.write(`${name}.jsonl`, [...encodeOutcomeLines(table)].join(''));
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

beforeAll(async () => {
  const args = ['evaluate', outcomes, '--folds', '2', '--family', 'task_table', '--json'];
  const { stdout } = await runCommand(args);
  folder.write('evaluation.json', stdout);
});

describe('routesmith report', () => {
  it('writes one page, from an evaluation that was made before', async () => {
    const args = ['report', outcomes, '--evaluation', evaluationFile, '--overwrite', '--out', page];
    const { exitCode, stdout, stderr } = await runCli([...args, '--monthly-requests', '50000']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/^VERDICT: /m);
    expect(stdout).toMatch(/^No cheaper model is shown not to be worse in any of 4 tasks/m);
    expect(stdout).toContain(`Report: ${page}, `);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^<!doctype html>/i);
    expect(text).toContain('Cost per month of 50,000 requests');
    expect(text).toContain(`--evaluation ${evaluationFile}`);
    expect(text).toContain('<blockquote');
  });

  it('evaluates by itself where none is given, and says the same', async () => {
    const args = ['--folds', '2', '--family', 'task_table', '--json', '--overwrite', '--out', page];
    const { exitCode, stdout } = await runCommand(['report', outcomes, ...args]);
    expect(exitCode).toBe(0);
    const { report, bytes } = parse(stdout) as { report: { evaluation: object }; bytes: number };
    expect(bytes).toBe(readFileSync(page).length);
    const { slices, strategies, verdict } = report.evaluation as Evaluation;
    const filed = parse(readFileSync(evaluationFile, 'utf8'));
    expect({ slices, strategies, verdict }).toEqual({
      slices: filed['slices'],
      strategies: filed['strategies'],
      verdict: filed['verdict'],
    });
  });

  it('evaluates further objectives, such as the default of a policy file', async () => {
    const common = ['--family', 'task_table', '--overwrite'];
    const small = writeOutcomes('small', buildPlantedOutcomes(60, { seed: 1 }));
    const policy = folder.file('keep.policy.json');
    const further = ['--keep-quality', '0.98'];
    await runCommand([
      'train',
      small,
      ...common,
      ...further,
      '--objective',
      'keep-98',
      '--out',
      policy,
    ]);
    const quick = [...common, '--folds', '2'];
    const args = ['report', small, ...quick, '--policy', policy, '--json', '--out', page];
    const readMoney = async (options: readonly string[]) =>
      (parse((await runCommand([...args, ...options])).stdout) as { report: Report }).report.money;
    const [without, money] = [await readMoney([]), await readMoney(further)];
    expect(without.notEvaluated).toBe('keep-98');
    const { stderr: note } = await runCommand(args);
    expect(note).toContain('does not evaluate objectives of the policy: keep-98.');
    expect(note).toContain('To include them, add --keep-quality 0.98.');
    expect(readFileSync(page, 'utf8')).toContain('add --keep-quality 0.98.');
    const again =
      'To include them, evaluate the run again with --keep-quality 0.98, and give the report the new evaluation.';
    const file = folder.file('small.json');
    const writeEvaluation = async (options: readonly string[]): Promise<void> => {
      const command = ['evaluate', small, '--family', 'task_table', '--folds', '2', '--json'];
      writeFileSync(file, (await runCommand([...command, ...options])).stdout);
    };
    const reported = ['report', small, '--policy', policy, '--overwrite', '--out', page];
    await writeEvaluation([]);
    const fromFile = await runCommand([...reported, '--evaluation', file]);
    expect(fromFile.stderr).toContain(again);
    expect(readFileSync(page, 'utf8')).toContain(again);
    expect(readFileSync(page, 'utf8')).not.toContain('add --keep-quality');
    await writeEvaluation(further);
    const complete = await runCommand([...reported, '--evaluation', file]);
    expect(complete).toMatchObject({ exitCode: 0 });
    expect(complete.stderr).not.toContain('does not evaluate');
    expect((await runCommand([...args, ...further])).stderr).not.toContain('does not evaluate');
    expect(money.notEvaluated).toBeNull();
    expect(money.objectives.map(({ objective }) => objective)).toContain('keep-98');
    const filed = ['--evaluation', evaluationFile];
    const refused = ['report', outcomes, ...further, ...filed, '--out', page];
    const { exitCode, stderr } = await runCommand(refused);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('--keep-quality cannot be combined with --evaluation');
  });

  it('evaluates with the baseline of a policy that was trained with another one', async () => {
    const policy = folder.file('other-baseline.policy.json');
    const options = ['--family', 'task_table', '--overwrite'];
    const { baseline: best } = parse(readFileSync(evaluationFile, 'utf8'));
    const { models } = buildPlantedOutcomes(1, { seed: 1 });
    const other = models.find((model) => model !== best) as string;
    await runCommand(['train', outcomes, ...options, '--baseline', other, '--out', policy]);
    const args = ['report', outcomes, ...options, '--policy', policy, '--folds', '2', '--json'];
    const { stdout, stderr } = await runCommand([...args, '--out', page]);
    expect(stderr).toContain(`The policy's baseline is ${other}: evaluating with it.`);
    const { report } = parse(stdout) as { report: Report };
    const { evaluation } = report;
    expect([evaluation.baseline, report.policy?.baseline]).toEqual([other, other]);
    const filed = parse(readFileSync(policy, 'utf8')) as unknown as Policy;
    const routes = ({ evidence }: Policy['verdict']) =>
      evidence.map(({ objective, routes: isRouting }) => [objective, isRouting]);
    expect(routes(evaluation.verdict)).toEqual(routes(filed.verdict));
  });

  it('says the same as training does of a policy that never routes', async () => {
    const few = writeOutcomes('few', buildPlantedOutcomes(60, { seed: 1, shuffled: true }));
    const policy = folder.file('constant.policy.json');
    const trained = await runCommand(['train', few, '--family', 'constant', '--out', policy]);
    const options = ['--family', 'constant', '--policy', policy, '--overwrite', '--out', page];
    const reported = await runCommand(['report', few, ...options]);
    const advice = /^VERDICT: DON'T ROUTE - [^]*?\nUse (\w+) for every prompt\.$/m;
    const [said, model] = advice.exec(trained.stdout) ?? [];
    expect(said).toContain('not enough evidence yet');
    expect(advice.exec(reported.stdout)?.[0]).toBe(said);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain(`Keep using ${model} for every prompt.`);
    expect(text).toContain('all of them, by definition, since no objective routes');
    expect(text).not.toContain('on average over the objectives that route');
    const decided = await runCommand(['route', policy, 'please', '--json']);
    expect(parse(decided.stdout)).toMatchObject({ model });
  });

  it('keeps prompts out where it is told to', async () => {
    const args = ['report', outcomes, '--evaluation', evaluationFile, '--overwrite', '--out', page];
    const { exitCode } = await runCommand([...args, '--no-prompts']);
    expect(exitCode).toBe(0);
    const text = readFileSync(page, 'utf8');
    expect(text).not.toContain('<blockquote');
    expect(text).not.toContain('please');
  });

  it.each([
    ['of other outcomes', { source: { outcomesDigest: 'ab' } }, 'belongs to other outcomes'],
    ['that is damaged', { strategies: 3 }, 'this is not an evaluation'],
  ])('refuses an evaluation %s', async (name, changes, message) => {
    const filed = parse(readFileSync(evaluationFile, 'utf8'));
    const source = { ...(filed['source'] as object), ...('source' in changes && changes.source) };
    const file = folder.write(`${name}.json`, JSON.stringify({ ...filed, ...changes, source }));
    const args = ['report', outcomes, '--evaluation', file, '--overwrite', '--out', page];
    const { exitCode, stderr } = await runCommand(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(file);
  });

  it('weighs tasks as a mix file says, and refuses tasks that it does not know', async () => {
    const args = [
      'report',
      outcomes,
      '--evaluation',
      evaluationFile,
      '--overwrite',
      '--out',
      page,
      '--json',
    ];
    const mix = folder.write('mix.yaml', 'sums: 30000\nletters: 10000\n');
    const { stdout } = await runCommand([...args, '--mix', mix]);
    const { money } = parse(stdout)['report'] as { money: { now: { costUsd: number } } };
    const { slices } = parse(readFileSync(evaluationFile, 'utf8')) as unknown as Evaluation;
    const costOf = (task: string): number =>
      slices.tasks
        .find(({ name }) => name === task)
        ?.strategies.find(({ name }) => name === 'best single')?.costUsd ?? Number.NaN;
    expect(money.now.costUsd).toBeCloseTo(30000 * costOf('sums') + 10000 * costOf('letters'), 8);
    const wrong = folder.write('mix.csv', 'task,requests\nsum,10\n');
    const { exitCode, stderr } = await runCommand([...args, '--mix', wrong]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "sums"');
  });
});

describe('routesmith overkill', () => {
  it('prints CSV or JSON, and not one for the other', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['overkill', 'x', '--csv', '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('--csv cannot be combined with --json');
  });

  it('prints the table, as CSV and as JSON too', async () => {
    const [people, csv, json] = await Promise.all([
      runCommand(['overkill', outcomes, '--monthly-requests', '50000']),
      runCommand(['overkill', outcomes, '--csv']),
      runCommand(['overkill', outcomes, '--json', '--margin', '0.05']),
    ]);
    expect(people.stdout).toMatch(
      /^No cheaper model is shown not to be worse in any of 4 tasks\.$/m,
    );
    expect(people.stdout).toMatch(/^  Saved: per month\.$/m);
    // The task that would save most comes first, with what was observed.
    const saved = [...people.stdout.matchAll(/^ {2}\S+ .* \$([\d.]+) {2}not shown/gm)];
    const amounts = saved.map(([, usd]) => Number(usd));
    expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
    const lines = csv.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^task,prompts,groups,baseline,/);
    expect(parse(json.stdout)).toMatchObject({ margin: 0.05, simulated: false });
    expect(parse(json.stdout)['tasks']).toHaveLength(4);
  });

  it('makes text of what a spreadsheet would take for a formula', async () => {
    const table = buildPlantedOutcomes(60, { seed: 1 });
    const prompts = table.prompts.map((prompt) => ({ ...prompt, task: '=HYPERLINK("http://x")' }));
    const lines = [...encodeOutcomeLines({ ...table, prompts })].join('');
    const { stdout } = await runCommand([
      'overkill',
      folder.write('formula.jsonl', lines),
      '--csv',
    ]);
    expect(stdout).toContain(`"'=HYPERLINK(""http://x"")"`);
  });
});

describe.skipIf(!hasRecordedData('bfcl') || !hasRecordedData('llmrouter'))(
  'the page of recorded outcomes of real models',
  () => {
    it.each([
      // The first ones only: with all, `npm run check:report` does the same.
      ['bfcl', ['first.jsonl'], []],
      [
        'llmrouter',
        ['test.jsonl'],
        ['--drop-duplicates', '--prices', 'default_llm.json', '--price-date', '2025-01-01'],
      ],
    ])('has the figures of "evaluate --json": %s', async (name, files, options) => {
      const locate = (word: string): string =>
        /\.jsonl?$/.test(word) ? resolve(recordedDataFolder, name, word) : word;
      const run = folder.file(name);
      const sources = name === 'bfcl' ? [writeFirstLines(500)] : files.map(locate);
      const assumed = name === 'llmrouter' ? ['--assume-output-tokens', '256'] : [];
      const given = [...sources, ...[...options, ...assumed].map(locate)];
      await runCommand(['import', ...given, '--format', 'outcomes', '--out', run]);
      const quick = ['--folds', '2', '--family', 'task_table', '--no-unseen-tasks', '--json'];
      const evaluated = (await runCommand(['evaluate', run, ...quick])).stdout;
      const file = folder.write(`${name}.json`, evaluated);
      const out = folder.file(`${name}.html`);
      const { exitCode } = await runCommand(['report', run, '--evaluation', file, '--out', out]);
      expect(exitCode).toBe(0);
      const text = readFileSync(out, 'utf8');
      const { checked, wrong } = findWrongFigures(text, parse(evaluated) as unknown as Evaluation);
      expect(wrong).toEqual([]);
      expect(checked).toBeGreaterThan(150);
      expect(Buffer.byteLength(text)).toBeLessThan(1_500_000);
    });
  },
);

/** Outcomes of the first questions of BFCL, in a file of their own. */
function writeFirstLines(count: number): string {
  const file = resolve(recordedDataFolder, 'bfcl', 'pool12.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return folder.write('first.jsonl', lines.slice(0, count).join('\n'));
}
