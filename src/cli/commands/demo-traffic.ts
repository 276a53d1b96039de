import type { Example } from '../../measure/tasks/example.js';
import type { PracticeServer } from '../../measure/practice/practice-server.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { promptMessages } from '../../llm/chat.js';
import { createGateway } from '../../serve/gateway/gateway.js';
import { createDecisionLog } from '../../serve/log/decision-log.js';
import { RoutesmithError } from '../../util/errors.js';
import { runWorkers } from '../../util/run-workers.js';
import { writeOutputFile } from '../../util/write-output-file.js';
import { buildPoolEndpoints } from '../serve/pool-endpoints.js';

/** A request of the made-up traffic, and the model that answered it. */
export interface DemoRequest {
  readonly task: string | undefined;
  readonly model: string;
}

const concurrency = 16;

/**
 * Sends traffic through a gateway that logs its decisions, and writes what a company would know of
 * its own requests: the task set of their prompts and references, by the ids of the log.
 */
export async function serveDemoTraffic(
  traffic: readonly Example[],
  server: PracticeServer,
  files: { readonly policyFile: string; readonly log: string; readonly store: string },
): Promise<DemoRequest[]> {
  const policy = await readPolicyFile(files.policyFile);
  const known = policy.policy.models.map(({ id }) => id);
  const { endpoints } = buildPoolEndpoints(server.pool, known, {});
  const decisionLog = await createDecisionLog({ directory: files.log, level: 'prompts' });
  const gateway = createGateway({
    policy,
    pool: endpoints,
    access: { kind: 'loopback' },
    decisionLog,
  });
  const served: { readonly id: string; readonly model: string }[] = [];
  try {
    await runWorkers(traffic.entries(), concurrency, async ([index, { prompt }]) => {
      served[index] = readServed(await gateway(buildRequest(prompt)));
    });
  } finally {
    await gateway.drain();
    await decisionLog.close();
  }
  const store = traffic.map((example, index) =>
    JSON.stringify({ ...example, id: served[index]?.id, grader: flattenGrader(example) }),
  );
  await writeOutputFile(files.store, `${store.join('\n')}\n`);
  return traffic.map(({ task }, index) => ({ task, model: served[index]?.model ?? '' }));
}

function buildRequest(prompt: Example['prompt']): Request {
  return new Request('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: promptMessages(prompt) }),
  });
}

function readServed({ status, headers }: Response): { id: string; model: string } {
  const id = headers.get('x-routesmith-id');
  const model = headers.get('x-routesmith-model');
  if (status !== 200 || id === null || model === null) {
    throw new RoutesmithError('internal', `a simulated request got HTTP status ${status}`, {
      fix: 'Run the demo again.',
    });
  }
  return { id, model };
}

/** The grader in the form of a task set. */
function flattenGrader({ grader }: Example): object | undefined {
  return grader && { name: grader.name, ...grader.options };
}
