import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkGrader } from '../src/measure/graders/check-grader.js';
import { graderNames } from '../src/measure/graders/registry.js';
import { poolSchema } from '../src/measure/models/pool-schema.js';
import { exampleFieldNames } from '../src/measure/tasks/example-schema.js';
import { readTaskSet } from '../src/measure/tasks/read-task-set.js';
import { loadPolicy } from '../src/policy/decide/load-policy.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');

const folder = createTemporaryFolder();
mkdirSync(folder.file('node_modules'));
symlinkSync(root, folder.file('node_modules/routesmith'));

/** The program that the blocks of a page are together, and all that the page says it prints. */
function collectProgram(file: string): { readonly code: string; readonly output: string } {
  const blocks = [...read(file).matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms)];
  return {
    code: blocks.map(([, code]) => code).join('\n'),
    output: blocks.map(([, , output]) => output).join(''),
  };
}

describe.each(['README.md', 'docs/trainer.md'])('the program in %s', (file) => {
  it('prints what the page says, with the package as it is installed', async () => {
    const { code, output } = collectProgram(file);
    const program = folder.write(`${file.replaceAll('/', '-')}.mjs`, code);
    const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: root });
    expect(stdout).toBe(output);
  });
});

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'datasets/README.md',
  'policies/README.md',
  ...readdirSync(resolve(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
/** What npm packs; README.md always. */
const packed = [
  'README.md',
  ...z.object({ files: z.array(z.string()) }).parse(JSON.parse(read('package.json'))).files,
];
const isPacked = (file: string): boolean =>
  packed.some((entry) => file === entry || file.startsWith(`${entry}/`));
const readProse = (file: string): string => read(file).replaceAll(/^```.*?^```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function listAnchors(file: string): string[] {
  return [...readProse(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

const listLinks = (file: string): RegExpExecArray[] => [
  ...readProse(file).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g),
];

describe('the links', () => {
  it.each(pages)('of %s lead to a file and a heading that exist', (file) => {
    const links = listLinks(file);
    const broken = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(resolve(root, target))) return true;
      return anchor !== '' && !listAnchors(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.each(pages.filter(isPacked))('of %s lead to what the package has', (file) => {
    const targets = listLinks(file).map(([, path = '']) =>
      path === '' ? file : join(dirname(file), path),
    );
    expect(targets.filter((target) => !isPacked(target))).toEqual([]);
  });
});

describe('the page on sweeps', () => {
  it.each([
    ['The task set', exampleFieldNames],
    ['The pool', Object.keys(poolSchema.shape.models.element.shape)],
  ])('lists every member under "%s"', (heading, members) => {
    const [, table = ''] =
      new RegExp(`^## ${heading}\\n(.*?)^## `, 'ms').exec(read('docs/sweep.md')) ?? [];
    for (const member of members) expect(table).toContain(`\`${member}`);
  });
});

describe('the page on graders', () => {
  const page = read('docs/graders.md');

  it('helps to choose among all graders', () => {
    const [, table = ''] = /^## Which grader\n\n(.*?)\n\n/ms.exec(page) ?? [];
    const named = [...table.matchAll(/\[`(\w+)`\]\(#/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(graderNames.toSorted());
  });

  it('has examples that a task set may hold', async () => {
    const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, block = '']) => block);
    const examples = blocks.flatMap((block) => block.split(/\n(?=\{)/));
    const lines = examples.map((text, index) =>
      JSON.stringify({ id: `example ${index}`, prompt: 'What?', ...(JSON.parse(text) as object) }),
    );
    const taskSet = await readTaskSet(folder.write('graders.jsonl', lines.join('\n')), {
      checkGrader,
    });
    expect(taskSet.examples.length).toBeGreaterThanOrEqual(graderNames.length);
  });
});

describe("the README's policy of real models", () => {
  it('has the held-out figures that the README states', async () => {
    const { policy } = await loadPolicy(read('policies/open-models.policy.json'));
    const found = policy.verdict.evidence.find(({ objective }) => objective === 'balanced');
    const { quality, constantQuality, costUsd, constantCostUsd } = found ?? {};
    const saved = 1 - (costUsd ?? Number.NaN) / (constantCostUsd ?? Number.NaN);
    expect(read('README.md').replaceAll(/\s+/g, ' ')).toContain(
      `${Math.round(100 * saved)} % of the cost at a quality of ${quality?.toFixed(3)} instead of ${constantQuality?.toFixed(3)}`,
    );
  });

  it('holds no prompt and no simulated model', async () => {
    const { policy } = await loadPolicy(read('policies/open-models.policy.json'));
    expect(policy.simulated).toBe(false);
    expect(policy.models.map(({ id }) => id)).not.toContainEqual(expect.stringMatching('practice'));
  });
});

describe('the worker of the compose file', () => {
  it('is the process that Docker signals, not a child of its shell', async () => {
    const [, script = ''] =
      /^ {4}command: sh -c "(.*)"$/m.exec(read('docs/several-machines.md')) ?? [];
    const cwd = folder.file('compose');
    // A program that says which process it is stands for what is installed, and for `npx`.
    const says = 'echo "$$ $*"';
    const programs = { npm: '', npx: says, 'node_modules/.bin/routesmith': says };
    for (const [name, code] of Object.entries(programs)) {
      chmodSync(folder.write(`compose/${name}`, `#!/bin/sh\n${code}\n`), 0o755);
    }
    const env = { PATH: `${cwd}:${process.env['PATH'] ?? ''}` };
    const shell = spawn('sh', ['-c', script], { cwd, env });
    expect(await text(shell.stdout)).toBe(`${shell.pid} worker\n`);
  });
});
