import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createPooledFetch } from '../../../src/serve/host/pooled-fetch.js';
import { answerAs, ask, errorIn, startGateway, type TestGateway } from '../../support/gateway.js';
import { buildAnswer } from '../../support/router.js';
import { delta, done, type Reply } from '../../support/scripted-server.js';

const chat = '/v1/chat/completions';
const streamed = delta({ content: '4' }) + delta({}, 'stop') + done;
let test: TestGateway;

function encode(encoding: string, compress: (text: string) => Buffer | string): Reply {
  return (response, { body }) => {
    const isStream = body['stream'] === true;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'content-encoding': encoding });
    response.end(compress(isStream ? streamed : JSON.stringify(buildAnswer('4'))));
  };
}

async function start(reply: Reply): Promise<void> {
  test = await startGateway({ large: { reply } }, { fetch: createPooledFetch() });
}

afterEach(() => test.close());

describe('the connection to a model', () => {
  it('asks for answers without compression', async () => {
    await start(answerAs('openai', '4'));
    expect((await test.post(chat, ask('openai'))).status).toBe(200);
    expect(test.servers['large']?.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate, gzip', gzipSync],
  ])('says of an answer that is compressed by %s that it is', async (encoding, compress) => {
    await start(encode(encoding, compress));
    for (const stream of [false, true]) {
      const response = await test.post(chat, ask('openai', { stream }));
      expect(response.status).toBe(502);
      expect((await errorIn(response)).message).toContain(
        '(large: malformed). The body is compressed',
      );
      expect(test.log.at(-1)?.attempts).toMatchObject([{ outcome: 'failed', why: 'malformed' }]);
    }
  });

  it.each(['identity', 'utf-8'])('reads an answer with the encoding %s', async (encoding) => {
    await start(encode(encoding, (text) => text));
    for (const stream of [false, true]) {
      const response = await test.post(chat, ask('openai', { stream }));
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('"content":"4"');
    }
  });

  it('takes an error by its status, also if it is compressed', async () => {
    await start((response) => {
      response.writeHead(429, { 'content-encoding': 'gzip' });
      response.end(gzipSync('{}'));
    });
    expect((await test.post(chat, ask('openai'))).status).toBe(429);
  });
});
