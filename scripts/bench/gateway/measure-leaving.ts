import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { createRandom } from '../../../src/util/random.js';
import { runWorkers } from '../../../src/util/run-workers.js';

/** How the calls of a model end whose callers leave, from their leaving to the end of the call. */
export interface Leaving {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly above100Ms: number;
  /** Calls that were still open at the provider afterwards. */
  readonly openCalls: number;
  /** Sockets that the gateway had more than before, idle connections to the provider not counted. */
  readonly socketsLeft: number;
}

const begin = `data: ${JSON.stringify({
  id: 'a',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'bench',
  choices: [{ index: 0, delta: { role: 'assistant', content: 'It is' }, finish_reason: null }],
})}\n\n`;

/** A provider whose answers never end: some begin, the others say nothing. */
export async function startEndlessProvider() {
  const open = new Set<ServerResponse>();
  const endedMs = new Map<string, number>();
  const arrived = new Map<string, () => void>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      const [name = '', plan] = /(SILENT|BEGIN)-\d+/.exec(body) ?? [];
      open.add(response);
      response.on('close', () => {
        open.delete(response);
        endedMs.set(name, performance.now());
      });
      if (plan === 'BEGIN') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(begin);
      }
      arrived.get(name)?.();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const countConnections = (): Promise<number> =>
    new Promise((done) => server.getConnections((_, count) => done(count)));
  return { origin: `http://127.0.0.1:${port}`, server, open, endedMs, arrived, countConnections };
}

/** Sends requests whose callers leave at random, 32 at a time, to a gateway over such a provider. */
export async function measureLeaving(
  gateway: { readonly origin: string; readonly pid: number },
  provider: Awaited<ReturnType<typeof startEndlessProvider>>,
  count: number,
): Promise<Leaving> {
  const random = createRandom(7);
  const leftMs = new Map<string, number>();
  const countSockets = async (): Promise<number> =>
    countOpenSockets(gateway.pid) - (await provider.countConnections());
  const leave = async (name: string, waitMs: number): Promise<void> => {
    const agent = new Agent();
    const arrived = new Promise<void>((done) => provider.arrived.set(name, done));
    const controller = new AbortController();
    const messages = [{ role: 'user', content: name }];
    const pending = agent
      .request({
        origin: gateway.origin,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', stream: true, messages }),
        signal: controller.signal,
      })
      .then(({ body }) => body.dump())
      .catch(() => undefined);
    await arrived;
    await sleep(waitMs);
    leftMs.set(name, performance.now());
    controller.abort();
    await pending;
    await agent.destroy();
  };
  await leave('SILENT-0', 0);
  await sleep(500);
  const socketsBefore = await countSockets();
  const jobs = Array.from({ length: count }, (_, index) => {
    const name = `${random() < 0.5 ? 'SILENT' : 'BEGIN'}-${index + 1}`;
    return { name, waitMs: 10 * random() };
  });
  await runWorkers(jobs, 32, ({ name, waitMs }) => leave(name, waitMs));
  await sleep(500);
  const times = [...leftMs].map(([name, ms]) => (provider.endedMs.get(name) ?? Infinity) - ms);
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] as number;
  return {
    calls: times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    above100Ms: times.filter((ms) => ms > 100).length,
    openCalls: provider.open.size,
    socketsLeft: (await countSockets()) - socketsBefore,
  };
}

/** From Linux's proc file system. */
function countOpenSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  const isSocket = (name: string): boolean => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith('socket:');
    } catch {
      // Closed since it was listed.
      return false;
    }
  };
  return readdirSync(folder).filter(isSocket).length;
}
