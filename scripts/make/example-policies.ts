/**
 * Makes the policies in `policies/`: the practice policy, of simulated models, and, from a folder of
 * recorded outcomes, the policy of real models.
 *
 *     npm run make:policies
 *     npm run make:policies -- DIR
 *     npm run make:policies -- DIR --only open-models
 */
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeOpenModelsPolicy } from './policies/open-models-policy.js';
import { makePracticePolicy } from './policies/practice-policy.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
const [dataFolder] = positionals;
const folder = fileURLToPath(new URL('../../policies/', import.meta.url));

if (values.only === undefined || values.only === 'practice') {
  const { text, policy } = await makePracticePolicy();
  const file = `${folder}practice-everyday.policy.json`;
  await writeFile(file, text);
  console.log(`${policy.verdict.decision}: ${file}, ${text.length} bytes`);
}
if (dataFolder === undefined) {
  console.log('The policy of real models is left as it is: name the folder of recorded outcomes.');
} else if (values.only === undefined || values.only === 'open-models') {
  await makeOpenModelsPolicy(
    dataFolder,
    relative(process.cwd(), `${folder}open-models.policy.json`),
  );
}
