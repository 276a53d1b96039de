/**
 * Measures the gateway next to a bare proxy of 26 lines, and next to Portkey's gateway where its
 * folder is given: requests per CPU second, added median latency and peak memory, for 1 kB prompts,
 * whole and streamed, 32 at a time, interleaved, medians of three rounds. Then the callers of 10,000
 * requests leave at random, and the time is taken until the calls of the model have ended. Needs Linux.
 *
 *     npm run bench:gateway [-- [FOLDER] [--json FILE] [--rounds N]]
 *
 * FOLDER is one in which `npm install @portkey-ai/gateway@1.15.2` was run. Portkey is measured with
 * whole answers only: its streams fail as it is installed.
 */
import { spawn, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { median } from 'simple-statistics';
import { practicePoolYaml } from '../../src/measure/practice/practice-models.js';
import { readBenchArguments } from './arguments.js';
import { compactTable } from './compact-table.js';
import { measureLeaving, startEndlessProvider } from './gateway/measure-leaving.js';
import { measureLoad, type Load, type Target } from './gateway/measure-load.js';

const count = 3000;
const concurrency = 32;
const leavingCount = 10_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const { writeResults, positionals, rounds } = readBenchArguments();
const [portkeyFolder] = positionals;
const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'routesmith-bench-'));

/** Starts a program that reports its port. */
async function start(file: string, args: readonly string[] = []): Promise<Target> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  children.push(child);
  const [port] = (await once(child, 'message')) as [number];
  return {
    origin: `http://127.0.0.1:${port}`,
    path: '/v1/chat/completions',
    pid: child.pid as number,
  };
}

/** Starts `routesmith serve`, with its log going to a file, as in production. */
async function startGateway(upstream: string, name = 'models'): Promise<Target> {
  const pool = join(folder, `${name}.yaml`);
  writeFileSync(pool, practicePoolYaml(`${upstream}/v1`));
  const policy = resolve(root, 'policies/practice-everyday.policy.json');
  const args = ['serve', '--policy', policy, '--pool', pool, '--port', '0'];
  const child = spawn(process.execPath, [resolve(root, 'dist/cli.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  child.stdout?.resume();
  const { url } = JSON.parse(line.toString().split('\n', 1)[0] as string) as { url: string };
  return { origin: url, path: '/v1/chat/completions', pid: child.pid as number };
}

async function startPortkey(installed: string, upstream: string): Promise<Target> {
  const port = await findFreePort();
  const file = resolve(installed, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const child = spawn(process.execPath, [file, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
  });
  children.push(child);
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((done) => {
      setTimeout(done, 100);
    });
  }
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
    authorization: 'Bearer none',
  };
  return { origin, path: '/v1/chat/completions', pid: child.pid as number, headers };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const prompt = 'Which of these words is a color? '.repeat(32).slice(0, 1000);

function writeBody(model: string, isStream: boolean): string {
  const messages = [{ role: 'user', content: prompt }];
  return JSON.stringify({ model, messages, ...(isStream ? { stream: true } : {}) });
}

const upstream = await start('./gateway/upstream.ts');
const targets: Record<string, Target> = {
  'provider alone': upstream,
  'bare proxy': await start('./gateway/bare-proxy.js', [upstream.origin]),
  gateway: await startGateway(upstream.origin),
  ...(portkeyFolder === undefined
    ? {}
    : { portkey: await startPortkey(portkeyFolder, upstream.origin) }),
};
const provider = await startEndlessProvider();
const leftGateway = await startGateway(provider.origin, 'endless');
const loads = new Map<string, Load[]>();
let leaving: Awaited<ReturnType<typeof measureLeaving>>;

try {
  // The first round warms up, and is left out.
  for (let round = 0; round <= rounds; round++) {
    for (const isStream of [false, true]) {
      for (const [name, target] of Object.entries(targets)) {
        if (name === 'portkey' && isStream) continue;
        const body = writeBody(name === 'gateway' ? 'auto' : 'bench', isStream);
        const load = await measureLoad(target, body, 'word19', {
          // Compilers need many requests before the code is as fast as it gets.
          count: round === 0 ? 4 * count : count,
          concurrency,
        });
        const key = `${name}, ${isStream ? 'streamed' : 'whole'}`;
        if (round > 0) loads.set(key, [...(loads.get(key) ?? []), load]);
      }
    }
  }
  leaving = await measureLeaving(leftGateway, provider, leavingCount);
} finally {
  provider.server.close();
  provider.server.closeAllConnections();
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true });
}

const pick = (key: string, name: keyof Load): number =>
  median((loads.get(key) ?? []).map((load) => load[name]));
const ratio = (name: keyof Load, kind: string, other: string): number =>
  pick(`gateway, ${kind}`, name) / pick(`${other}, ${kind}`, name);
const added = (name: string, kind: string): number =>
  pick(`${name}, ${kind}`, 'p50Ms') - pick(`provider alone, ${kind}`, 'p50Ms');

const results = {
  ratioToProxy: Object.fromEntries(
    ['whole', 'streamed'].map((kind) => [kind, ratio('requestsPerCpuSecond', kind, 'bare proxy')]),
  ),
  ratioToPortkey:
    portkeyFolder === undefined ? null : ratio('requestsPerCpuSecond', 'whole', 'portkey'),
  addedP50Ratio: Object.fromEntries(
    ['whole', 'streamed'].map((kind) => [kind, added('gateway', kind) / added('bare proxy', kind)]),
  ),
  leaving,
  peakMb: Math.max(pick('gateway, whole', 'peakMb'), pick('gateway, streamed', 'peakMb')),
};

const table = new Table({
  ...compactTable,
  head: ['', 'requests / CPU s', 'requests / s', 'p50 ms', 'peak MB'],
});
for (const key of loads.keys()) {
  table.push([
    key,
    pick(key, 'requestsPerCpuSecond').toFixed(0),
    pick(key, 'requestsPerSecond').toFixed(0),
    pick(key, 'p50Ms').toFixed(1),
    pick(key, 'peakMb').toFixed(0),
  ]);
}
console.log(table.toString());
console.log(JSON.stringify(results, null, 2));
writeResults({ gateway: results });
