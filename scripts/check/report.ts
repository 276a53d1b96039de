/**
 * Makes the report of recorded outcomes of real models. Checks that its figures match those of
 * `evaluate --json`, that it takes less than 10 s (after import and evaluation), and that it is
 * smaller than 1.5 MB. Exits with 1 if a check fails. Needs a build (`npm run build`).
 *
 *     npm run check:report -- DIR
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Evaluation } from '../../src/learn/evaluate/compute-evaluation.js';
import { findWrongFigures } from './report/find-wrong-figures.js';

const [data] = process.argv.slice(2);
if (data === undefined) {
  console.error('Give the folder of recorded outcomes: npm run check:report -- DIR');
  process.exit(2);
}
const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'routesmith-report-'));
const imports = {
  bfcl: [join(data, 'bfcl/pool12.jsonl.gz')],
  llmrouter: [
    ...['train.jsonl.gz', 'test.jsonl'].map((file) => join(data, 'llmrouter', file)),
    '--drop-duplicates',
    '--prices',
    join(data, 'llmrouter/default_llm.json'),
    '--price-date',
    '2025-01-01',
    '--assume-output-tokens',
    '256',
  ],
};

function run(...args: readonly string[]): string {
  return execFileSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e9,
  });
}

let isGood = true;
for (const [name, source] of Object.entries(imports)) {
  const runFolder = join(folder, name);
  const evaluationFile = join(folder, `${name}.json`);
  const page = join(folder, `${name}.html`);
  run('import', ...source, '--format', 'outcomes', '--out', runFolder);
  const evaluated = run('evaluate', runFolder, '--json');
  writeFileSync(evaluationFile, evaluated);
  const startedMs = performance.now();
  run('report', runFolder, '--evaluation', evaluationFile, '--out', page);
  const seconds = (performance.now() - startedMs) / 1000;
  const megabytes = statSync(page).size / 1e6;
  const { checked, wrong } = findWrongFigures(
    readFileSync(page, 'utf8'),
    JSON.parse(evaluated) as Evaluation,
  );
  console.log(
    `${name}: ${checked} figures compared, ${wrong.length} wrong; took ${seconds.toFixed(1)} s, ${megabytes.toFixed(2)} MB`,
  );
  for (const line of wrong.slice(0, 10)) console.log(`  ${line}`);
  isGood &&= wrong.length === 0 && checked > 100 && seconds < 10 && megabytes < 1.5;
}
rmSync(folder, { recursive: true });
process.exitCode = isGood ? 0 : 1;
