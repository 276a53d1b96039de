/**
 * Lets other versions of Node and a headless Chromium decide on the same prompts by the built
 * runtime, and the versions of Node replay the same log: to the last bit the same everywhere. The
 * versions are fetched into a scratch folder, as any npm package is.
 *
 *     npm run build && npm run check:engines [-- 22 24]
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type * as Log from '../../src/log.js';
import { probePrompts } from '../../src/policy/file/probe-prompts.js';
import { launchBrowser } from '../../test/support/browser.js';
import { startFileServer } from '../../test/support/file-server.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'dist/standalone/router.min.mjs');
const policyFile = join(root, 'policies/practice-everyday.policy.json');
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];

const tasks = (await readFile(join(root, 'datasets/everyday.jsonl'), 'utf8')).trim().split('\n');
const prompts = [
  ...tasks.map((line) => (JSON.parse(line) as { prompt: string }).prompt),
  ...probePrompts,
  '\0',
  'İstanbul ẞ ﬁ',
  'العربية हिन्दी ไทย 한국어',
];
const decideAll = `
  const { decide } = await loadPolicy(text);
  const lines = ['quality', 'balanced', 'cost', 'fast'].flatMap((objective) =>
    prompts.map((prompt) => JSON.stringify(decide(prompt, { objective }))));
  const bytes = new TextEncoder().encode(lines.join('\\n'));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const result = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
`;

const folder = await mkdtemp(join(tmpdir(), 'routesmith-engines-'));
const found = new Map<string, string>();
const replays = new Map<string, string>();
try {
  const log = await writeLog(join(folder, 'log'));
  const script = join(folder, 'decide.mjs');
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'prompts.json'), JSON.stringify(prompts));
  await writeFile(
    script,
    `import { readFile } from 'node:fs/promises';
     import { loadPolicy } from ${JSON.stringify(pathToFileURL(bundle).href)};
     const text = await readFile(${JSON.stringify(policyFile)}, 'utf8');
     const prompts = JSON.parse(await readFile(${JSON.stringify(join(folder, 'prompts.json'))}, 'utf8'));
     ${decideAll}
     console.log(JSON.stringify([process.version, process.versions.v8, result]));`,
  );
  for (const version of versions) {
    await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`], {
      cwd: folder,
    });
    const { stdout } = await run(join(folder, 'node_modules/node/bin/node'), [script]);
    const [name, v8, hash] = JSON.parse(stdout) as [string, string, string];
    found.set(`Node ${name} (V8 ${v8})`, hash);
    replays.set(name, await replay(join(folder, 'node_modules/node/bin/node'), log));
  }
  const server = await startFileServer(
    new Map([
      ['index.html', '<!doctype html><title>routesmith</title>'],
      ['router.mjs', await readFile(bundle, 'utf8')],
      ['policy.json', await readFile(policyFile, 'utf8')],
      ['prompts.json', JSON.stringify(prompts)],
    ]),
  );
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(`${server.url}index.html`);
  const hash = await page.evaluate(`(async () => {
    const { loadPolicy } = await import('./router.mjs');
    const text = await (await fetch('./policy.json')).text();
    const prompts = await (await fetch('./prompts.json')).json();
    ${decideAll}
    return result;
  })()`);
  found.set(`Chromium ${browser.version()}`, hash as string);
  await browser.close();
  await server.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const [engine, hash] of found) console.log(`${hash.slice(0, 16)}  ${engine}`);
assert.equal(new Set(found.values()).size, 1, 'the engines do not decide the same');
console.log(`${4 * prompts.length} decisions, the same to the last bit in ${found.size} engines`);
assert.equal(new Set(replays.values()).size, 1, 'the versions of Node do not replay alike');
console.log(
  `a log of ${prompts.length} requests replayed alike by ${[...replays.keys()].join(', ')}`,
);

/** Logs decisions, what served them, and what people said of some. */
async function writeLog(directory: string): Promise<string> {
  const built = pathToFileURL(join(root, 'dist/log.js')).href;
  const { createDecisionLog, loadPolicy } = (await import(built)) as typeof Log;
  const policy = await loadPolicy(await readFile(policyFile, 'utf8'));
  const written = await createDecisionLog({ directory, level: 'prompts' });
  for (const [index, prompt] of prompts.entries()) {
    const entry = written.open(policy, { conversation: `chat ${index % 40}` });
    const { model } = entry.decide(prompt, { explore: { share: 0.2, seed: index } });
    entry.served({ model, costUsd: 0.001 * (1 + (index % 7)), latencyMs: 100 + index });
    const isReported = index % 3 === 0;
    if (isReported) await written.feedback({ id: entry.id, quality: index % 2, source: 'human' });
  }
  await written.close();
  return directory;
}

/** All that a replay prints and writes. */
async function replay(node: string, log: string): Promise<string> {
  const csv = join(folder, 'replay.csv');
  const args = ['replay', log, '--policy', policyFile, '--objective', 'cost', '--csv', csv];
  const cli = join(root, 'dist/cli.js');
  const { stdout } = await run(node, [cli, ...args, '--overwrite', '--json']);
  return stdout + (await readFile(csv, 'utf8'));
}
