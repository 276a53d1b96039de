import { Agent, type Dispatcher } from 'undici';
import type { Failure } from '../../../llm/failure.js';
import { protocols } from '../../../llm/protocol.js';
import {
  resolveRequestForm,
  type RequestForm,
  type ResolvedRequestForm,
} from '../../../llm/request-form.js';
import type { PoolModel } from '../../models/model.js';
import { findAdjustment, findPoolForm } from './adjust-form.js';
import type { CallResult, ProviderClient } from './call-result.js';
import { computeCallTimeouts, defaultCallTimeouts, type CallTimeouts } from './call-timeouts.js';
import { systemClock, type Clock } from './clock.js';
import { sendAttempt, type Target } from './sent-attempt.js';

export interface ProviderClientSettings {
  /** Without one, the client opens and closes its own connections. */
  readonly dispatcher?: Dispatcher;
  /** @default systemClock */
  readonly clock?: Clock;
  /** In place of the defaults, for models whose pool sets none. */
  readonly timeouts?: Partial<CallTimeouts>;
  /**
   * Called when the requests of a model get another form because its server rejected a member.
   *
   * @param request what the pool has to say so that they have it from the start
   */
  readonly onNewForm?: (model: PoolModel, request: RequestForm) => void;
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
      const { result, failure } = await sendAttempt(request, {
        target,
        timeouts,
        dispatcher,
        clock,
      });
      if (failure === undefined) return result;
      const adjusted = adjust(result, failure, { model: request.model, target, sentForm: form });
      if (adjusted.newForm !== undefined) {
        settings.onNewForm?.(request.model, findPoolForm(request.model, adjusted.newForm));
      }
      return adjusted.result;
    },
    // Calls in flight are aborted.
    close: async () => ownAgent?.destroy(),
  };
}

/**
 * Changes the form of a target whose server rejected a member, and explains it in the failure.
 *
 * @returns `newForm` if this is the first call that changes it
 */
function adjust(
  result: CallResult,
  failure: Failure,
  sent: {
    readonly model: PoolModel;
    readonly target: Target;
    readonly sentForm: ResolvedRequestForm;
  },
): { readonly result: CallResult; readonly newForm?: ResolvedRequestForm } {
  const { model, target, sentForm } = sent;
  const adjustment = findAdjustment(failure, sentForm, model);
  if (result.kind !== 'failed' || adjustment === undefined) return { result };
  const { form, advice } = adjustment;
  // Calls in flight at the same time fail for the same reason; only the first changes the form.
  const isFirst = form !== undefined && target.form === sentForm;
  if (isFirst) target.form = form;
  const isChanged = target.form !== sentForm;
  const next = isChanged ? 'sent again in another form; to configure it' : 'to avoid it';
  const message = `${result.failure.message.slice(0, 280)} (${next}: ${advice})`;
  const retry = isChanged ? { retryable: true, retryAfterMs: 0 } : {};
  return {
    result: { kind: 'failed', failure: { ...result.failure, ...retry, message } },
    ...(isFirst && { newForm: form }),
  };
}
