import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type Listener } from '../../../src/serve/host/listen.js';
import { createPooledFetch } from '../../../src/serve/host/pooled-fetch.js';
import { createRandom } from '../../../src/util/random.js';
import { runWorkers } from '../../../src/util/run-workers.js';
import { ask, startGateway, type TestGateway } from '../../support/gateway.js';
import { delta, done, roleOnly, usageEvent, type Reply } from '../../support/scripted-server.js';
import { isLongRun } from '../../support/test-run.js';

const chat = '/v1/chat/completions';
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const ending = delta({ content: ' end.' }) + delta({}, 'stop') + usageEvent(usage) + done;
let test: TestGateway;
let listener: Listener;

async function start(reply: Reply): Promise<void> {
  test = await startGateway({ large: { reply } }, { fetch: createPooledFetch() });
  listener = await listen(test.gateway, { host: '127.0.0.1', port: 0 });
}

function post(content: string, signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: 'user', content }];
  const body = JSON.stringify(ask('openai', { stream: true, messages }));
  const init = { method: 'POST', body, ...(signal === undefined ? {} : { signal }) };
  return fetch(listener.url + chat, init);
}

afterEach(async () => {
  await listener.close(0);
  await test.close();
});

describe('a gateway in use', () => {
  it('cuts no stream when it is reloaded', async () => {
    const [streams, reloads] = isLongRun ? [64, 100] : [16, 10];
    const open: ServerResponse[] = [];
    await start((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(roleOnly + delta({ content: 'It is' }));
      open.push(response);
    });
    const responses = await Promise.all(Array.from({ length: streams }, () => post('Hi')));
    for (let reload = 0; reload < reloads; reload++) {
      const { policy, pool } = test.settings;
      // Every second time the endpoints are other objects, and the breakers new.
      const fresh = Object.fromEntries(
        Object.entries(pool).map(([id, endpoint]) => [id, { ...endpoint, model: `m${reload}` }]),
      );
      test.gateway.update(reload % 2 === 0 ? { policy } : { pool: fresh });
      for (const response of open) response.write(delta({ content: ` ${reload}` }));
    }
    for (const response of open) response.end(ending);
    const texts = await Promise.all(responses.map((response) => response.text()));
    for (const text of texts) {
      expect(text).toContain(` ${reloads - 1}`);
      expect(text).toMatch(/"finish_reason":"stop".*\n\ndata: \[DONE\]\n\n$/);
    }
    expect(test.log.every(({ outcome }) => outcome === 'answered')).toBe(true);
  });

  it('lets no call of a model outlive its caller', async () => {
    const count = isLongRun ? 10_000 : 150;
    const random = createRandom(7);
    /** Calls of the model that nobody has ended. */
    const open = new Set<ServerResponse>();
    await start((response, request) => {
      open.add(response);
      response.on('close', () => open.delete(response));
      const [, plan] = /(STAY|SILENT|BEGIN)/.exec(JSON.stringify(request.body)) ?? [];
      if (plan === 'SILENT') return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(roleOnly + delta({ content: 'It is' }));
      // The others go on until they are ended.
      if (plan === 'STAY') response.end(ending);
    });
    let left = 0;
    const jobs = Array.from({ length: count }, () => random());
    await runWorkers(jobs, 32, async (draw) => {
      if (draw < 0.4) {
        await (await post('STAY')).text();
        return;
      }
      left += 1;
      const controller = new AbortController();
      const pending = post(draw < 0.7 ? 'SILENT' : 'BEGIN', controller.signal);
      if (draw < 0.7) await sleep(10 * random());
      else await pending.then(({ body }) => body?.getReader().read());
      controller.abort();
      await pending.catch(() => undefined);
    });
    // A call that outlived its caller would stay open for as long as the test may take.
    for (const response of open) if (!response.closed) await once(response, 'close');
    const metrics = async (): Promise<string> => (await fetch(`${listener.url}/metrics`)).text();
    while (!(await metrics()).includes('routesmith_requests_running 0')) await sleep(1);
    expect(test.log.filter(({ attempts }) => attempts.length > 1)).toEqual([]);
    const answered = test.log.filter(
      ({ outcome, route }) => outcome === 'answered' && route === chat,
    );
    expect(answered).toHaveLength(count - left);
    expect(test.log.some(({ outcome }) => outcome === 'aborted')).toBe(true);
  });
});
