import { createRouter } from '../../../src/serve/router/router.js';
import type { Router } from '../../../src/serve/router/router.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import type { RouterEvent } from '../../../src/serve/router/router-event.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import type { LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import { question, readEvents } from '../router.js';
import { answerText, type Behavior, type Form, type Verdict } from './behavior.js';
import {
  findAbsurdCharge,
  findUnsafe,
  hostileKey,
  isPolluted,
  type Finding,
  type HostileLimits,
} from './finding.js';
import { goodModel, nameModel, type HostileUrls } from './server.js';

/** How a request to the router ended. */
interface Ended {
  readonly model: string | undefined;
  readonly text: string;
  readonly costUsd: number | null;
  readonly error: RouterError | undefined;
}

/** Asks a router whose first model is hostile and whose second one is not. */
export async function askRouter(
  server: HostileUrls,
  { behavior, place, form }: { behavior: Behavior; place: number; form: Form },
  policy: LoadedPolicy,
  limits: HostileLimits,
): Promise<Finding> {
  const events: RouterEvent[] = [];
  const endpoint = (baseUrl: string, model: string, kind: 'openai' | 'anthropic'): Endpoint => ({
    kind,
    baseUrl,
    model,
    apiKey: hostileKey,
    maxTokens: 100,
    price: { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2025-01-01' },
  });
  const { silenceMs, attemptMs } = limits;
  const router = createRouter({
    policy,
    pool: {
      large: endpoint(server.baseUrl, nameModel(place, form), behavior.protocol ?? 'openai'),
      small: endpoint(server.goodUrl, goodModel, 'openai'),
    },
    exposeProviderMessages: true,
    timeouts: {
      connectMs: silenceMs,
      firstByteMs: silenceMs,
      firstContentMs: silenceMs,
      idleMs: silenceMs,
      attemptMs,
      totalMs: 2 * attemptMs + 60_000,
    },
    onEvent: (event) => void events.push(event),
  });
  const ended = await (form === 'whole' ? completeOf(router) : streamOf(router)).catch(String);
  const problem =
    typeof ended === 'string'
      ? `an error that is none of the router's: ${ended}`
      : (compare(ended, behavior.verdict('router', form)) ?? findLeak(ended, events));
  return { behavior, consumer: 'router', form, problem };
}

async function completeOf(router: Router): Promise<Ended> {
  try {
    const { model, text, costUsd } = await router.complete(question);
    return { model, text, costUsd, error: undefined };
  } catch (error) {
    return failed(error);
  }
}

async function streamOf(router: Router): Promise<Ended> {
  try {
    const { model, events } = await router.stream(question);
    const { text, end, error } = await readEvents(events);
    const costUsd = end?.kind === 'end' ? end.costUsd : null;
    return { model, text, costUsd, error };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Ended {
  if (!(error instanceof RouterError)) throw error;
  return { model: undefined, text: '', costUsd: null, error };
}

function compare({ model, text, error }: Ended, verdict: Verdict): string | undefined {
  const isRefused = error?.code === 'request_refused';
  if (verdict.kind === 'label' && verdict.routed === 'refused') {
    return isRefused ? undefined : `answered by ${model}: ${text.slice(0, 80)}`;
  }
  if (error !== undefined) {
    const isReported = verdict.kind === 'broken_off' && error.code === 'stream_truncated';
    return isReported ? undefined : `the request was lost: ${error.message.replaceAll('\n', ' ')}`;
  }
  const isFirst =
    verdict.kind === 'answer' || (verdict.kind === 'label' && verdict.routed === 'returned');
  if (isFirst !== (model === 'large')) return `answered by ${model}: ${text.slice(0, 80)}`;
  const expected = isFirst ? (verdict.kind === 'answer' ? verdict.text : undefined) : answerText;
  const isSame = expected === undefined || expected === text;
  return isSame ? undefined : `another text: ${text.slice(0, 80)}`;
}

function findLeak(ended: Ended, events: readonly RouterEvent[]): string | undefined {
  const failures = events.flatMap((event) =>
    event.type === 'attempt_failed' || event.type === 'failed'
      ? [JSON.stringify(event).replaceAll('\\n', '')]
      : [],
  );
  const messages = [
    ended.error?.message.replace('\n', '') ?? '',
    JSON.stringify(ended.error?.failure ?? {}),
    ...failures,
  ];
  const unsafe = messages.map(findUnsafe).find((found) => found !== undefined);
  return (
    unsafe ??
    findAbsurdCharge(ended.costUsd) ??
    (isPolluted() ? 'the prototype is polluted' : undefined)
  );
}
