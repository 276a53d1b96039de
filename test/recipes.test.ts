import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPython, pythonFolder } from './support/python-runtime.js';
import { startScriptedServer, type ScriptedServer } from './support/scripted-server.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const root = resolve(import.meta.dirname, '..');
const folder = createTemporaryFolder();
mkdirSync(folder.file('node_modules'));
symlinkSync(root, folder.file('node_modules/routesmith'));
copyFileSync(
  resolve(root, 'policies/practice-everyday.policy.json'),
  folder.file('mine.policy.json'),
);

/** The first program of a page in a language, as it is printed. */
function findProgram(page: string, language: string): string {
  const text = readFileSync(resolve(root, page), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text);
  if (block === null) throw new Error(`${page} has no program in ${language}`);
  return block[1] as string;
}

const run = promisify(execFile);

describe('the program in docs/openrouter.md', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer((response, { body }) => {
      const choices = [{ index: 0, message: { role: 'assistant', content: '40.8' } }];
      const model = (body['models'] as string[] | undefined)?.[0];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ model, choices }));
    });
  });
  afterAll(() => server.close());

  it('sends a request that names the models of the decision, and prints the answer', async () => {
    const program = findProgram('docs/openrouter.md', 'js').replace(
      'https://openrouter.ai/api/v1',
      server.baseUrl,
    );
    const file = folder.write('openrouter.mjs', program);
    const env = { ...process.env, OPENROUTER_API_KEY: 'sk-test' };
    const { stdout } = await run(process.execPath, [file], { cwd: folder.file('.'), env });
    expect(stdout).toMatch(/^practice\/\w+ 40.8$/m);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test' },
      body: {
        messages: [{ role: 'user', content: 'What is 17 percent of 240?' }],
        models: [expect.stringMatching('/'), expect.anything(), expect.anything()] as unknown,
        provider: { require_parameters: true, max_price: { prompt: expect.any(Number) as number } },
      },
    });
  });
});

describe.skipIf(!hasPython())('the program in docs/python.md', () => {
  it('prints the choice and why', async () => {
    copyFileSync(
      resolve(pythonFolder, 'routesmith_policy.py'),
      folder.file('routesmith_policy.py'),
    );
    const file = folder.write('decide.py', findProgram('docs/python.md', 'python'));
    const { stdout } = await run('python3', ['-B', file], { cwd: folder.file('.') });
    expect(stdout).toMatch(/^practice\/\w+ practice\/\w+ .* "cost"/);
  });
});
