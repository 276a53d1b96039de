import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli/run-command-line.js';

/** No tokens were recorded, and 119 test prompts are copies of training prompts. */
const importOptions = '--format outcomes --drop-duplicates --assume-output-tokens 256'.split(' ');

/**
 * Learns a policy from LLMRouter's recorded outcomes of nine open models, with the commands that
 * policies/README.md prints.
 *
 * @param dataFolder has `llmrouter/`: `train.jsonl.gz`, `test.jsonl` and `default_llm.json`
 * @param policyFile where the policy is written; as a relative path it is printed as such
 */
export async function makeOpenModelsPolicy(dataFolder: string, policyFile: string): Promise<void> {
  const data = (file: string): string => join(dataFolder, 'llmrouter', file);
  const folder = await mkdtemp(join(tmpdir(), 'routesmith-policies-'));
  const run = join(folder, 'llmrouter');
  try {
    const prices = ['--prices', data('default_llm.json'), '--price-date', '2025-12-31'];
    const files = [data('train.jsonl.gz'), data('test.jsonl')];
    await runCommand('import', ...files, ...importOptions, ...prices, '--out', run);
    await runCommand('train', run, '--out', policyFile, '--overwrite');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runCommand(...args: readonly string[]): Promise<void> {
  console.log(`$ routesmith ${args.join(' ')}`);
  const exitCode = await runCommandLine(args);
  if (exitCode !== 0) throw new Error(`routesmith ${args[0]} ended with exit code ${exitCode}`);
}
