import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import { answerAs, ask, startGateway, type TestGateway } from '../../support/gateway.js';

const chat = '/v1/chat/completions';
const megabyte = 1024 * 1024;
let test: TestGateway;
let listener: Listener;

async function start(limits: Parameters<typeof startGateway>[1] = {}): Promise<void> {
  test = await startGateway({ large: { reply: answerAs('openai', 'fine') } }, limits);
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  await listener.close(0);
  await test.close();
});

function open(head: string): { readonly socket: Socket; readonly received: () => string } {
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
    const { socket, received } = open(`connection: close\r\ncontent-length: ${body.length}`);
    for (const byte of body) {
      socket.write(Buffer.of(byte));
      await new Promise((next) => setImmediate(next));
    }
    await once(socket, 'close');
    expect(received()).toMatch(/^HTTP\/1.1 200 /);
    expect(test.servers['large']?.requests[0]?.body['messages']).toEqual(messages);
  });

  it('holds what slow senders announce, and refuses more than fits', async () => {
    await start({ limits: { maxBodyBytes: 1000, maxBufferedBytes: 2500 } });
    const slow = [1, 2].map(() => open('content-length: 1000'));
    const metrics = async (): Promise<string> => (await fetch(`${listener.url}/metrics`)).text();
    while (!(await metrics()).includes('routesmith_requests_running 2')) {
      await new Promise((next) => setImmediate(next));
    }
    const third = open('connection: close\r\ncontent-length: 1000');
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
    const { socket, received } = open('transfer-encoding: chunked');
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
