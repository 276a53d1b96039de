import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import { runWorkers } from '../../src/util/run-workers.js';
import { aiSdkDriver } from '../support/drivers/ai-sdk.js';
import type { Driver } from '../support/drivers/driver.js';
import { gatewayDriver } from '../support/drivers/gateway.js';
import { langChainDriver } from '../support/drivers/langchain.js';
import { routerDriver } from '../support/drivers/router.js';
import { askThrough } from '../support/hostile/ask-through.js';
import { forms, type Behavior, type Form } from '../support/hostile/behavior.js';
import { hostileBehaviors } from '../support/hostile/behaviors.js';
import type { HostileLimits } from '../support/hostile/finding.js';
import { startHostileServer, type HostileServer } from '../support/hostile/server.js';
import { buildConstantPolicy, writePolicyFile } from '../support/routing-policy.js';
import { isLongRun, scaleTime } from '../support/test-run.js';

/** Everything runs through the router. The packages of others take ten times as long: every eighth. */
const drivers: readonly (readonly [Driver, number])[] = [
  [routerDriver, 1],
  [gatewayDriver, isLongRun ? 1 : 8],
  [aiSdkDriver, isLongRun ? 1 : 8],
  [langChainDriver, isLongRun ? 1 : 8],
];

/** A behavior, by its place in the list that the server knows. */
interface Placed {
  readonly behavior: Behavior;
  readonly place: number;
}

const grid = hostileBehaviors
  .map((behavior, place): Placed => ({ behavior, place }))
  .filter(({ behavior }) => behavior.isLong !== true);

let server: HostileServer;
let policy: LoadedPolicy;

beforeAll(async () => {
  server = await startHostileServer(hostileBehaviors);
  policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
});

afterAll(async () => {
  await server.close();
});

describe.each(drivers.map(([driver, step]) => ({ name: driver.name, driver, step })))(
  '$name',
  ({ driver, step }) => {
    const spoken = grid.filter(
      ({ behavior: { protocol = 'openai', name } }) =>
        driver.kinds.includes(protocol) && !driver.blocks.includes(name),
    );
    const isSlow = ({ behavior }: Placed): boolean =>
      behavior.isSlow === true || driver.waits.includes(behavior.name);

    async function listProblems(
      members: readonly Placed[],
      form: Form,
      limits: HostileLimits,
    ): Promise<string[]> {
      const problems: string[] = [];
      await runWorkers(members, step === 1 && !isLongRun ? 32 : 8, async (member) => {
        const setting = { policy, ...limits };
        const { problem } = await askThrough(driver, server, { ...member, form }, setting);
        if (problem !== undefined) problems.push(`${member.behavior.name}: ${problem}`);
      });
      return problems;
    }

    it.each(forms)('loses no request to a server that ends by itself: %s', async (form) => {
      const quick = spoken.filter((one) => !isSlow(one));
      const members = quick.filter((_, index) => index % step === 0);
      expect(members.length).toBeGreaterThan(15);
      const limits = { silenceMs: scaleTime(20_000), attemptMs: scaleTime(30_000) };
      expect(await listProblems(members, form, limits)).toEqual([]);
    });

    it.each(forms)('loses no request to a server that only a limit ends: %s', async (form) => {
      const slow = spoken.filter(isSlow);
      // Long enough for the good model, also on a busy machine.
      const limits = { silenceMs: scaleTime(2000), attemptMs: scaleTime(3000) };
      expect(await listProblems(slow, form, limits)).toEqual([]);
    });

    it('is compared with behaviors that there are', () => {
      const names = new Set(hostileBehaviors.map(({ name }) => name));
      const named = driver.differences.map(([name]) => name);
      const unknown = [...named, ...driver.waits, ...driver.blocks].filter(
        (name) => !names.has(name),
      );
      expect(unknown).toEqual([]);
    });
  },
);
