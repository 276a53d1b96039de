import { afterEach } from 'vitest';
import type { PoolModel } from '../../src/measure/models/model.js';
import { createProviderClient } from '../../src/measure/sweep/calls/provider-client.js';
import {
  createJudge,
  type JudgeSettings,
  type MeteredJudge,
} from '../../src/measure/sweep/create-judge.js';
import { hastyClock } from './hasty-clock.js';
import { buildPoolModel } from './pool-model.js';
import type { ScriptedServer } from './scripted-server.js';

/** Makes what opens judges behind a server; their connections are closed after each test. */
export function setUpJudges(): (
  server: ScriptedServer,
  changes?: Partial<PoolModel>,
  settings?: Partial<JudgeSettings>,
) => MeteredJudge {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });
  return ({ baseUrl }, changes = {}, settings = {}) => {
    const client = createProviderClient({ clock: hastyClock });
    closers.push(() => client.close());
    const parameters = { maxTokens: 1000 };
    const model = buildPoolModel({ model: 'judge-9', baseUrl, parameters, ...changes });
    const random = (): number => 0.5;
    return createJudge({
      model,
      apiKey: undefined,
      client,
      clock: hastyClock,
      random,
      ...settings,
    });
  };
}
