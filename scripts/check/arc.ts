/**
 * Reads the letters of RouterBench's ARC responses with the choice grader, and lists every response
 * whose recorded score does not fit, with the cause. Ends with 1 where fewer than 99 % fit.
 *
 *     npm run check:arc -- FOLDER
 */
import { parseArgs } from 'node:util';
import { compareArc } from './recorded-labels/arc.js';

const { positionals } = parseArgs({ allowPositionals: true });
const [folder] = positionals;
if (folder === undefined) {
  console.error('Name the folder that holds arc_challenge_train.csv and arc_challenge_test.csv.');
  process.exit(2);
}
const { prompts, responses, disagreements } = await compareArc(folder);
for (const { sample, model, cause, read, key, response } of disagreements) {
  console.log(`${sample}, ${model}: ${cause}`);
  console.log(`    read ${read}, the others give ${key}: ${JSON.stringify(response.slice(0, 90))}`);
}
const share = 1 - disagreements.length / responses;
console.log(
  `\n${prompts} prompts, ${responses} responses: ${(100 * share).toFixed(2)} % fit their scores (at least 99 %).`,
);
process.exitCode = share >= 0.99 ? 0 : 1;
