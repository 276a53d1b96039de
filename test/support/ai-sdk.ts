import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3, LanguageModelV3CallOptions } from '@ai-sdk/provider';
import {
  createRoutesmith,
  type RoutesmithProvider,
  type RoutesmithSettings,
} from '../../src/adapters/ai-sdk/create-routesmith.js';
import type { RoutingMetadata } from '../../src/adapters/calls/routing-metadata.js';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy } from '../../src/policy/file/policy.js';
import type { RouterError } from '../../src/serve/router/router-error.js';
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

/** What an answer's metadata says of its routing. */
export function routingOf({ providerMetadata }: { providerMetadata?: unknown }): RoutingMetadata {
  return (providerMetadata as { routesmith: RoutingMetadata }).routesmith;
}

/** The error that a call ends with, of whatever class. */
export async function errorOf(
  promise: PromiseLike<unknown>,
): Promise<Error & Partial<RouterError>> {
  return promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
}

/** A model that does what it is told, and notes what it was asked. */
export function createModel(
  changes: Partial<LanguageModelV3> = {},
): LanguageModelV3 & { readonly asked: LanguageModelV3CallOptions[] } {
  const asked: LanguageModelV3CallOptions[] = [];
  const usage = {
    inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 5, text: 5, reasoning: 0 },
  };
  return {
    specificationVersion: 'v3',
    provider: 'openai.chat',
    modelId: 'm',
    supportedUrls: {},
    asked,
    doGenerate(options) {
      asked.push(options);
      return Promise.resolve({
        content: [{ type: 'text', text: 'hello' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage,
        warnings: [],
      });
    },
    doStream: () => Promise.reject(new Error('not asked for')),
    ...changes,
  };
}

/** A conversation of one question. */
export const prompt: LanguageModelV3CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'What is 2 + 2?' }] },
];
