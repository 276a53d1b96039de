/**
 * Serves the same requests by the built gateway in Node, Bun, Deno and workerd, each through a bundle
 * of it: the answers are the same, but for ids and times. The runtimes are fetched into a scratch
 * folder, as any npm package is.
 *
 *     npm run check:runtimes [-- bun deno]
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { answerAs } from '../../test/support/gateway.js';
import { failWith, startScriptedServer } from '../../test/support/scripted-server.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const policyFile = join(root, 'policies/practice-everyday.policy.json');
const names = ['node', 'bun', 'deno', 'workerd'] as const;
type RuntimeName = (typeof names)[number];
const wanted = process.argv.slice(2);
const runtimes = names.filter((name) => wanted.length === 0 || wanted.includes(name));

/** What each runtime needs around the handler. */
const hosts: Readonly<Record<Exclude<RuntimeName, 'workerd'>, string>> = {
  node: `import { createServer } from 'node:http';
    import { Readable } from 'node:stream';
    createServer(async (message, reply) => {
      const { method, url, headers } = message;
      const body = method === 'POST' ? Readable.toWeb(message) : undefined;
      const response = await handle(
        new Request('http://localhost' + url, { method, headers, body, duplex: 'half' }));
      reply.writeHead(response.status, Object.fromEntries(response.headers));
      for await (const piece of response.body ?? []) reply.write(piece);
      reply.end();
    }).listen(Number(process.env.PORT), '127.0.0.1');`,
  bun: `Bun.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: handle });`,
  deno: `Deno.serve({ port: Number(Deno.env.get('PORT')), hostname: '127.0.0.1' }, handle);`,
};

const question = [{ role: 'user', content: 'What is 17 percent of 240?' }];
const requests: readonly (readonly [path: string, body?: object, headers?: object])[] = [
  ['/health'],
  ['/ready'],
  ['/v1/models'],
  ['/nowhere'],
  ['/v1/route', { model: 'auto', messages: question }],
  ['/v1/chat/completions', { model: 'auto:cost', messages: question }],
  ['/v1/chat/completions', { model: 'auto', stream: true, messages: question }],
  ['/v1/messages', { model: 'auto', max_tokens: 50, messages: question }],
  ['/v1/messages', { model: 'auto', max_tokens: 50, stream: true, messages: question }],
  ['/v1/chat/completions', { model: 'practice/scholar', messages: question }],
  ['/v1/chat/completions', { model: 'no such model', messages: question }],
  ['/v1/chat/completions', { model: 'auto' }],
];

const working = await startScriptedServer(answerAs('openai', 'It is 40.8.'));
const broken = await startScriptedServer(failWith(500, 'a bad moment'));
const folder = await mkdtemp(join(tmpdir(), 'routesmith-runtimes-'));
const found = new Map<string, string>();
try {
  await writeFile(join(folder, 'package.json'), '{}');
  for (const runtime of runtimes) {
    if (runtime !== 'node') {
      const install = ['install', '--no-save', '--no-audit', '--no-fund', runtime];
      await run('npm', install, { cwd: folder });
    }
    const port = await findPort();
    const stop = await start(runtime, port);
    try {
      found.set(await describeRuntime(runtime), await askAll(port));
    } finally {
      stop();
    }
  }
} finally {
  await Promise.all([working.close(), broken.close()]);
  await rm(folder, { recursive: true, force: true });
}
const [[first, expected]] = [...found] as [[string, string]];
for (const [runtime, answers] of found) {
  assert.equal(answers, expected, `${runtime} does not answer as ${first} does`);
  console.log(`${runtime}: ${requests.length} requests answered alike`);
}

async function bundle(runtime: RuntimeName): Promise<string> {
  const policy = JSON.parse(await readFile(policyFile, 'utf8')) as { models: { id: string }[] };
  const pool = Object.fromEntries(
    policy.models.map(({ id }) => {
      const { baseUrl } = id === 'practice/scholar' ? broken : working;
      return [id, { kind: 'openai', baseUrl, model: id }];
    }),
  );
  const source = `
    import { createGateway, loadPolicy } from ${JSON.stringify(join(root, 'dist/gateway.js'))};
    // A worker may neither wait nor draw random numbers before its first request.
    let gateway;
    const open = async () => createGateway({
      policy: await loadPolicy(${JSON.stringify(JSON.stringify(policy))}),
      pool: ${JSON.stringify(pool)},
      access: { kind: 'open' },
    });
    const handle = async (request) => (await (gateway ??= open()))(request);
    ${runtime === 'workerd' ? 'export default { fetch: handle };' : hosts[runtime]}`;
  const outfile = join(folder, `${runtime}.mjs`);
  await build({
    stdin: { contents: source, resolveDir: root },
    outfile,
    bundle: true,
    format: 'esm',
    platform: runtime === 'node' ? 'node' : 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    logLevel: 'error',
  });
  return outfile;
}

async function start(runtime: RuntimeName, port: number): Promise<() => void> {
  const file = await bundle(runtime);
  const bin = join(folder, 'node_modules/.bin', runtime);
  const commands: Readonly<Record<RuntimeName, readonly string[]>> = {
    node: [process.execPath, file],
    bun: [bin, file],
    deno: [bin, 'run', '--allow-net', '--allow-env=PORT', '--no-config', file],
    workerd: [bin, 'serve', join(folder, 'config.capnp')],
  };
  if (runtime === 'workerd') {
    await writeFile(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
       const config :Workerd.Config = (
         services = [
           (name = "main", worker = .gateway),
           (name = "internet", network = (allow = ["public", "private"])),
         ],
         sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
       );
       const gateway :Workerd.Worker = (
         modules = [(name = "worker", esModule = embed "workerd.mjs")],
         compatibilityDate = "2026-01-01"
       );`,
    );
  }
  const [command = '', ...args] = commands[runtime];
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await waitFor(port);
  return () => child.kill('SIGKILL');
}

async function waitFor(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('the server did not start');
}

/** All answers as one text, without what is different every time. */
async function askAll(port: number): Promise<string> {
  const answers: string[] = [];
  for (const [path, body] of requests) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const headers = [...response.headers].filter(([name]) => name.startsWith('x-routesmith'));
    const text = JSON.stringify([path, response.status, headers, await response.text()]);
    answers.push(
      text
        .replaceAll(/\b(?:chatcmpl|msg|req|rs)[-_][\w-]+/g, 'ID')
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'ID')
        .replaceAll(/created\\*":\d+/g, 'created'),
    );
  }
  return answers.join('\n');
}

async function describeRuntime(runtime: RuntimeName): Promise<string> {
  if (runtime === 'node') return `Node ${process.version}`;
  const { stdout } = await run(join(folder, 'node_modules/.bin', runtime), ['--version']);
  const [version = ''] = stdout.split('\n');
  return version.includes(runtime) ? version : `${runtime} ${version}`;
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
