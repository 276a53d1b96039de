import type { Dispatcher } from 'undici';
import { makeSafe, type Failure } from '../../../llm/failure.js';
import { hasFreeRefusals } from '../../../llm/refusal-charge.js';
import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import { responseGraceMs } from '../../../llm/response-limits.js';
import type { ResponseHeaders } from '../../../llm/retry-after.js';
import type { Protocol } from '../../../llm/types.js';
import { buildPoolRequest } from './build-pool-request.js';
import { buildCallFailure, readTransportError } from './call-failure.js';
import type { CallRequest, CallResult } from './call-result.js';
import type { CallTimeouts } from './call-timeouts.js';
import type { Clock } from './clock.js';
import { readTokenLimit } from './prompt-members.js';
import { CallResponseReader } from './response-reader.js';

/** The URL, protocol and request form of a model. */
export interface Target {
  readonly protocol: Protocol;
  readonly origin: string;
  readonly path: string;
  form: ResolvedRequestForm;
}

export interface SentCall {
  readonly result: CallResult;
  /** The failure of the provider's response, if any. */
  readonly failure: Failure | undefined;
}

/** How a request is sent. */
export interface SendContext {
  readonly target: Target;
  readonly timeouts: CallTimeouts;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

/** Sends a request once, and reads the response. Never rejects because of what the server does. */
export function sendAttempt(request: CallRequest, context: SendContext): Promise<SentCall> {
  return new Promise((resolve) => {
    new SentAttempt(request, context, resolve).start();
  });
}

class SentAttempt implements Dispatcher.DispatchHandler {
  readonly #request: CallRequest;
  readonly #context: SendContext;
  readonly #resolve: (call: SentCall) => void;
  readonly #secrets: readonly (string | undefined)[];
  readonly #reader: CallResponseReader;
  #startedMs: number;
  #connection: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #totalTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  /** Runs until the next piece of the answer is overdue. */
  #contentTimer: NodeJS.Timeout | undefined;
  #seenProgress = 0;

  constructor(request: CallRequest, context: SendContext, resolve: (call: SentCall) => void) {
    const { clock, target } = context;
    this.#request = request;
    this.#context = context;
    this.#resolve = resolve;
    this.#secrets = [request.apiKey];
    this.#startedMs = clock.now();
    this.#reader = new CallResponseReader(target.protocol, () => clock.now() - this.#startedMs, {
      secrets: this.#secrets,
      now: () => clock.date(),
      tokenLimit: readTokenLimit(request.model, request.prompt),
      hasFreeRefusals: hasFreeRefusals(request.model.baseUrl),
    });
  }

  start(): void {
    const { timeouts } = this.#context;
    const { signal } = this.#request;
    this.#totalTimer = setTimeout(
      () =>
        this.#cut(
          'timeout',
          describeTimeout('the call took longer than the total', timeouts.totalMs),
        ),
      timeouts.totalMs,
    );
    if (signal?.aborted === true) {
      this.#cancel();
      return;
    }
    signal?.addEventListener('abort', this.#cancel, { once: true });
    this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { clock, timeouts } = this.#context;
    this.#connection = controller;
    // The latency does not include the wait for a connection.
    this.#startedMs = clock.now();
    if (this.#isSettled) controller.abort(new Error('too late'));
    else this.#startContentTimer(timeouts.firstContentMs, 'first-content');
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: ResponseHeaders,
  ): void {
    this.#read(() => this.#reader.start(statusCode, headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    const result = this.#read(() => this.#reader.accept(bytes));
    if (result === undefined) {
      this.#noteProgress();
      return;
    }
    this.#settle(result);
    if (this.#reader.isBroken) controller.abort(new Error('enough'));
    // The call does not wait for the end of the response, which frees the connection for reuse.
    else {
      this.#graceTimer ??= setTimeout(() => controller.abort(new Error('no end')), responseGraceMs);
    }
  }

  onResponseEnd(): void {
    clearTimeout(this.#graceTimer);
    const result = this.#read(() => this.#reader.end());
    if (result !== undefined) this.#settle(result);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#graceTimer);
    const known = this.#read(() => this.#reader.endEarly());
    const isSent = this.#connection !== undefined;
    this.#settle(
      known ?? { kind: 'failed', failure: readTransportError(error, isSent, this.#secrets) },
    );
  }

  #dispatch(): void {
    const { target, timeouts, dispatcher } = this.#context;
    const { protocol, form } = target;
    const { model, prompt, apiKey } = this.#request;
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
        this,
      );
    } catch (error) {
      this.#settle({ kind: 'failed', failure: readTransportError(error, false, this.#secrets) });
    }
  }

  /** Only the first result counts; anything that arrives later is dropped. */
  #settle(result: CallResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#totalTimer);
    clearTimeout(this.#contentTimer);
    this.#request.signal?.removeEventListener('abort', this.#cancel);
    this.#resolve({ result, failure: this.#reader.failure });
  }

  #cut(failureClass: 'cancelled' | 'timeout', message: string): void {
    const mayBeCharged = this.#connection !== undefined;
    // A server may keep the connection open after the whole answer.
    const early =
      failureClass === 'timeout' ? this.#read(() => this.#reader.endEarly()) : undefined;
    if (early !== undefined) this.#settle(early);
    this.#settle({
      kind: 'failed',
      failure: buildCallFailure(failureClass, { message, mayBeCharged }),
    });
    this.#connection?.abort(new Error(message));
  }

  readonly #cancel = (): void => this.#cut('cancelled', 'cancelled');

  #startContentTimer(limitMs: number, name: string): void {
    this.#contentTimer = setTimeout(
      () => this.#cut('timeout', describeTimeout(`no content within the ${name}`, limitMs)),
      limitMs,
    );
  }

  #noteProgress(): void {
    const { progress } = this.#reader;
    if (this.#isSettled || progress === this.#seenProgress) return;
    if (this.#seenProgress > 0) this.#contentTimer?.refresh();
    else {
      clearTimeout(this.#contentTimer);
      this.#startContentTimer(this.#context.timeouts.idleMs, 'idle');
    }
    this.#seenProgress = progress;
  }

  /** Whatever a response does to the code that reads it, only this attempt fails. */
  #read<T>(readPart: () => T): T | undefined {
    try {
      return readPart();
    } catch (error) {
      const message = `the response cannot be read: ${makeSafe(String(error), this.#secrets)}`;
      this.#settle({
        kind: 'failed',
        failure: buildCallFailure('malformed', { message, mayBeCharged: true }),
      });
      this.#connection?.abort(new Error('unreadable'));
      return undefined;
    }
  }
}

function describeTimeout(what: string, limitMs: number): string {
  return `${what} timeout of ${limitMs / 1000} s (to raise it: timeouts in the pool)`;
}
