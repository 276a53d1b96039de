import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

/** Twelve numbered steps with their commands and results, and where the files are. */
function expectStory({ exitCode, stdout }: CliResult): void {
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^SIMULATED/);
  for (let step = 1; step <= 12; step++) expect(stdout).toMatch(new RegExp(`^${step}\\. `, 'm'));
  for (const verb of ['sweep', 'train', 'evaluate', 'route', 'serve', 'report', 'audit']) {
    expect(stdout).toContain(`$ routesmith ${verb} `);
  }
  expect(stdout).toContain('200 of 200 cells settled');
  expect(stdout).toMatch(/HTTP\/1.1 200\n(?:.*\n)*  x-routesmith-model: practice\//);
  expectLoop(stdout);
  expect(stdout).toMatch(/^VERDICT: /m);
  expect(stdout).toMatch(/^Policy file: demo\/demo\.policy\.json$/m);
  expect(stdout).toMatch(/^Report: demo\/report\.html$/m);
}

/** An audit finds the mistake that was planted, and the policy that learns from it sends others. */
function expectLoop(stdout: string): void {
  const text = stdout.replaceAll(/\s+/g, ' ');
  const [, model, task, served, all] =
    /PLANTED MISTAKE: since training, (\S+) has become bad at (\S+) .*? sends it (\d+) of the (\d+) /.exec(
      text,
    ) ?? [];
  expect(Number(served)).toBeGreaterThan(Number(all) / 2);
  expect(text).toContain(`same money; worst task: ${task}.`);
  expect(text).toContain(`The audit found the planted mistake: ${task} is its worst task.`);
  expect(stdout).toContain('--add demo/week-1-audit');
  const [, left, later] = new RegExp(
    `The next policy fixes it: ${model} gets (\\d+) of the (\\d+) ${task} requests`,
  ).exec(text) ?? ['', 'no such sentence'];
  expect(Number(left)).toBeLessThan(Number(later) / 2);
  const loop = stdout.slice(stdout.indexOf('\n9. '), stdout.indexOf('\nResults of'));
  expect(Math.max(...loop.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
}

describe('routesmith demo', () => {
  it('tells the whole story, also again in the same folder', async () => {
    const args = ['demo', '--dir', 'demo', '--limit', '40'];
    expectStory(await runCli(args, { cwd: folder.path }));
    expectStory(await runCommand(args, { cwd: folder.path }));
    const policy: unknown = JSON.parse(readFileSync(folder.file('demo/demo.policy.json'), 'utf8'));
    expect(policy).toMatchObject({ simulated: true });
    const next: unknown = JSON.parse(readFileSync(folder.file('demo/next.policy.json'), 'utf8'));
    expect(next).toMatchObject({ simulated: true, provenance: { prompts: 40 + 180 } });
    const page = readFileSync(folder.file('demo/report.html'), 'utf8');
    expect(page).toMatch(/<title>SIMULATED: /);
    expect(page).toContain('practice/scholar');
  });

  it('leaves a folder alone that it did not make', async () => {
    mkdirSync(folder.file('mine'));
    const precious = folder.write('mine/run.json', '{}');
    const { exitCode, stderr } = await runCommand(['demo', '--dir', folder.file('mine')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('not from an earlier demo');
    expect(existsSync(precious)).toBe(true);
  });

  it('leaves a demo alone that somebody added a file to', async () => {
    folder.write('added/made-by-routesmith-demo.txt', '');
    const precious = folder.write('added/notes.txt', 'mine');
    const { exitCode, stderr } = await runCommand(['demo', '--dir', folder.file('added')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('notes.txt');
    expect(existsSync(precious)).toBe(true);
  });

  it('leaves a demo alone that somebody added a file to the log of', async () => {
    folder.write('deeper/made-by-routesmith-demo.txt', '');
    const precious = folder.write('deeper/week-1-log/notes.txt', 'mine');
    const { exitCode, stderr } = await runCommand(['demo', '--dir', folder.file('deeper')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('notes.txt');
    expect(existsSync(precious)).toBe(true);
  });
});
