import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import {
  createSigningKeys,
  signDigest,
  writeSignature,
} from '../../../src/policy/file/sign-policy.js';
import { ask, sha256Of } from '../../support/gateway.js';
import { answer } from '../../support/router.js';
import { startCli, waitForCli, type CliResult } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const root = resolve(import.meta.dirname, '../../..');
const policyText = readFileSync(resolve(root, 'policies/practice-everyday.policy.json'), 'utf8');
const folder = createTemporaryFolder();
const policy = folder.write('mine.policy.json', policyText);
const pool = folder.file('models.yaml');
const configText = (usdPerDay: number): string =>
  `keys:\n  - name: web\n    sha256: ${sha256Of('web-secret-key')}\n    usdPerDay: ${usdPerDay}\n` +
  'feedback: feedback.jsonl\n';
const config = folder.write('gateway.yaml', configText(5));
const buildArgs = (
  changes: { readonly policy?: string; readonly port?: string } = {},
): string[] => {
  const given = { policy, pool, port: '0', 'watch-seconds': '0.1', ...changes };
  return ['serve', ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])];
};
const args = buildArgs();
const canMakePipes = spawnSync('mkfifo', ['--version']).status === 0;
let upstream: ScriptedServer;

beforeAll(async () => {
  upstream = await startScriptedServer(answer('Upstream.'));
  folder.write('models.yaml', practicePoolYaml(upstream.baseUrl));
});

afterAll(() => upstream.close());

interface Starting {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[];
  readonly result: Promise<CliResult>;
  /** Waits for a log line with this message. */
  waitFor(message: string): Promise<Record<string, unknown>>;
}

interface Running extends Starting {
  readonly url: string;
}

function start(more: readonly string[], given = args): Starting {
  const child = startCli([...given, ...more]);
  const lines: Record<string, unknown>[] = [];
  const result = waitForCli(child);
  let rest = '';
  child.stdout?.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    child.emit('line');
  });
  const waitFor = async (message: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = lines.find(({ msg }) => String(msg).startsWith(message));
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error((await result).stderr);
      await Promise.race([once(child, 'line'), once(child, 'close')]);
    }
  };
  return { child, lines, result, waitFor };
}

async function serve(more: readonly string[], given = args): Promise<Running> {
  const starting = start(more, given);
  const { url } = await starting.waitFor('listening');
  return { ...starting, url: url as string };
}

function post(url: string, body: unknown, key = 'web-secret-key'): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

describe('routesmith serve', () => {
  it('checks its files, and refuses to open itself to others without keys', async () => {
    const checked = await runCommand([...args, '--check', '--json', '--config', config]);
    expect(checked.exitCode).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ keys: ['web'] });
    const capped = await runCommand([...args, '--check', '--max-share', 'practice/scholr=0.4']);
    expect(capped.stderr).toContain('did you mean "practice/scholar"');
    const unread = await runCommand([...args, '--check', '--max-share', 'practice/scholar=40']);
    expect(unread.stderr).toContain('a share is MODEL=SHARE');
    const open = await runCommand([...args, '--check', '--host', '0.0.0.0']);
    expect(open.exitCode).toBe(2);
    expect(open.stderr).toContain('a gateway without keys only listens on this machine');
  });

  it('checks that what it keeps can be written, and writes nothing in a check', async () => {
    for (const member of ['feedback', 'spending']) {
      const file = folder.write('kept/gateway.yaml', `${member}: nowhere/kept.jsonl\n`);
      for (const more of [['--check'], []]) {
        const { exitCode, stderr } = await runCommand([...args, ...more, '--config', file]);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('nowhere/kept.jsonl: the file cannot be written');
      }
      folder.write('kept/gateway.yaml', `${member}: kept.jsonl\n`);
      expect((await runCommand([...args, '--check', '--config', file])).exitCode).toBe(0);
      expect(readdirSync(folder.file('kept'))).toEqual(['gateway.yaml']);
    }
  });

  it('names the models of a key that are not served, and refuses a key without any', async () => {
    const write = (models: string): string =>
      folder.write(
        'named/gateway.yaml',
        `keys: [{ name: web, sha256: ${sha256Of('k')}, models: [${models}] }]\n`,
      );
    const some = write('practice/feathr, practice/scholar');
    const named = await runCommand([...args, '--check', '--config', some]);
    expect(named.exitCode).toBe(0);
    expect(named.stderr).toContain(
      'keys, web, models: not in both pool and policy: practice/feathr',
    );
    const none = await runCommand([...args, '--check', '--config', write('small, large')]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('unknown name "small"');
  });

  it('leaves the spending of a running gateway alone, and says what to do', async () => {
    const shared = folder.write('shared/gateway.yaml', configText(5));
    const spending = folder.file('shared/spending.jsonl');
    const one = await serve(['--config', shared]);
    const { pid } = one.child;
    const send = () => post(`${one.url}/v1/chat/completions`, ask('openai', { max_tokens: 50 }));
    expect((await send()).status).toBe(200);
    const text = readFileSync(spending, 'utf8');
    const port = new URL(one.url).port;
    for (const given of [buildArgs({ port }), args]) {
      const two = await runCommand([...given, '--config', shared]);
      expect(two.exitCode).toBe(2);
      expect(two.stderr).toContain(`process ${pid} on ${hostname()} keeps its spending in this`);
      expect(two.stderr).toContain('set another "spending" in gateway.yaml');
    }
    expect(readFileSync(spending, 'utf8').startsWith(text)).toBe(true);
    expect((await runCommand([...args, '--check', '--config', shared])).exitCode).toBe(0);
    // A gateway that is killed leaves its lock, which the next one takes over.
    one.child.kill('SIGKILL');
    await one.result;
    const three = await serve(['--config', shared]);
    three.child.kill('SIGTERM');
    expect((await three.result).exitCode).toBe(0);
    expect(readdirSync(folder.file('shared'))).not.toContain('spending.jsonl.lock');
  });

  it("has the router's settings of gateway.yaml, in a check as when it serves", async () => {
    const short = folder.write('short/gateway.yaml', 'maxAnswerBytes: 8\n');
    const { url, child, result } = await serve(['--config', short]);
    const response = await post(`${url}/v1/chat/completions`, ask('openai'));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('malformed');
    child.kill('SIGTERM');
    await result;
    const wrong = folder.write('wrong/gateway.yaml', 'breaker: { openMs: -1 }\n');
    const checked = await runCommand([...args, '--check', '--config', wrong]);
    expect(checked.stderr).toContain('breaker');
    expect(checked.exitCode).toBe(2);
  });

  it('serves until SIGTERM, and keeps what was spent and reported', async () => {
    const one = await serve(['--config', config]);
    const response = await post(`${one.url}/v1/chat/completions`, ask('openai'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: 'Upstream.' } }],
    });
    const id = response.headers.get('x-routesmith-id');
    expect((await post(`${one.url}/v1/feedback`, { id, quality: 1 })).status).toBe(202);
    expect((await post(`${one.url}/v1/chat/completions`, ask('openai'), 'other')).status).toBe(401);
    one.child.kill('SIGTERM');
    expect(await one.result).toMatchObject({ exitCode: 0 });
    const requests = one.lines.filter(({ msg }) => msg === 'request');
    expect(requests).toMatchObject([{ id, status: 200, caller: 'web' }, {}, { status: 401 }]);
    expect(readFileSync(folder.file('feedback.jsonl'), 'utf8')).toContain(
      `"id":"${id}","quality":1`,
    );
    expect(readFileSync(folder.file('spending.jsonl'), 'utf8')).toContain('"caller":"web"');

    const two = await serve(['--config', config]);
    const metrics = await fetch(`${two.url}/metrics`, {
      headers: { 'x-api-key': 'web-secret-key' },
    });
    const left = /budget_left_usd\{caller="web",period="day"\} (.+)/.exec(
      await metrics.text(),
    )?.[1];
    expect(Number(left)).toBeLessThan(5);
    two.child.kill('SIGTERM');
    expect((await two.result).exitCode).toBe(0);
  });

  it('takes over changed files, and refuses bad ones', async () => {
    const { url, child, result, waitFor, lines } = await serve(['--config', config]);
    folder.write('gateway.yaml', configText(7));
    await waitFor('reloaded');
    const headers = { 'x-api-key': 'web-secret-key' };
    const metrics = async (): Promise<string> =>
      (await fetch(`${url}/metrics`, { headers })).text();
    expect(await metrics()).toMatch(/budget_left_usd\{caller="web",period="day"\} 6\.9/);
    folder.write('mine.policy.json', policyText.replace('"baseline"', '"base"'));
    await waitFor('not reloaded');
    const ready = await fetch(`${url}/ready`);
    expect(ready.status).toBe(200);
    expect(JSON.stringify(await ready.json())).toContain('mine.policy.json');
    expect((await post(`${url}/v1/chat/completions`, ask('openai'))).status).toBe(200);
    folder.write('mine.policy.json', policyText);
    folder.write('gateway.yaml', `${configText(7)}drainMs: 5\n`);
    const { msg } = await waitFor('not reloaded: gateway.yaml');
    expect(msg).toContain('these settings differ: drainMs. Restart the gateway');
    folder.write('gateway.yaml', configText(7));
    lines.length = 0;
    child.kill('SIGHUP');
    await waitFor('reloaded');
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ problems: [] });
    child.kill('SIGINT');
    expect((await result).exitCode).toBe(0);
  });

  it('never goes back to a signed policy that is older than the one in force', async () => {
    const { publicKey, privateKey } = await createSigningKeys();
    const { digest } = await loadPolicy(policyText);
    const sign = async (serial: number): Promise<string> => {
      const text = writeSignature(policyText, await signDigest(digest, privateKey, serial));
      const file = folder.file('signed.policy.json');
      renameSync(folder.write('next.policy.json', text), file);
      return file;
    };
    const { url, child, result, waitFor, lines } = await serve(
      ['--key', publicKey],
      buildArgs({ policy: await sign(7) }),
    );
    await sign(6);
    const { msg } = await waitFor('not reloaded');
    expect(msg).toContain('its serial number 6 is less than 7');
    const { problems } = (await (await fetch(`${url}/ready`)).json()) as { problems: string[] };
    expect(problems).toEqual([expect.stringContaining('serial number 6')]);
    await sign(8);
    await waitFor('reloaded');
    lines.length = 0;
    await sign(7);
    await waitFor('not reloaded');
    child.kill('SIGTERM');
    expect((await result).exitCode).toBe(0);
  });

  it.runIf(canMakePipes)('takes over a file that changes while it starts', async () => {
    const late = folder.write('late.yaml', configText(5));
    // Reading a pipe waits for its writer, and so does the start of the gateway.
    const pipe = folder.file('pipe.policy.json');
    spawnSync('mkfifo', [pipe]);
    const starting = serve(['--config', late], buildArgs({ policy: pipe }));
    // The configuration has been read when the policy is being read.
    const writer = await open(pipe, 'w');
    writeFileSync(late, configText(5).replace(sha256Of('web-secret-key'), sha256Of('new')));
    renameSync(folder.write('file.policy.json', policyText), pipe);
    await writer.writeFile(policyText);
    await writer.close();
    const { url, child, result, waitFor } = await starting;
    await waitFor('reloaded');
    expect((await post(`${url}/v1/chat/completions`, ask('openai'))).status).toBe(401);
    expect((await post(`${url}/v1/chat/completions`, ask('openai'), 'new')).status).toBe(200);
    child.kill('SIGTERM');
    expect((await result).exitCode).toBe(0);
  });

  it.runIf(canMakePipes)('starts in spite of SIGHUP, and then reads its files again', async () => {
    const pipe = folder.file('hung-up.policy.json');
    spawnSync('mkfifo', [pipe]);
    const { child, result, waitFor } = start([], buildArgs({ policy: pipe }));
    const writer = await open(pipe, 'w');
    child.kill('SIGHUP');
    renameSync(folder.write('file.policy.json', policyText), pipe);
    await writer.writeFile(policyText);
    await writer.close();
    await waitFor('listening');
    await waitFor('reloaded');
    child.kill('SIGTERM');
    expect((await result).exitCode).toBe(0);
  });

  it('names what could not be repaired of its log until the next start, whatever it writes', async () => {
    const log = folder.file('damaged-log');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const owner = JSON.stringify({ pid, host: hostname(), level: 'scores' });
    const counts = `0000000000000007\n0000000000000000\n${owner}\n`;
    folder.write('damaged-log/writer-w.state', counts);
    folder.write('damaged-log/decisions-w-000001.jsonl.gz', 'damaged');
    const { url, child, result, lines } = await serve(['--log', log]);
    const response = await post(`${url}/v1/chat/completions`, ask('openai'));
    const id = response.headers.get('x-routesmith-id');
    // Answered when it is written.
    expect((await post(`${url}/v1/feedback`, { id, quality: 1 })).status).toBe(202);
    const { problems } = (await (await fetch(`${url}/ready`)).json()) as { problems: string[] };
    expect(problems).toEqual([expect.stringContaining('decisions-w-000001.jsonl.gz')]);
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ exitCode: 0 });
    expect(lines.filter(({ msg }) => msg === 'written again')).toEqual([]);
  });

  it('leaves its log closed where it cannot listen', async () => {
    const log = folder.file('unused-log');
    const { port } = new URL(upstream.baseUrl);
    const { exitCode, stderr } = await runCommand([...buildArgs({ port }), '--log', log]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('this port is in use');
    expect(readdirSync(log)).toEqual([]);
  });

  it('closes its log where what was spent cannot be written, and says so', async () => {
    const log = folder.file('closed-log');
    const away = folder.write('away/gateway.yaml', configText(5));
    const { url, child, result, waitFor } = await serve(['--config', away, '--log', log]);
    renameSync(folder.file('away'), folder.file('gone'));
    expect((await post(`${url}/v1/chat/completions`, ask('openai'))).status).toBe(200);
    child.kill('SIGTERM');
    await waitFor('not closed');
    const { exitCode, stderr } = await result;
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('spending.jsonl');
    expect(readdirSync(log)).toEqual([expect.stringMatching(/^decisions-.*\.jsonl\.gz$/)]);
  });
});
