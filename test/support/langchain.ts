import { ChatOpenAI } from '@langchain/openai';
import {
  ChatRoutesmith,
  type ChatRoutesmithSettings,
} from '../../src/adapters/langchain/chat-routesmith.js';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy } from '../../src/policy/file/policy.js';
import { buildConstantPolicy, writePolicyFile } from './routing-policy.js';
import { startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.js';

export interface TestLangChain {
  readonly chat: ChatRoutesmith;
  readonly policy: LoadedPolicy;
  /** One server per model, by the model's name. */
  readonly servers: Readonly<Record<string, ScriptedServer>>;
  readonly models: Readonly<Record<string, ChatOpenAI>>;
  close(): Promise<void>;
}

/** LangChain's own chat model for OpenAI, at another address. */
export function createChatModel(id: string, baseURL: string): ChatOpenAI {
  return new ChatOpenAI({ model: `${id}-1`, apiKey: `sk-${id}-key`, configuration: { baseURL } });
}

/**
 * A chat model over loopback servers. By quality, which is the default, `large` is asked first, then
 * `small`, then `local`; models without a reply are not there.
 */
export async function startLangChain(
  replies: Readonly<Record<string, Reply>>,
  {
    policy: changes = {},
    ...settings
  }: Partial<Omit<ChatRoutesmithSettings, 'policy' | 'models'>> & {
    readonly policy?: Partial<Policy>;
  } = {},
): Promise<TestLangChain> {
  const servers: Record<string, ScriptedServer> = {};
  const models: Record<string, ChatOpenAI> = {};
  for (const [id, reply] of Object.entries(replies)) {
    const server = await startScriptedServer(reply);
    servers[id] = server;
    models[id] = createChatModel(id, server.baseUrl);
  }
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy(changes))).text);
  return {
    chat: new ChatRoutesmith({ policy, models, ...settings }),
    policy,
    servers,
    models,
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}
