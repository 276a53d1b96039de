import { once } from 'node:events';
import { connect, Server, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/serve/gateway/gateway.js';
import type { HttpCall } from '../../../src/serve/gateway/http-call.js';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { readAll } from '../../support/decision-log.js';
import {
  answerAs,
  ask,
  startGateway,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { delta, roleOnly, writeStream, type Reply } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const chat = '/v1/chat/completions';
let test: TestGateway;
let listener: Listener;

async function start(
  served: Readonly<Record<string, Served>>,
  settings: Parameters<typeof startGateway>[1] = {},
): Promise<void> {
  test = await startGateway(served, { access: { kind: 'loopback' }, ...settings });
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
}

function post(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(listener.url + chat, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** A reply that begins, and reports when its connection has closed. */
function createOpenReply(pieces: readonly string[]): {
  readonly reply: Reply;
  readonly arrived: Promise<void>;
  readonly closed: Promise<void>;
} {
  let arrive = (): void => {};
  let close = (): void => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const closed = new Promise<void>((resolve) => (close = resolve));
  const reply: Reply = async (response) => {
    response.on('close', close);
    if (pieces.length > 0) await writeStream(response, pieces);
    arrive();
  };
  return { reply, arrived, closed };
}

/** Sends raw bytes, and reads until the connection closes. */
async function sendRaw(text: string): Promise<string> {
  const socket = connect(listener.port, '127.0.0.1');
  let received = '';
  socket.on('data', (piece: Buffer) => (received += piece.toString('latin1')));
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return received;
}

let isClosed = false;

afterEach(async () => {
  if (!isClosed) await listener.close(0);
  isClosed = false;
  await test.close();
});

describe('a gateway on a socket', () => {
  it('ends the call of a model whose caller left before the answer', async () => {
    const { reply, arrived, closed } = createOpenReply([]);
    await start({ large: { reply }, small: { reply: answerAs('openai', 'no') } });
    const controller = new AbortController();
    const pending = post(ask('openai'), controller.signal);
    await arrived;
    controller.abort();
    await expect(pending).rejects.toThrow();
    await closed;
    expect(test.log).toMatchObject([{ outcome: 'aborted', status: 499 }]);
    expect(test.servers['small']?.requests).toEqual([]);
  });

  it('ends the call of a model whose caller left in the middle of a stream', async () => {
    const { reply, closed } = createOpenReply([roleOnly, delta({ content: 'It' })]);
    await start({ large: { reply } });
    const controller = new AbortController();
    const response = await post(ask('openai', { stream: true }), controller.signal);
    await response.body?.getReader().read();
    controller.abort();
    await closed;
    expect(test.log).toMatchObject([{ outcome: 'aborted', status: 200 }]);
  });

  it('gives back the place of a caller that left before its body was read', async () => {
    await start({ large: { reply: answerAs('openai', 'no') } });
    const { gateway } = test;
    // As if it took long to tell who calls.
    const slow: Gateway = Object.assign((request: Request) => gateway(request), gateway, {
      async answer(call: HttpCall) {
        if (call.method === 'POST') {
          await new Promise<void>((resolve) => call.signal.addEventListener('abort', resolve));
        }
        return gateway.answer(call);
      },
    });
    const late = await listen(slow, { host: '127.0.0.1', port: 0 });
    const head = `POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
    for (const rest of ['content-length: 100\r\n\r\n{', 'content-length: 2\r\n\r\n{}']) {
      const socket = connect(late.port, '127.0.0.1');
      socket.write(head + rest);
      await once(socket, 'connect');
      await fetch(`${late.url}/health`);
      socket.resetAndDestroy();
    }
    while (test.log.filter(({ outcome }) => outcome === 'aborted').length < 2) {
      await new Promise((next) => setImmediate(next));
    }
    expect(await (await fetch(`${late.url}/metrics`)).text()).toContain(
      'routesmith_requests_running 0',
    );
    expect(await late.close(60_000)).toBe(true);
  });

  it('refuses a body that is too long before all of it has arrived', async () => {
    await start({ large: { reply: answerAs('openai', 'no') } }, { limits: { maxBodyBytes: 1000 } });
    const head = `POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n`;
    const announced = await sendRaw(`${head}content-length: 100000000\r\n\r\n{`);
    expect(announced).toMatch(/^HTTP\/1.1 413 /);
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    const chunked = await sendRaw(`${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(3)}`);
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
  });

  it('refuses headers that are too long', async () => {
    await start({ large: { reply: answerAs('openai', 'no') } });
    const headers = Array.from({ length: 10_000 }, (_, index) => `x-${index}: 1\r\n`).join('');
    const received = await sendRaw(`GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}\r\n`);
    expect(received).toMatch(/^HTTP\/1.1 431 /);
  });

  it('is not reached under another name without keys', async () => {
    await start({ large: { reply: answerAs('openai', 'no') } });
    const head = `POST ${chat} HTTP/1.1\r\nhost: attacker.example\r\nconnection: close\r\n`;
    expect(await sendRaw(`${head}content-length: 0\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
  });

  it('lets a stream end before it closes, and cuts it off at the limit', async () => {
    let finish = (): void => {};
    let finished = new Promise<void>((resolve) => (finish = resolve));
    const reply: Reply = async (response) => {
      await writeStream(response, [roleOnly, delta({ content: 'It' })]);
      await finished;
      response.end(`${delta({ content: ' is.' })}${delta({}, 'stop')}data: [DONE]\n\n`);
    };
    await start({ large: { reply } });
    const response = await post(ask('openai', { stream: true }));
    const closing = listener.close(1e12);
    finish();
    expect(await response.text()).toContain('[DONE]');
    expect(await closing).toBe(true);

    await test.close();
    finished = new Promise<void>(() => {});
    await start({ large: { reply } });
    const cut = await post(ask('openai', { stream: true }));
    expect(await listener.close(5)).toBe(false);
    isClosed = true;
    await expect(cut.text()).rejects.toThrow();
  });

  it('closes only when what it has cut off is recorded', async () => {
    const never: Reply = async (response) => {
      await writeStream(response, [roleOnly, delta({ content: 'It' })]);
    };
    const directory = folder.file('log');
    const problems: string[] = [];
    const decisionLog = await createDecisionLog({
      directory,
      onProblem: ({ message }) => problems.push(message),
    });
    await start({ large: { reply: never } }, { decisionLog });
    const bodies = [{ stream: true }, { stream: true }, {}].map((members) =>
      ask('openai', members),
    );
    const pending = bodies.map(async (body) => {
      const response = await post(body);
      return response.text();
    });
    // Watched from now on, because they fail before they are waited for.
    const ended = Promise.allSettled(pending);
    while ((test.servers['large']?.requests.length ?? 0) < bodies.length) {
      await new Promise((next) => setImmediate(next));
    }
    await listener.close(5);
    isClosed = true;
    expect(test.log.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'aborted']);
    await decisionLog.close();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(problems).toEqual([]);
    const { requests } = await readAll(directory);
    expect(requests.map(({ served }) => served?.outcome)).toEqual([
      'aborted',
      'aborted',
      'aborted',
    ]);
  });

  it('outlives a connection that cannot be taken, and says so', async () => {
    test = await startGateway({ large: { reply: answerAs('openai', '4') } });
    const told: unknown[] = [];
    listener = await listen(test.gateway, {
      host: '127.0.0.1',
      port: 0,
      onError: (error) => told.push(error.code),
    });
    // What Node does where too many files are open.
    const server = findServer(listener.port);
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    expect(told).toEqual(['EMFILE']);
    expect((await post(ask('openai'))).status).toBe(200);
  });
});

/** The server of this process that listens on a port. */
function findServer(port: number): Server {
  const { _getActiveHandles: list } = process as unknown as { _getActiveHandles(): unknown[] };
  const isServer = (one: unknown): one is Server =>
    one instanceof Server && (one.address() as AddressInfo | null)?.port === port;
  return list.call(process).find(isServer) as Server;
}
