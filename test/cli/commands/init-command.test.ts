import { describe, expect, it } from 'vitest';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

describe('routesmith init', () => {
  it('says that a judge is not used where no prompt needs one', async () => {
    const server = await startPracticeServer({ examples: [], seed: 1 });
    folder.write('prompts.csv', 'prompt,expected\nTwo plus two?,4\nThree plus one?,4\n');
    const args = ['init', 'prompts.csv', '--yes', '--provider', server.url, '--judge'];
    const { stdout } = await runCommand(['models', '--provider', server.url, '--json']);
    const { models } = JSON.parse(stdout) as { readonly models: readonly { model: string }[] };
    const judge = models[0]?.model ?? '';
    const used = await runCommand([...args, judge], { cwd: folder.path });
    expect(used).toMatchObject({
      exitCode: 0,
      stderr: '--judge is not used: no task needs one.\n',
      stdout: expect.not.stringContaining('judge.yaml') as string,
    });
    const wrong = await runCommand([...args, 'no-such-model', '--overwrite'], { cwd: folder.path });
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--judge: ') as string,
    });
    await server.close();
  });
});
