/**
 * Times a decision in Python on prompts of 1 kB, next to scikit-learn's where that can be imported.
 *
 *     npm run bench:python
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Timing {
  readonly python: string;
  readonly prompts: number;
  readonly tasks: number;
  readonly models: number;
  /** CPU time of a decision: on prompts with unknown words, and after they were seen. */
  readonly microsecondsAtFirst: number;
  readonly microseconds: number;
  readonly scikitLearn?: { readonly version: string; readonly microseconds: number };
}

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'routesmith-python-'));
const prompts = join(folder, 'prompts.jsonl');
const lines = readFileSync(join(root, 'datasets/everyday.jsonl'), 'utf8').trimEnd().split('\n');
writeFileSync(
  prompts,
  lines
    .map((line) => `${JSON.stringify((JSON.parse(line) as { prompt: string }).prompt)}\n`)
    .join(''),
);
const { stdout, stderr, status } = spawnSync(
  'python3',
  [
    '-B',
    join(root, 'scripts/bench/python/time_decisions.py'),
    join(root, 'dist/python'),
    join(root, 'policies/open-models.policy.json'),
    prompts,
  ],
  { encoding: 'utf8' },
);
rmSync(folder, { recursive: true });
if (status !== 0) throw new Error(stderr);
const timing = JSON.parse(stdout) as Timing;
console.log(
  `Python ${timing.python}, ${timing.models} models, ${timing.tasks} tasks, ` +
    `${timing.prompts} prompts of 1 kB: ${timing.microseconds} us of CPU time a decision, ` +
    `${timing.microsecondsAtFirst} us while most words are new`,
);
console.log(
  timing.scikitLearn === undefined
    ? 'scikit-learn cannot be imported, so there is no comparison'
    : `scikit-learn ${timing.scikitLearn.version}, same kind of features: ` +
        `${timing.scikitLearn.microseconds} us, ` +
        `${(timing.scikitLearn.microseconds / timing.microseconds).toFixed(1)} times as long`,
);
