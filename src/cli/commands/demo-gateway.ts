import type { Example } from '../../measure/tasks/example.js';
import { startPracticeServer } from '../../measure/practice/practice-server.js';
import { createGateway } from '../../serve/gateway/gateway.js';
import { listen } from '../../serve/host/listen.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { getMember, isJsonObject, listObjects, type JsonValue } from '../../util/json.js';
import { buildPoolEndpoints } from '../serve/pool-endpoints.js';

/** A request of any client and its answer, over the gateway. */
export interface DemoExchange {
  readonly url: string;
  readonly prompt: string;
  readonly status: number;
  /** The gateway's own headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Serves a policy over simulated models, and asks it once as any client of OpenAI's would. */
export async function askDemoGateway(
  policyFile: string,
  practice: { readonly examples: readonly Example[]; readonly seed: number },
): Promise<DemoExchange> {
  const prompt = findShortPrompt(practice.examples);
  const server = await startPracticeServer(practice);
  try {
    const policy = await readPolicyFile(policyFile);
    const known = policy.policy.models.map(({ id }) => id);
    const { endpoints } = buildPoolEndpoints(server.pool, known, {});
    const gateway = createGateway({ policy, pool: endpoints, access: { kind: 'loopback' } });
    const listener = await listen(gateway, { host: '127.0.0.1', port: 0 });
    try {
      return await ask(`${listener.url}/v1/chat/completions`, prompt);
    } finally {
      await listener.close(0);
    }
  } finally {
    await server.close();
  }
}

/** A prompt that the simulated models know, and that fits into a line of a shell. */
function findShortPrompt(examples: readonly Example[]): string {
  const isShort = (prompt: unknown): prompt is string =>
    typeof prompt === 'string' && JSON.stringify(prompt).length <= 56 && !prompt.includes("'");
  return examples.map(({ prompt }) => prompt).find(isShort) ?? 'What is 2 + 2?';
}

async function ask(url: string, prompt: string): Promise<DemoExchange> {
  const body = { model: 'auto', messages: [{ role: 'user', content: prompt }] };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as JsonValue;
  const [choice] = isJsonObject(answer) ? listObjects(answer['choices']) : [];
  const text = getMember(choice?.['message'], 'content');
  return {
    url,
    prompt,
    status: response.status,
    headers: Object.fromEntries(
      [...response.headers].filter(([name]) => name.startsWith('x-routesmith-')),
    ),
    text: typeof text === 'string' ? text : '',
  };
}
