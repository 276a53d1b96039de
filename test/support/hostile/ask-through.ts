import type { LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import type { RouterEvent } from '../../../src/serve/router/router-event.js';
import type { DrivenModel, Driver, Ended } from '../drivers/driver.js';
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

/** Asks, through a driver, a policy whose first model is hostile and whose second one is not. */
export async function askThrough(
  driver: Driver,
  server: HostileUrls,
  { behavior, place, form }: { behavior: Behavior; place: number; form: Form },
  { policy, silenceMs, attemptMs }: HostileLimits & { readonly policy: LoadedPolicy },
): Promise<Finding> {
  const events: RouterEvent[] = [];
  const served = (baseUrl: string, model: string, kind: DrivenModel['kind']): DrivenModel => ({
    kind,
    baseUrl,
    model,
    apiKey: hostileKey,
  });
  const call = {
    policy,
    models: {
      large: served(server.baseUrl, nameModel(place, form), behavior.protocol ?? 'openai'),
      small: served(server.goodUrl, goodModel, 'openai'),
    },
    timeouts: {
      connectMs: silenceMs,
      firstByteMs: silenceMs,
      firstContentMs: silenceMs,
      idleMs: silenceMs,
      attemptMs,
      totalMs: 2 * attemptMs + 60_000,
    },
    form,
    onEvent: (event: RouterEvent) => void events.push(event),
  };
  const ended = await driver.ask(call).catch(String);
  const problem =
    typeof ended === 'string'
      ? `an error that its callers do not expect: ${ended}`
      : (compare(ended, findVerdict(driver, behavior, form)) ?? findLeak(ended, events));
  return { behavior, consumer: 'router', form, problem };
}

function findVerdict({ differences }: Driver, behavior: Behavior, form: Form): Verdict {
  const [, kind] =
    differences.find(([name, , only = form]) => name === behavior.name && only === form) ?? [];
  if (kind === undefined || kind === 'label') return behavior.verdict('router', form);
  return kind === 'answer' ? { kind, text: undefined } : { kind };
}

/** What callers are told of a request that no model may take. */
const refusals: ReadonlySet<string> = new Set([
  'request_refused',
  'context_overflow',
  'content_filtered',
]);

function compare({ model, text, code, messages }: Ended, verdict: Verdict): string | undefined {
  const isRefused = code !== undefined && refusals.has(code);
  if (verdict.kind === 'label' && verdict.routed === 'refused') {
    return isRefused ? undefined : `answered by ${model}: ${text.slice(0, 80)}`;
  }
  if (code !== undefined) {
    const isReported = verdict.kind === 'broken_off' && code === 'stream_truncated';
    return isReported ? undefined : `the request was lost: ${messages.join(' ')}`;
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
  const messages = [...ended.messages, ...failures];
  const unsafe = messages.map(findUnsafe).find((found) => found !== undefined);
  return (
    unsafe ??
    findAbsurdCharge(ended.costUsd) ??
    (isPolluted() ? 'the prototype is polluted' : undefined)
  );
}
