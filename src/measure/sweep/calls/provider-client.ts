import { Agent, type Dispatcher } from 'undici';
import type { PoolModel } from '../../models/model.js';
import type { CallRequest, CallResult, ProviderClient } from './call-result.js';
import { defaultTimeouts, type CallTimeouts } from './call-timeouts.js';
import { createFailure } from './classify-failure.js';
import { classifyTransportError } from './classify-transport-error.js';
import { systemClock, type Clock } from './clock.js';
import { providerWires, type ProviderWire } from './provider-wire.js';
import { createResponseReader } from './response-reader.js';

export interface ProviderClientSettings {
  /** Where requests go; without one the client opens its own connections and closes them. */
  readonly dispatcher?: Dispatcher;
  /** @default systemClock */
  readonly clock?: Clock;
  readonly timeouts?: Partial<CallTimeouts>;
}

/** How long the end of the response may take after the answer's, for the connection to be kept. */
const graceMs = 100;

/** Where a model's requests go, taken apart once. */
interface Target {
  readonly origin: string;
  readonly path: string;
}

/**
 * Creates a client for OpenAI's chat completions, for every server that speaks the same protocol,
 * and for Anthropic's Messages. Each call is one attempt, streamed, and timed from the moment it is
 * written to its connection; trying again is the caller's business.
 *
 * Requests go through undici's `dispatch`, whose handler is called as bytes arrive: a stream object
 * a call would double the work of a large sweep.
 */
export function createProviderClient(settings: ProviderClientSettings = {}): ProviderClient {
  const timeouts = { ...defaultTimeouts, ...settings.timeouts };
  const clock = settings.clock ?? systemClock;
  const ownAgent =
    settings.dispatcher === undefined
      ? new Agent({ connect: { timeout: timeouts.connectMs } })
      : undefined;
  const dispatcher = settings.dispatcher ?? (ownAgent as Agent);
  const targets = new Map<string, Target>();

  function findTarget({ baseUrl }: PoolModel, wire: ProviderWire): Target {
    const url = `${baseUrl}${wire.path}`;
    let target = targets.get(url);
    if (target === undefined) {
      const { origin, pathname } = new URL(url);
      target = { origin, path: pathname };
      targets.set(url, target);
    }
    return target;
  }

  return {
    complete: (request) => {
      const wire = providerWires[request.model.protocol];
      const target = findTarget(request.model, wire);
      return send(request, { wire, target, dispatcher, timeouts, clock });
    },
    // Whoever closes the client wants no more of it: what still hangs is cut.
    close: async () => ownAgent?.destroy(),
  };
}

function send(
  { model, prompt, apiKey, signal }: CallRequest,
  context: {
    readonly wire: ProviderWire;
    readonly target: Target;
    readonly dispatcher: Dispatcher;
    readonly timeouts: CallTimeouts;
    readonly clock: Clock;
  },
): Promise<CallResult> {
  const { wire, target, dispatcher, timeouts, clock } = context;
  return new Promise((resolve) => {
    const secrets = [apiKey];
    let startedMs = clock.now();
    const stream = wire.createStream(() => clock.now() - startedMs, secrets);
    const reader = createResponseReader(stream, { secrets, clock });
    let connection: Dispatcher.DispatchController | undefined;
    let isSettled = false;
    let graceTimer: NodeJS.Timeout | undefined;

    // What arrives after this is dropped: a cell has one result, and it is the first.
    const settle = (result: CallResult): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(totalTimer);
      signal?.removeEventListener('abort', cancel);
      resolve(result);
    };
    const cut = (failureClass: 'cancelled' | 'timeout', message: string): void => {
      const mayBeCharged = connection !== undefined;
      if (stream.ended) settle(stream.result());
      else {
        const failure = createFailure(failureClass, { message, mayBeCharged });
        settle({ kind: 'failed', failure });
      }
      connection?.abort(new Error(message));
    };
    const cancel = (): void => cut('cancelled', 'cancelled');
    const totalTimer = setTimeout(
      () => cut('timeout', 'the call took longer than the total timeout'),
      timeouts.totalMs,
    );
    if (signal?.aborted === true) {
      cancel();
      return;
    }
    signal?.addEventListener('abort', cancel, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        connection = controller;
        // A wait for a connection says nothing of the model.
        startedMs = clock.now();
        if (isSettled) controller.abort(new Error('too late'));
      },
      onResponseStart(_controller, statusCode, headers) {
        reader.start(statusCode, headers);
      },
      onResponseData(controller, bytes) {
        const result = reader.accept(bytes);
        if (result === undefined) return;
        settle(result);
        if (reader.isBroken) controller.abort(new Error('enough'));
        // The end of the response frees its connection for others, but is not waited for.
        else graceTimer ??= setTimeout(() => controller.abort(new Error('no end')), graceMs);
      },
      onResponseEnd() {
        clearTimeout(graceTimer);
        settle(reader.end());
      },
      onResponseError(_controller, error) {
        clearTimeout(graceTimer);
        const known = reader.endEarly();
        const isSent = connection !== undefined;
        settle(
          known ?? { kind: 'failed', failure: classifyTransportError(error, isSent, secrets) },
        );
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
            ...wire.buildHeaders(apiKey),
          },
          body: JSON.stringify(wire.buildBody(model, prompt)),
          headersTimeout: timeouts.firstByteMs,
          bodyTimeout: timeouts.idleMs,
        },
        handler,
      );
    } catch (error) {
      settle({ kind: 'failed', failure: classifyTransportError(error, false, secrets) });
    }
  });
}
