import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { waitForCli } from '../../support/run-cli.js';

const root = resolve(import.meta.dirname, '../../..');
const document = readFileSync(resolve(root, 'docs/router.md'), 'utf8');

/** The first block of a language. */
function findBlock(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(document)?.[1];
  if (block === undefined) throw new Error(`docs/router.md has no block of ${language}`);
  return block;
}

describe('the example of docs/router.md', () => {
  it('prints what stands there, with the built package', async () => {
    const { examples } = await readTaskSet(resolve(root, 'datasets/everyday.jsonl'), {
      checkGrader,
    });
    const server = await startPracticeServer({ examples, seed: 1, failures: 0, speed: Infinity });
    try {
      const code = findBlock('js');
      expect(code).toContain('http://127.0.0.1:8787/v1');
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', code.replace('http://127.0.0.1:8787/v1', server.url)],
        { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      expect(await waitForCli(child)).toEqual({
        exitCode: 0,
        stdout: findBlock('text'),
        stderr: '',
      });
    } finally {
      await server.close();
    }
  });
});
