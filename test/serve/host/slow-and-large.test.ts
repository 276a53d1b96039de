import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/serve/gateway/gateway.js';
import type { HttpCall } from '../../../src/serve/gateway/http-call.js';
import { createNodeListener } from '../../../src/serve/host/send-answer.js';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import type { GatewayLimits } from '../../../src/serve/gateway/settings.js';
import { answerAs, ask, startGateway, type TestGateway } from '../../support/gateway.js';
import { delta, done, roleOnly, type Reply } from '../../support/scripted-server.js';

const chat = '/v1/chat/completions';
const megabyte = 1024 * 1024;
let test: TestGateway;
let listener: Listener;

interface Start {
  readonly limits?: Partial<GatewayLimits>;
  readonly reply?: Reply;
  readonly stallMs?: number;
}

async function start({
  limits = {},
  reply = answerAs('openai', 'fine'),
  stallMs = 60_000,
}: Start = {}): Promise<void> {
  test = await startGateway({ large: { reply } }, { limits });
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0, stallMs });
}

afterEach(async () => {
  await listener.close(0);
  await test.close();
});

function openChat(head: string): { readonly socket: Socket; readonly received: () => string } {
  const socket = connect(listener.port, '127.0.0.1');
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  socket.on('error', () => {});
  socket.write(`POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}\r\n\r\n`);
  return { socket, received: () => text };
}

describe('a gateway on a socket, asked by slow and large senders,', () => {
  it('answers a body that comes byte by byte, in the middle of characters', async () => {
    await start();
    const messages = [{ role: 'user', content: 'Grüße, 世界 🎉' }];
    const body = Buffer.from(JSON.stringify(ask('openai', { messages })));
    const { socket, received } = openChat(`connection: close\r\ncontent-length: ${body.length}`);
    for (const byte of body) {
      socket.write(Buffer.of(byte));
      await new Promise((next) => setImmediate(next));
    }
    await once(socket, 'close');
    expect(received()).toMatch(/^HTTP\/1.1 200 /);
    expect(test.servers['large']?.requests[0]?.body['messages']).toEqual(messages);
  });

  it.each([
    ['is not UTF-8', Buffer.from('{"model":"auto","messages":"Gr\u00fc\u00dfe"}', 'latin1'), ''],
    ['is compressed', gzipSync(JSON.stringify(ask('openai'))), 'content-encoding: gzip\r\n'],
  ])('refuses a body that %s, and calls no model', async (_, body, headers) => {
    await start();
    const { socket, received } = openChat(
      `connection: close\r\n${headers}content-length: ${body.length}`,
    );
    socket.write(body);
    await once(socket, 'close');
    expect(received()).toMatch(/^HTTP\/1.1 400 [^]*(?:not text in UTF-8|content-encoding)/);
    expect(test.servers['large']?.requests).toEqual([]);
    const standard = new Request(`http://127.0.0.1${chat}`, { method: 'POST', body });
    if (headers !== '') standard.headers.set('content-encoding', 'gzip');
    expect((await test.gateway(standard)).status).toBe(400);
  });

  it('holds what slow senders announce, and refuses more than fits', async () => {
    await start({ limits: { maxBodyBytes: 1000, maxBufferedBytes: 2500 } });
    const slow = [1, 2].map(() => openChat('content-length: 1000'));
    const metrics = async (): Promise<string> => (await fetch(`${listener.url}/metrics`)).text();
    while (!(await metrics()).includes('routesmith_requests_running 2')) {
      await new Promise((next) => setImmediate(next));
    }
    const third = openChat('connection: close\r\ncontent-length: 1000');
    await once(third.socket, 'close');
    expect(third.received()).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1/i);
    for (const { socket } of slow) socket.destroy();
    while (!(await metrics()).includes('routesmith_requests_running 0')) {
      await new Promise((next) => setImmediate(next));
    }
    expect((await fetch(listener.url + chat, { method: 'POST', body: '[]' })).status).toBe(400);
  });

  it('refuses a body while it is still being sent, however long it goes on', async () => {
    await start({ limits: { maxBodyBytes: megabyte } });
    const { socket, received } = openChat('transfer-encoding: chunked');
    const piece = Buffer.alloc(64 * 1024, 'x');
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]);
    while (!socket.destroyed && !received().startsWith('HTTP/1.1 413 ')) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await new Promise((next) => setImmediate(next));
    }
    expect(received()).toMatch(/^HTTP\/1.1 413 /);
    // What follows is read and thrown away for a second, and then the connection is cut.
    while (!socket.destroyed) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await new Promise((next) => setImmediate(next));
    }
  });
});

describe('a gateway on a socket, with readers that stop,', () => {
  const piece = delta({ content: 'x', padding: 'x'.repeat(64 * 1024) });
  const body = JSON.stringify(ask('openai', { stream: true }));
  const head = `content-length: ${body.length}\r\n\r\n${body}`.trimEnd();
  /** Sends pieces for as long as they are read. */
  const talk: Reply = async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(roleOnly);
    while (!response.destroyed) {
      response.write(piece);
      await new Promise((next) => setTimeout(next, 1));
    }
  };

  it('cuts the connection, gives the place back and ends the call of the model', async () => {
    await start({ reply: talk, stallMs: 50 });
    const { socket } = openChat(head);
    socket.pause();
    while (test.log.length === 0) await new Promise((next) => setTimeout(next, 5));
    expect(test.log).toMatchObject([{ outcome: 'aborted', isStream: true }]);
    const metrics = await (await fetch(`${listener.url}/metrics`)).text();
    expect(metrics).toContain('routesmith_requests_running 0');
  });

  /** Serves on a socket of its own, whose responses can be watched. */
  async function watch(
    gateway: Gateway,
    stallMs: number,
  ): Promise<{
    readonly url: string;
    readonly response: Promise<ServerResponse>;
    readonly close: () => void;
  }> {
    const answerNode = createNodeListener(gateway, stallMs);
    const server = createServer(answerNode);
    const response = new Promise<ServerResponse>((resolve) => {
      server.on('request', (_, begun) => resolve(begun));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}${chat}`, response, close: () => server.close() };
  }

  it('cuts the connection of a whole answer, too', async () => {
    await start();
    const { gateway } = test;
    const large: Gateway = Object.assign((request: Request) => gateway(request), gateway, {
      answer: async (call: HttpCall) => ({
        ...(await gateway.answer(call)),
        body: 'x'.repeat(32 * megabyte),
      }),
    });
    const { url, response, close } = await watch(large, 50);
    const unread = fetch(url, { method: 'POST', body: JSON.stringify(ask('openai')) });
    await once(await response, 'close');
    await expect((await unread).text()).rejects.toThrow();
    close();
  });

  it('lets a model think as long as it likes after a reader caught up', async () => {
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    await start({
      async reply(response) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + piece.repeat(160));
        await finished;
        response.end(delta({}, 'stop') + done);
      },
    });
    const { url, response, close } = await watch(test.gateway, 60_000);
    const streamed = await fetch(url, { method: 'POST', body });
    const { socket } = await response;
    const limit = (): number => socket?.timeout ?? 0;
    while (limit() === 0) await new Promise((next) => setImmediate(next));
    const text = streamed.text();
    while (limit() > 0) await new Promise((next) => setImmediate(next));
    finish();
    expect((await text).slice(-500)).toContain('[DONE]');
    close();
  });
});
