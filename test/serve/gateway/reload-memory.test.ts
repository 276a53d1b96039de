import { describe, expect, it } from 'vitest';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import { createGateway } from '../../../src/serve/gateway/gateway.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import { createRouter, type Router } from '../../../src/serve/router/router.js';
import { collectGarbage } from '../../../src/util/collect-garbage.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { ask } from '../../support/gateway.js';
import { answer, question } from '../../support/router.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { startScriptedServer } from '../../support/scripted-server.js';

const start = closeAfterEach(startScriptedServer);

const generations = 4;

/** What one configuration brings along, held by nothing here. */
interface Generation {
  readonly policy: WeakRef<LoadedPolicy>;
  readonly pool: WeakRef<object>;
}

interface Loaded {
  readonly policy: LoadedPolicy;
  readonly pool: Readonly<Record<string, Endpoint>>;
}

/**
 * Uses configurations in turn, each with an endpoint that all have and one of its own.
 *
 * @param use takes over a configuration and serves a request with it
 */
async function reloadOften(
  baseUrl: string,
  use: (loaded: Loaded) => Promise<void>,
): Promise<Generation[]> {
  const { text } = await writePolicyFile(buildConstantPolicy());
  const used: Generation[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const policy = await loadPolicy(text);
    const pool = {
      large: { kind: 'openai', baseUrl, model: 'large-1', apiKey: 'sk-same' },
      small: { kind: 'openai', baseUrl, model: 'small-1', apiKey: `sk-${generation}` },
    } as const;
    used.push({ policy: new WeakRef(policy), pool: new WeakRef(pool.small) });
    await use({ policy, pool });
  }
  return used;
}

/** Collects until it is so: what the last request left on its connection may be held for a moment. */
async function expectOnlyLast(used: readonly Generation[]): Promise<void> {
  const isLast = used.map((_, index) => index === generations - 1);
  await expect
    .poll(
      () => {
        collectGarbage();
        return {
          policies: used.map(({ policy }) => policy.deref() !== undefined),
          pools: used.map(({ pool }) => pool.deref() !== undefined),
        };
      },
      { timeout: 10_000, interval: 50 },
    )
    .toEqual({ policies: isLast, pools: isLast });
}

describe('what a replaced configuration leaves in memory', () => {
  it('is not its policy, nor its keys, where a router continues another', async () => {
    const { baseUrl } = await start(answer('4'));
    let router: Router | undefined;
    const used = await reloadOften(baseUrl, async (loaded) => {
      const maxShare = { large: 0.9 };
      const before = router === undefined ? {} : { continues: router };
      router = createRouter({ ...loaded, maxShare, ...before });
      await router.complete(question);
    });
    await expectOnlyLast(used);
    expect(router?.health()['large']).toMatchObject({ succeeded: generations });
  });

  it('is not its policy, nor its keys, where a gateway is updated', async () => {
    const { baseUrl } = await start(answer('4'));
    let gateway: ReturnType<typeof createGateway> | undefined;
    const used = await reloadOften(baseUrl, async (loaded) => {
      if (gateway === undefined) gateway = createGateway({ ...loaded, access: { kind: 'open' } });
      else gateway.update(loaded);
      for (const stream of [false, true]) {
        const body = JSON.stringify(ask('openai', { stream }));
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
        const url = 'http://127.0.0.1:8080/v1/chat/completions';
        await (await gateway(new Request(url, init))).text();
      }
    });
    await expectOnlyLast(used);
    // The gateway is still there, so that all of this was not collected with it.
    expect((await gateway?.(new Request('http://127.0.0.1/health')))?.status).toBe(200);
  });
});
