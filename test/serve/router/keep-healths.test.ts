import { expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { createRouter } from '../../../src/serve/router/router.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { createManualClock, errorOf, question } from '../../support/router.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { failWith, startScriptedServer } from '../../support/scripted-server.js';

const start = closeAfterEach(startScriptedServer);

it('an endpoint that a router takes over keeps its state, under the breaker of the new router', async () => {
  const { baseUrl } = await start(failWith(500));
  const settings = {
    policy: await loadPolicy((await writePolicyFile(buildConstantPolicy())).text),
    pool: { large: { kind: 'openai', baseUrl, model: 'm' } },
    clock: createManualClock(),
  } as const;
  const first = createRouter({ ...settings, breaker: { failureThreshold: 100 } });
  await errorOf(first.complete(question));
  const breaker = { failureThreshold: 2, openMs: 7000 };
  const next = createRouter({ ...settings, breaker, continues: first });
  expect(next.health()['large']).toMatchObject({ state: 'closed', consecutiveFailures: 1 });
  await errorOf(next.complete(question));
  expect(next.health()['large']).toMatchObject({
    state: 'open',
    unavailable: { reason: 'open', availableInMs: 7000 },
  });
});

it('a router keeps its breaker where one that would replace it is refused', async () => {
  const { baseUrl } = await start(failWith(500));
  const settings = {
    policy: await loadPolicy((await writePolicyFile(buildConstantPolicy())).text),
    pool: { large: { kind: 'openai', baseUrl, model: 'm' } },
    clock: createManualClock(),
  } as const;
  const first = createRouter({ ...settings, breaker: { failureThreshold: 100 } });
  const breaker = { failureThreshold: 1 };
  const replace = () =>
    createRouter({ ...settings, breaker, maxShare: { lrge: 0.5 }, continues: first });
  expect(replace).toThrow('maxShare, lrge');
  await errorOf(first.complete(question));
  expect(first.health()['large']?.state).toBe('closed');
});
