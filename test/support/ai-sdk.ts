import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import {
  createRoutesmith,
  type RoutesmithProvider,
  type RoutesmithSettings,
} from '../../src/adapters/ai-sdk/create-routesmith.js';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy } from '../../src/policy/file/policy.js';
import { buildConstantPolicy, writePolicyFile } from './routing-policy.js';
import { startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.js';

export interface TestAiSdk {
  readonly routesmith: RoutesmithProvider<LanguageModelV3>;
  readonly policy: LoadedPolicy;
  /** One server per model, by the model's name. */
  readonly servers: Readonly<Record<string, ScriptedServer>>;
  readonly models: Readonly<Record<string, LanguageModelV3>>;
  close(): Promise<void>;
}

/** A model of the AI SDK's package for servers that speak as OpenAI's do. */
export function createCompatibleModel(id: string, baseURL: string): LanguageModelV3 {
  return createOpenAICompatible({
    name: id,
    baseURL,
    apiKey: `sk-${id}-key`,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })(`${id}-1`);
}

/**
 * A provider over loopback servers. By quality, which is the default, `large` is asked first, then
 * `small`, then `local`; models without a reply are not there.
 */
export async function startAiSdk(
  replies: Readonly<Record<string, Reply>>,
  {
    policy: changes = {},
    ...settings
  }: Partial<Omit<RoutesmithSettings<LanguageModelV3>, 'policy' | 'models'>> & {
    readonly policy?: Partial<Policy>;
  } = {},
): Promise<TestAiSdk> {
  const servers: Record<string, ScriptedServer> = {};
  const models: Record<string, LanguageModelV3> = {};
  for (const [id, reply] of Object.entries(replies)) {
    const server = await startScriptedServer(reply);
    servers[id] = server;
    models[id] = createCompatibleModel(id, server.baseUrl);
  }
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy(changes))).text);
  return {
    routesmith: createRoutesmith({ policy, models, ...settings }),
    policy,
    servers,
    models,
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}
