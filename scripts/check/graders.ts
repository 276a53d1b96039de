/**
 * Counts how often each grader gives the grade of a careful reader: on a table of answers in many
 * spellings, languages and formats, and on the recorded responses of GSM8K and ARC where they are at
 * hand. Ends with 1 where more than 1 % of the table is graded wrong, or more than 10 % not at all.
 *
 *     npm run check:graders -- [FOLDER] [--verbose]
 *
 * FOLDER holds the folders `routellm` and `routerbench`; default: see CONTRIBUTING.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { compactTable } from '../bench/compact-table.js';
import { checkSpelling, readSpellings, type Verdict } from './graders/read-spellings.js';
import { measureSlowest } from './graders/measure-slowest.js';
import { compareArc } from './recorded-labels/arc.js';
import { compareGsm8k } from './recorded-labels/gsm8k.js';

const maxWrongShare = 0.01;
const maxUngradedShare = 0.1;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', default: false } },
});
const folder =
  positionals[0] ??
  process.env['ROUTESMITH_DATA'] ??
  join(import.meta.dirname, '../../../shared/data');

const spellings = readSpellings();
const counts = new Map<string, Record<Verdict, number>>();
for (const spelled of spellings) {
  const verdict = await checkSpelling(spelled);
  const own = counts.get(spelled.grader) ?? { right: 0, wrong: 0, ungraded: 0 };
  own[verdict]++;
  counts.set(spelled.grader, own);
  if (verdict !== 'right' && values.verbose) console.log(`${verdict}: ${JSON.stringify(spelled)}`);
}

const table = new Table({
  chars: compactTable,
  style: { head: [], border: [] },
  head: ['grader', 'answers', 'right', 'wrong', 'ungraded'],
});
const total = { right: 0, wrong: 0, ungraded: 0 };
for (const [name, { right, wrong, ungraded }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
  table.push([name, right + wrong + ungraded, right, wrong, ungraded]);
  total.right += right;
  total.wrong += wrong;
  total.ungraded += ungraded;
}
table.push(['all', spellings.length, total.right, total.wrong, total.ungraded]);
console.log(table.toString());

const gsm8k = join(folder, 'routellm');
if (existsSync(join(gsm8k, 'gsm8k__gsm8k_responses.csv'))) {
  const { responses, disagreements, ungraded } = await compareGsm8k(gsm8k);
  const ours = disagreements.filter(({ cause }) => cause.startsWith('the grader')).length;
  console.log(
    `GSM8K, numeric: ${responses} recorded responses, ${ours} read wrongly, ${ungraded} ungraded.`,
  );
} else console.log(`GSM8K: skipped, ${gsm8k} holds no responses.`);
const arc = join(folder, 'routerbench');
if (existsSync(join(arc, 'arc_challenge_test.csv'))) {
  const { responses, disagreements } = await compareArc(arc);
  const share = 100 * (1 - disagreements.length / responses);
  console.log(
    `ARC, choice: ${responses} recorded responses, ${share.toFixed(2)} % fit their scores.`,
  );
} else console.log(`ARC: skipped, ${arc} holds no responses.`);

const slowest = await measureSlowest();
console.log(
  `Hostile answers of 100 kB: ${slowest.answers} graded, the slowest in ${slowest.cpuMs.toFixed(0)} ms (${slowest.grader}, ${slowest.unit}).`,
);
const isAccurate =
  total.wrong <= maxWrongShare * spellings.length &&
  total.ungraded <= maxUngradedShare * spellings.length;
process.exitCode = isAccurate ? 0 : 1;
