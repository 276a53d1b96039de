import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { isRightAbout, startBaskets, type AuditedBaskets } from '../../support/audited-baskets.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let baskets: AuditedBaskets;

beforeAll(async () => {
  baskets = await startBaskets(folder);
  for (const name of ['models', 'judge']) {
    const pool = readFileSync(folder.file(`${name}.yaml`), 'utf8');
    const bounded = pool.replaceAll(/^ {4}price/gm, '    parameters: { maxTokens: 20 }\n    price');
    folder.write(`${name}.yaml`, bounded);
  }
});
afterAll(() => baskets.server.close());

interface LabelLine {
  readonly model: string;
  readonly repeat: number;
  readonly prompt: string;
  readonly answer: string;
  readonly quality: number | null;
}

function readLines(run: string): LabelLine[] {
  const text = readFileSync(join(folder.file(run), 'to-label.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LabelLine);
}

/** What people do: they fill in the file that the audit wrote. */
function labelAll(run: string): string {
  const lines = readLines(run).map((line) => ({
    ...line,
    quality: isRightAbout(line.prompt, line.answer) ? 1 : 0,
  }));
  return folder.write(
    join(run, 'to-label.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

describe('an audit that is continued after its labels were picked', () => {
  const run = 'continued';
  const sample = 60;
  const args = (budget: number): string[] => [
    '--judge',
    folder.file('judge.yaml'),
    '--out',
    folder.file(run),
    '--sample',
    String(sample),
    '--concurrency',
    '4',
    '--budget',
    String(budget),
  ];

  it('picks requests among those that are complete when the budget is used up', async () => {
    const { exitCode, stdout } = await baskets.run(...args(0.006), '--json');
    expect(exitCode).toBe(4);
    const report = JSON.parse(stdout) as AuditReport;
    expect(report.audited).toBeGreaterThan(20);
    expect(report.audited).toBeLessThan(sample / 1.2);
    expect(report.grading).toMatchObject({ picked: 20, labeled: 0 });
    expect(readLines(run).filter(({ repeat }) => repeat > 0)).toEqual([]);
  });

  it('lists the answers that came later, and keeps the labels', async () => {
    labelAll(run);
    const report = await baskets.audit(...args(5));
    expect(report).toMatchObject({ audited: sample, grading: { picked: 20 } });
    const lines = readLines(run);
    expect(lines).toHaveLength(20 * 3 * 2);
    expect(lines.filter(({ quality }) => quality === null)).toHaveLength(20 * 3);
    await baskets.audit(...args(5));
    expect(readLines(run)).toEqual(lines);
  });

  it('corrects all requests by the labels, and picks no others', async () => {
    const human = labelAll(run);
    const asked = [...args(5), '--human', human, '--labels', '30'];
    const { stdout, stderr } = await baskets.run(...asked, '--json');
    const { audited, grading } = JSON.parse(stdout) as AuditReport;
    expect(stderr).toContain('--labels 30 is not used: this audit picked 20 requests before.');
    expect(audited).toBe(sample);
    expect(grading).toMatchObject({ labeled: 20, corrected: true });
  });
});

describe('labels of answers that other answers have replaced', () => {
  it('correct nothing, and are counted', async () => {
    const lines = readLines('continued');
    const stale = lines.map((line, place) => (place < 6 ? { ...line, answer: 'It was.' } : line));
    const human = folder.write('stale.jsonl', stale.map((one) => JSON.stringify(one)).join('\n'));
    const args = ['--judge', folder.file('judge.yaml'), '--sample', '60', '--concurrency', '4'];
    const asked = [...args, '--out', folder.file('continued'), '--budget', '5', '--human', human];
    const { grading } = await baskets.audit(...asked);
    expect(grading.outdated).toBe(6);
    expect(grading.labeled).toBeLessThan(20);
    const { stdout } = await baskets.run(...asked);
    expect(stdout).toContain('Not used: 6 labels of answers that other answers have replaced');
  });
});

describe('an audit whose budget is used up before two requests are complete', () => {
  it.each([0, 0.0002])('of %f USD exits with code 4, and prints what was swept', async (budget) => {
    const out = folder.file(`early-${budget}`);
    const args = ['--judge', folder.file('judge.yaml'), '--out', out, '--budget', String(budget)];
    const { exitCode, stdout, stderr } = await baskets.run(...args, '--json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 4 });
    expect(stderr).toContain('larger --budget');
    expect(stderr).toContain('WARNING: There is no report.');
    expect(JSON.parse(stdout)).toMatchObject({ run: out, sweep: { budget: { reached: true } } });
  });
});

describe('an audit whose first command was wrong', () => {
  const askedSoFar = (): number => baskets.server.requests.length;
  const readStore = (): Record<string, unknown>[] =>
    readFileSync(folder.file('store.jsonl'), 'utf8')
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const writeStore = (name: string, tasks: readonly object[]): string =>
    folder.write(name, tasks.map((task) => JSON.stringify(task)).join('\n'));

  it('draws nothing where the judge cannot be read, or has no key', async () => {
    const before = askedSoFar();
    const out = folder.file('no-judge');
    const missing = await baskets.run('--judge', folder.file('absent.yaml'), '--out', out);
    expect(missing.exitCode).not.toBe(0);
    const keyed = readFileSync(folder.file('judge.yaml'), 'utf8');
    const judge = folder.write('keyed.yaml', `${keyed}    apiKeyEnv: NO_SUCH_KEY_OF_A_JUDGE\n`);
    const locked = await baskets.run('--judge', judge, '--out', out);
    expect(locked.stderr).toContain('NO_SUCH_KEY_OF_A_JUDGE is not set');
    expect(existsSync(out)).toBe(false);
    expect(askedSoFar()).toBe(before);
  });

  it('calls no model where nothing can grade, and draws again with what the next one gives', async () => {
    const before = askedSoFar();
    const grader = { name: 'judge', rubric: 'Is it right?' };
    const judged = readStore().map((task) => ({ ...task, grader }));
    const out = ['--out', folder.file('ungraded'), '--repeats', '1', '--sample', '20'];
    const refused = await baskets.run('--prompts', writeStore('judged.jsonl', judged), ...out);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('20 drawn requests, so no model is called');
    expect(askedSoFar()).toBe(before);
    const mended = await baskets.run('--prompts', folder.file('store.jsonl'), ...out, '--json');
    expect(mended.stderr).not.toContain('Continuing the audit');
    expect(JSON.parse(mended.stdout)).toMatchObject({ audited: 20, grading: { judged: false } });
  });

  it('is not continued with other references than those that it began with', async () => {
    const out = ['--out', folder.file('ungraded'), '--repeats', '1'];
    const changed = readStore().map((task) => ({ ...task, reference: 0 }));
    const refused = await baskets.run('--prompts', writeStore('changed.jsonl', changed), ...out);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('the audit began with other prompts, references or graders');
    const more = writeStore('more.jsonl', [
      ...readStore(),
      { ...changed[0], id: 'never-logged', prompt: 'Who?' },
    ]);
    expect((await baskets.run('--prompts', more, ...out)).exitCode).toBe(0);
    expect((await baskets.run(...out)).exitCode).toBe(0);
  });

  it('names the requests that have no grader before it calls a model', async () => {
    const some = writeStore('some.jsonl', readStore().slice(0, 118));
    const out = ['--out', folder.file('some'), '--repeats', '1', '--sample', '20'];
    const { exitCode, stdout, stderr } = await baskets.run('--prompts', some, ...out);
    expect(exitCode).toBe(0);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      '2 requests left out, without a grader (request-118, request-119)',
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'could not be drawn: 1 no answer (failed); 2 without a grader (request-118, request-119).',
    );
  });
});
