import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { textHash } from '../../../src/util/text-hash.js';
import {
  basketCount,
  isRightAbout,
  type IsRight,
  startBaskets,
  type AuditedBaskets,
} from '../../support/audited-baskets.js';
import type { SweepSummary } from '../../../src/measure/sweep/sweep-summary.js';
import { formatUsd } from '../../../src/util/format-number.js';
import type { CliResult } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { isLongRun } from '../../support/test-run.js';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let baskets: AuditedBaskets;

beforeAll(async () => {
  baskets = await startBaskets(folder);
});
afterAll(() => baskets.server.close());

describe("an audit with the caller's own references", () => {
  const args = (): string[] => [
    '--prompts',
    folder.file('store.jsonl'),
    '--out',
    folder.file('graded'),
    '--sample',
    '60',
  ];

  it('finds the planted mistake, its task and what it costs', async () => {
    const report = await baskets.audit(...args());
    expect(report).toMatchObject({
      audited: 60,
      represented: basketCount,
      leftOut: { 'no answer': 1 },
      reference: 'large',
      worstTask: 'even',
      grading: { judged: false, corrected: false },
      noise: { repeats: 2, deviation: 0, unrepeated: 0 },
    });
    // Every fourth request is wrong; large serves everything, so that it keeps all of its own quality.
    expect(report.total.better.low).toBeLessThan(0.25);
    expect(report.total.better.high).toBeGreaterThan(0.25);
    expect(report.total.keptQuality.mean).toBeCloseTo(1, 12);
    expect(report.total.costShare.mean).toBeCloseTo(1, 12);
    expect(report.tasks.map(({ task }) => task)).toEqual(['even', 'odd']);
    expect(report.tasks[1]?.better.mean).toBe(0);
    expect(report.examples[0]).toMatchObject({ task: 'even', served: 'large', quality: 0 });
  });

  it('is continued: the same command asks nothing again', async () => {
    const before = baskets.server.requests.length;
    const report = await baskets.audit(...args());
    expect(baskets.server.requests.length).toBe(before);
    expect(report.audited).toBe(60);
  });

  it('advises another model to compare with only where that is clearly better', async () => {
    expect((await baskets.audit(...args())).betterReference).toBe('small');
    const { stdout } = await baskets.run(...args());
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The best single model in this audit is small, clearly better than large: compare with --baseline small.',
    );
    const tied = await baskets.audit(...args(), '--baseline', 'local');
    expect(tied.betterReference).toBe(null);
  });

  it('prints the answer in a sentence, and examples only on request', async () => {
    const { stdout } = await baskets.run(...args());
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Of 120 requests from');
    expect(text).toContain('(60 audited), routing kept 100.0 %');
    expect(text).toContain('better by another model for the same money; worst task: even.');
    expect(text).toContain(
      'Task labels: 60 given with --prompts, 0 named by callers, 0 guessed by the policy of the log.',
    );
    expect(text).not.toContain('How many apples');
    expect(
      Math.max(
        ...stdout
          .split('\nNext')[0]!
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
    const withExamples = await baskets.run(...args(), '--examples', '2');
    expect(withExamples.stdout).toContain('How many apples');
  });
});

describe('an audit of models whose answers vary', () => {
  const [alike, worse] = [createTemporaryFolder(), createTemporaryFolder()];
  const auditWith = async (own: TemporaryFolder, isRight: IsRight): Promise<AuditReport> => {
    const varying = await startBaskets(own, isRight);
    try {
      return await varying.audit('--prompts', own.file('store.jsonl'), '--out', own.file('audit'));
    } finally {
      await varying.server.close();
    }
  };
  const isLucky: IsRight = (model, basket, asked) =>
    textHash(`${model} ${basket} ${asked}`, 1) % 2 === 0;

  it('finds nothing better elsewhere where all are alike', async () => {
    const report = await auditWith(alike, (model, basket, asked) =>
      basket % 2 === 0 ? isLucky(model, basket, asked) : true,
    );
    expect(report.noise).toMatchObject({ repeats: 2, unrepeated: 0 });
    expect(report.noise?.deviation).toBeGreaterThan(0.2);
    expect([report.total.better.low, report.total.regret.low]).toEqual([0, 0]);
    expect(report.worstTask).toBeNull();
  });

  it('finds the planted mistake, its task and what it costs', async () => {
    const report = await auditWith(worse, (model, basket, asked) =>
      basket % 3 === 0 ? isLucky(model, basket, asked) : model !== 'large' || basket % 4 !== 2,
    );
    // Large is wrong about every fourth basket of those that are not answered by luck.
    expect(report.total.better.low).toBeGreaterThan(0);
    expect(report.total.better.low).toBeLessThan(1 / 6);
    expect(report.total.better.high).toBeGreaterThan(1 / 6);
    expect(report.worstTask).toBe('even');
  });
});

describe('an audit of a log with losses', () => {
  const asked = (log: string, ...more: string[]): Promise<CliResult> =>
    runCommand([
      'audit',
      folder.file(log),
      '--pool',
      folder.file('models.yaml'),
      '--prompts',
      folder.file('store.jsonl'),
      '--sample',
      '20',
      '--repeats',
      '1',
      ...more,
    ]);

  beforeAll(() => {
    cpSync(folder.file('logs'), folder.file('torn'), { recursive: true });
    folder.write('torn/decisions-other-000001.jsonl', '{"kind":"dec\n');
  });

  it('says what the log lacks, also when it is continued', async () => {
    const { stdout: first, stderr } = await asked('torn');
    expect(stderr).toContain('WARNING: 1 line that cannot be read');
    const { stdout } = await asked('torn', '--json');
    const { logTotals, sweep } = JSON.parse(stdout) as AuditReport & { sweep: SweepSummary };
    expect(logTotals).toMatchObject({ damagedLines: 1, decisions: basketCount + 1 });
    // In all commands, of which the second called nothing.
    expect(sweep.budget.spentUsd).toBeGreaterThan(0);
    expect(first).toContain(`This command cost ${formatUsd(sweep.budget.spentUsd)}.`);
  });

  it('says what a command cost with all models, also where that is nothing', async () => {
    expect((await asked('torn')).stdout).toContain('This command cost $0.');
  });

  it('is continued where the log is named with a slash at its end', async () => {
    const before = baskets.server.requests.length;
    const { exitCode, stderr } = await asked('torn/', '--json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain('Continuing the audit');
    expect(baskets.server.requests.length).toBe(before);
  });

  it('warns of criteria that no judge reads', async () => {
    const { stderr } = await asked('torn', '--rubric', 'Be brief.');
    expect(stderr).toContain('WARNING: --rubric is not used: it is for a judge, and there is no');
    const judge = ['--judge', folder.file('judge.yaml')];
    const judged = await asked('torn', '--rubric', 'Be brief.', ...judge);
    expect(judged.stderr).toContain('keep the graders that it began with');
  });
});

describe('an audit by a judge', () => {
  const args = (): string[] => [
    '--judge',
    folder.file('judge.yaml'),
    '--out',
    folder.file('judged'),
    '--sample',
    '100',
    '--repeats',
    '1',
    '--labels',
    '40',
  ];

  it('says that nobody checked the judge, and lists answers for people', async () => {
    const report = await baskets.audit(...args());
    expect(report).toMatchObject({
      grading: { judged: true, picked: 40, labeled: 0, corrected: false },
      noise: null,
    });
    const lines = readFileSync(join(folder.file('judged'), 'to-label.jsonl'), 'utf8').trim();
    expect(lines.split('\n')).toHaveLength(40 * 3);
  });

  it('is corrected by the labels of people, and covers the truth', async () => {
    const file = join(folder.file('judged'), 'to-label.jsonl');
    const labels = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { answer: string; prompt: string; quality: number })
      .map((label) => ({
        ...label,
        quality: isRightAbout(label.prompt, label.answer) ? 1 : 0,
      }));
    const human = folder.write('labels.jsonl', labels.map((one) => JSON.stringify(one)).join('\n'));
    const report = await baskets.audit(...args(), '--human', human);
    expect(report.grading).toMatchObject({ labeled: 40, corrected: true });
    expect(report.total.quality.low).toBeLessThanOrEqual(0.75);
    expect(report.total.quality.high).toBeGreaterThanOrEqual(0.75);
    // The large model serves everything: its row of the table and what is said of routing are one figure.
    const large = report.models.find(({ model }) => model === 'large');
    expect(large?.quality).toEqual(report.total.quality);
    expect(large?.quality).toEqual(report.total.referenceQuality);
    expect(report.betterReference).not.toBe(null);
    const printed = await baskets.run(...args(), '--human', human, '--examples', '1');
    expect(printed.stdout).toContain("Decisions that lost most by the judge's grades alone:");
    const unchecked = await baskets.audit(...args());
    expect(unchecked.total.quality.mean).not.toBeCloseTo(report.total.quality.mean, 3);
  });
});

describe('a policy that also learns from an audit', () => {
  it('finds its prompts weighted by the requests that they stand for', async () => {
    const judged = await readRun(folder.file('judged'));
    const weights = judged.table.prompts.map(({ weight = 1 }) => weight);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, 9);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  it.runIf(isLongRun)('says how production differs from training, and what to label', async () => {
    const file = folder.file('next.policy.json');
    const { exitCode, stderr } = await runCommand([
      'train',
      folder.file('graded'),
      '--add',
      folder.file('judged'),
      '--out',
      file,
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Added 100 prompts of');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'The tasks of production are not compared with those of training: ',
    );
    const policy = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly provenance: { readonly prompts: number };
    };
    expect(policy.provenance.prompts).toBe(160);
  });
});

describe('an audit whose budget is used up', () => {
  it('reports the requests that are complete, and exits with code 4', async () => {
    const pool = folder.write(
      'capped.yaml',
      readFileSync(folder.file('models.yaml'), 'utf8').replaceAll(
        /^ {4}price/gm,
        '    parameters: { maxTokens: 20 }\n    price',
      ),
    );
    const { exitCode, stdout, stderr } = await baskets.run(
      '--pool',
      pool,
      '--prompts',
      folder.file('store.jsonl'),
      '--out',
      folder.file('capped'),
      '--budget',
      '0.02',
      '--concurrency',
      '1',
      '--json',
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 4 });
    const report = JSON.parse(stdout) as AuditReport;
    expect(report.audited).toBeGreaterThan(5);
    expect(report.audited).toBeLessThan(basketCount);
    expect(report.audited + report.incomplete).toBe(basketCount);
    expect(report.represented).toBe(basketCount);
  });
});

describe('an audit that cannot be right', () => {
  it('is refused where nothing would grade the answers', async () => {
    const { exitCode, stderr } = await baskets.run('--out', folder.file('ungraded'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--judge');
    expect(existsSync(folder.file('ungraded'))).toBe(false);
  });

  it('is refused where no line of the log can be read, and says so', async () => {
    folder.write('unreadable/decisions-other-000001.jsonl', '{"kind":"dec\n');
    const pool = ['--pool', folder.file('models.yaml')];
    const { exitCode, stderr } = await runCommand(['audit', folder.file('unreadable'), ...pool]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('(1 line cannot be read: ');
  });

  it('is refused in the folder of another audit', async () => {
    const out = folder.file('graded');
    const { exitCode, stderr } = await baskets.run('--out', out, '--seed', '7');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('with seed 1');
  });
});
