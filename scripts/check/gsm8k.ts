/**
 * Grades the GSM8K responses of two models that RouteLLM published, lists every one whose recorded
 * label the numeric grader does not share, with the cause, and says what that does to the gap
 * between the models. Ends with 1 where more than one disagreement is the grader's fault.
 *
 *     npm run check:gsm8k -- FOLDER
 */
import { parseArgs } from 'node:util';
import { formatPercent } from '../../src/util/format-number.js';
import { compareGsm8k } from './recorded-labels/gsm8k.js';

const { positionals } = parseArgs({ allowPositionals: true });
const [folder] = positionals;
if (folder === undefined) {
  console.error('Name the folder that holds gsm8k__gsm8k_responses.csv and gsm8k__test.jsonl.');
  process.exit(2);
}
const { responses, disagreements, accuracy } = await compareGsm8k(folder);
const causes = new Map<string, number>();
for (const { row, model, recorded, reference, cause, end } of disagreements) {
  causes.set(cause, (causes.get(cause) ?? 0) + 1);
  console.log(`row ${row}, ${model.split('/').at(-1)}: recorded ${recorded}, ${cause}`);
  console.log(`    wanted ${reference}, response ends: ${end}`);
}
console.log(`\n${disagreements.length} of ${responses} responses:`);
for (const [cause, count] of [...causes].sort((a, b) => b[1] - a[1])) {
  console.log(`  ${String(count).padStart(3)}  ${cause}`);
}
console.log('\nAccuracy                               recorded   graded');
for (const [model, { recorded, graded }] of accuracy) {
  const share = (value: number): string => `${(100 * value).toFixed(2)} %`.padStart(9);
  console.log(`  ${model.padEnd(36)} ${share(recorded)}${share(graded)}`);
}
const [weak, strong] = [...accuracy.values()];
if (weak !== undefined && strong !== undefined) {
  const before = strong.recorded - weak.recorded;
  const after = strong.graded - weak.graded;
  const points = (value: number): string => (100 * value).toFixed(2);
  console.log(
    `The gap between them is ${points(after)} points instead of ${points(before)}: ${formatPercent(after / before - 1)} more.`,
  );
}
const ours = causes.get('the grader reads another number than the answer') ?? 0;
console.log(`\nThe grader is wrong on ${ours} of ${responses} responses (at most 1).`);
process.exitCode = ours <= 1 ? 0 : 1;
