import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { isLongRun, scaleTime } from './support/test-run.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const root = resolve(import.meta.dirname, '..');
const folder = createTemporaryFolder();
const project = folder.file('project');
const installed = resolve(project, 'node_modules/routesmith-runtime');
const run = promisify(execFile);
const entries = ['', '/router', '/watch', '/log'];
const useAll = `
  for (const other of [ofRouter, ofWatch, ofLog]) {
    if (other !== RoutesmithError) throw new Error('an error class of its own');
  }
  const text = readFileSync('mine.policy.json', 'utf8');
  loadPolicy(text).then(({ decide }) => {
    const { model } = decide('What is 17 percent of 240?');
    console.log(model, typeof createRouter, typeof watchPolicy, typeof createDecisionLog);
  });`;
const names = ['loadPolicy', 'createRouter', 'watchPolicy', 'createDecisionLog'];
/** What the error class of each entry is called here. */
const classes = ['RoutesmithError', 'ofRouter', 'ofWatch', 'ofLog'];
const specifiers = entries.map((entry) => `routesmith-runtime${entry}`);

/** A program that checks all types takes seconds, so that the short form has one of them. */
const resolutions = [
  ['nodenext', 'main.mts', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  ['nodenext', 'main.cts', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  ['node16', 'main.mts', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ['node16', 'main.cts', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ['bundler', 'main.ts', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ['node10', 'main.ts', ts.ModuleKind.CommonJS, ts.ModuleResolutionKind.Node10],
] as const;

beforeAll(async () => {
  const script = resolve(root, 'scripts/make/pack-runtime.js');
  const { stdout } = await run(process.execPath, [script, folder.file('packed')]);
  mkdirSync(project);
  folder.write('project/package.json', '{ "private": true }');
  copyFileSync(
    resolve(root, 'policies/practice-everyday.policy.json'),
    resolve(project, 'mine.policy.json'),
  );
  const tarball = stdout.trim();
  expect(basename(tarball)).toMatch(/^routesmith-runtime-.*\.tgz$/);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project });
}, scaleTime(60_000));

describe('routesmith-runtime, installed from its tarball into an empty folder', () => {
  it('is one package without dependencies', () => {
    const packages = readdirSync(resolve(project, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(packages).toEqual(['routesmith-runtime']);
  });

  it.each([
    [
      'an ES module',
      'main.mjs',
      [
        "import { readFileSync } from 'node:fs';",
        ...names.map((name, index) => `import { ${name} } from '${specifiers[index]}';`),
        ...classes.map(
          (name, index) => `import { RoutesmithError as ${name} } from '${specifiers[index]}';`,
        ),
      ],
    ],
    [
      'CommonJS',
      'main.cjs',
      [
        "const { readFileSync } = require('node:fs');",
        ...names.map((name, index) => `const { ${name} } = require('${specifiers[index]}');`),
        ...classes.map(
          (name, index) => `const { RoutesmithError: ${name} } = require('${specifiers[index]}');`,
        ),
      ],
    ],
  ])('decides in %s, with one error class in all entries', async (_, name, imports) => {
    const file = folder.write(`project/${name}`, [...imports, useAll].join('\n'));
    const { stdout } = await run(process.execPath, [file], { cwd: project });
    expect(stdout).toMatch(/^practice\/\w+ function function function\n$/);
  });

  it('needs nothing of Node for decisions and calls', () => {
    const esm = resolve(installed, 'esm');
    const reached = new Set(['runtime.js', 'router.js']);
    for (const file of reached) {
      const { importedFiles } = ts.preProcessFile(readFileSync(resolve(esm, file), 'utf8'));
      for (const { fileName } of importedFiles) {
        expect(fileName).toMatch(/^\.\//);
        reached.add(fileName.slice(2));
      }
    }
    expect(reached.size).toBeGreaterThan(2);
  });

  it.each(isLongRun ? resolutions : resolutions.slice(0, 1))(
    'has types for the resolution of %s in %s',
    (_, name, module, moduleResolution) => {
      const imports = specifiers.map((specifier) => `export * from '${specifier}';`);
      const program = ts.createProgram([folder.write(`project/${name}`, imports.join('\n'))], {
        noEmit: true,
        strict: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts'],
        module,
        moduleResolution,
        ignoreDeprecations: '6.0',
        typeRoots: [resolve(root, 'node_modules/@types')],
        types: ['node'],
      });
      const problems = ts.getPreEmitDiagnostics(program);
      expect(
        problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
      ).toEqual([]);
    },
  );
});
