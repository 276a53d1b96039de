import { Agent, type Dispatcher } from 'undici';
import { makeSafe, type Failure } from '../../../llm/failure.js';
import { protocols } from '../../../llm/protocol.js';
import { responseGraceMs } from '../../../llm/response-limits.js';
import { resolveRequestForm, type ResolvedRequestForm } from '../../../llm/request-form.js';
import type { Protocol } from '../../../llm/types.js';
import type { PoolModel } from '../../models/model.js';
import { buildPoolRequest } from './build-pool-request.js';
import { buildCallFailure, findAdjustment, readTransportError } from './call-failure.js';
import type { CallRequest, CallResult, ProviderClient } from './call-result.js';
import { computeCallTimeouts, defaultCallTimeouts, type CallTimeouts } from './call-timeouts.js';
import { systemClock, type Clock } from './clock.js';
import { createCallResponseReader } from './response-reader.js';

export interface ProviderClientSettings {
  /** Without one, the client opens and closes its own connections. */
  readonly dispatcher?: Dispatcher;
  /** @default systemClock */
  readonly clock?: Clock;
  /** In place of the defaults, for models whose pool sets none. */
  readonly timeouts?: Partial<CallTimeouts>;
}

/** The URL, protocol and request form of a model. */
interface Target {
  readonly protocol: Protocol;
  readonly origin: string;
  readonly path: string;
  form: ResolvedRequestForm;
}

/**
 * Creates a client for OpenAI's chat completions, compatible servers, and Anthropic's Messages. Each
 * call is one streamed attempt, timed from the moment it is written to its connection. The caller
 * decides about retries.
 *
 * If a server rejects the name of the token limit or `stream_options`, later attempts use another
 * request form; the failure says so and can be retried immediately.
 *
 * Uses undici's `dispatch` with a handler, because a stream object per call would double the work of
 * a large sweep.
 */
export function createProviderClient(settings: ProviderClientSettings = {}): ProviderClient {
  const { connectMs } = { ...defaultCallTimeouts, ...settings.timeouts };
  const clock = settings.clock ?? systemClock;
  const ownAgent =
    settings.dispatcher === undefined ? new Agent({ connect: { timeout: connectMs } }) : undefined;
  const dispatcher = settings.dispatcher ?? (ownAgent as Agent);
  const targets = new WeakMap<PoolModel, Target>();

  function findTarget(model: PoolModel): Target {
    let target = targets.get(model);
    if (target === undefined) {
      const protocol = protocols[model.protocol];
      const { origin, pathname } = new URL(`${model.baseUrl}${protocol.path}`);
      const form = resolveRequestForm(model.baseUrl, model.model, model.request);
      target = { protocol, origin, path: pathname, form };
      targets.set(model, target);
    }
    return target;
  }

  return {
    complete: async (request) => {
      const target = findTarget(request.model);
      const { form } = target;
      const timeouts = computeCallTimeouts(request.model, request.prompt, settings.timeouts);
      const { result, failure } = await send(request, { target, timeouts, dispatcher, clock });
      return failure === undefined ? result : adjust(result, failure, target, form);
    },
    // Calls in flight are aborted.
    close: async () => ownAgent?.destroy(),
  };
}

/** Changes the form of a target whose server rejected a member, and explains it in the failure. */
function adjust(
  result: CallResult,
  failure: Failure,
  target: Target,
  sentForm: ResolvedRequestForm,
): CallResult {
  const adjustment = findAdjustment(failure, sentForm);
  if (result.kind !== 'failed' || adjustment === undefined) return result;
  const { form, advice } = adjustment;
  // Calls in flight at the same time fail for the same reason; only the first changes the form.
  if (form !== undefined && target.form === sentForm) target.form = form;
  const isChanged = target.form !== sentForm;
  const next = isChanged ? 'sent again in another form; to configure it' : 'to avoid it';
  const message = `${result.failure.message.slice(0, 280)} (${next}: ${advice})`;
  const retry = isChanged ? { retryable: true, retryAfterMs: 0 } : {};
  return { kind: 'failed', failure: { ...result.failure, ...retry, message } };
}

interface SentCall {
  readonly result: CallResult;
  /** The failure of the provider's response, if any. */
  readonly failure: Failure | undefined;
}

function send(
  { model, prompt, apiKey, signal }: CallRequest,
  context: {
    readonly target: Target;
    readonly timeouts: CallTimeouts;
    readonly dispatcher: Dispatcher;
    readonly clock: Clock;
  },
): Promise<SentCall> {
  const { target, timeouts, dispatcher, clock } = context;
  const { protocol, form } = target;
  return new Promise((resolve) => {
    const secrets = [apiKey];
    let startedMs = clock.now();
    const reader = createCallResponseReader(protocol, () => clock.now() - startedMs, {
      secrets,
      now: () => clock.date(),
    });
    let connection: Dispatcher.DispatchController | undefined;
    let isSettled = false;
    let graceTimer: NodeJS.Timeout | undefined;
    /** Runs until the next piece of the answer is overdue. */
    let contentTimer: NodeJS.Timeout | undefined;
    let seenProgress = 0;

    // Only the first result counts; anything that arrives later is dropped.
    const settle = (result: CallResult): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(totalTimer);
      clearTimeout(contentTimer);
      signal?.removeEventListener('abort', cancel);
      resolve({ result, failure: reader.failure });
    };
    const cut = (failureClass: 'cancelled' | 'timeout', message: string): void => {
      const mayBeCharged = connection !== undefined;
      // A server may keep the connection open after the whole answer.
      const early = failureClass === 'timeout' ? read(() => reader.endEarly()) : undefined;
      if (early !== undefined) settle(early);
      settle({
        kind: 'failed',
        failure: buildCallFailure(failureClass, { message, mayBeCharged }),
      });
      connection?.abort(new Error(message));
    };
    const cancel = (): void => cut('cancelled', 'cancelled');
    const totalTimer = setTimeout(
      () =>
        cut('timeout', describeTimeout('the call took longer than the total', timeouts.totalMs)),
      timeouts.totalMs,
    );
    if (signal?.aborted === true) {
      cancel();
      return;
    }
    signal?.addEventListener('abort', cancel, { once: true });

    const startContentTimer = (limitMs: number, name: string): NodeJS.Timeout =>
      setTimeout(
        () => cut('timeout', describeTimeout(`no content within the ${name}`, limitMs)),
        limitMs,
      );
    const noteProgress = (): void => {
      if (isSettled || reader.progress === seenProgress) return;
      if (seenProgress > 0) contentTimer?.refresh();
      else {
        clearTimeout(contentTimer);
        contentTimer = startContentTimer(timeouts.idleMs, 'idle');
      }
      seenProgress = reader.progress;
    };
    /** Whatever a response does to the code that reads it, only this attempt fails. */
    const read = <T>(readPart: () => T): T | undefined => {
      try {
        return readPart();
      } catch (error) {
        const message = `the response cannot be read: ${makeSafe(String(error), secrets)}`;
        settle({
          kind: 'failed',
          failure: buildCallFailure('malformed', { message, mayBeCharged: true }),
        });
        connection?.abort(new Error('unreadable'));
        return undefined;
      }
    };

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        connection = controller;
        // The latency does not include the wait for a connection.
        startedMs = clock.now();
        if (isSettled) controller.abort(new Error('too late'));
        else contentTimer = startContentTimer(timeouts.firstContentMs, 'first-content');
      },
      onResponseStart(_controller, statusCode, headers) {
        read(() => reader.start(statusCode, headers));
      },
      onResponseData(controller, bytes) {
        const result = read(() => reader.accept(bytes));
        if (result === undefined) {
          noteProgress();
          return;
        }
        settle(result);
        if (reader.isBroken) controller.abort(new Error('enough'));
        // The call does not wait for the end of the response, which frees the connection for reuse.
        else
          graceTimer ??= setTimeout(() => controller.abort(new Error('no end')), responseGraceMs);
      },
      onResponseEnd() {
        clearTimeout(graceTimer);
        const result = read(() => reader.end());
        if (result !== undefined) settle(result);
      },
      onResponseError(_controller, error) {
        clearTimeout(graceTimer);
        const known = read(() => reader.endEarly());
        const isSent = connection !== undefined;
        settle(known ?? { kind: 'failed', failure: readTransportError(error, isSent, secrets) });
      },
    };
    try {
      dispatcher.dispatch(
        {
          origin: target.origin,
          path: target.path,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            'user-agent': 'routesmith',
            ...protocol.buildHeaders(apiKey),
          },
          body: JSON.stringify(protocol.buildRequest(buildPoolRequest(model, prompt, form))),
          headersTimeout: timeouts.firstByteMs,
          // Before the first content, silence is reasoning; after it, the content timer is stricter.
          bodyTimeout: Math.max(timeouts.idleMs, timeouts.firstContentMs),
        },
        handler,
      );
    } catch (error) {
      settle({ kind: 'failed', failure: readTransportError(error, false, secrets) });
    }
  });
}

function describeTimeout(what: string, limitMs: number): string {
  return `${what} timeout of ${limitMs / 1000} s (to raise it: timeouts in the pool)`;
}
