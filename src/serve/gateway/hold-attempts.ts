import type { CallerRequest } from '../../llm/caller-request.js';
import { mayBeCharged } from '../../llm/failure.js';
import { boundCostUsd, boundInputTokens, hasFiles } from '../../llm/worst-case-cost.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import type { Endpoint } from '../router/endpoint.js';
import type { AttemptFailure } from '../router/failure.js';
import type { RouteOptions } from '../router/router.js';
import type { CallerSettings } from './access.js';
import { hasBudget, type Spending, type SpendingHold } from './spending.js';

/**
 * The options of a call that holds the worst case of each attempt from the caller's budget, and
 * settles it when the attempt has ended.
 *
 * @param findModel the policy's entry and the endpoint of a model
 */
export function holdAttempts(
  spending: Spending,
  caller: CallerSettings | undefined,
  request: CallerRequest,
  findModel: (model: string) => { readonly known: PolicyModel; readonly endpoint: Endpoint },
): Pick<RouteOptions, 'mayAttempt' | 'onEvent'> {
  if (caller === undefined || !hasBudget(caller)) return {};
  let inputTokens: number | undefined;
  /** That of the attempt in progress. */
  let hold: SpendingHold | undefined;
  return {
    mayAttempt(model) {
      const { known, endpoint } = findModel(model);
      inputTokens ??= boundRequestTokens(request.body);
      hold = spending.hold(caller, boundAttemptUsd(request, inputTokens, known, endpoint));
      return hold !== undefined;
    },
    onEvent(event) {
      if (event.type === 'succeeded') hold?.settle(event.costUsd);
      if (event.type === 'attempt_failed') {
        hold?.settle(event.isCommitted || mayBeBilled(event.failure) ? null : 0);
      }
    },
  };
}

/** Infinite if it refers to a file: the pages of a small one may be any number. */
function boundRequestTokens(body: JsonObject): number {
  const given = body as Parameters<typeof boundInputTokens>[0];
  return hasFiles(given.messages) ? Infinity : boundInputTokens(given);
}

/** Infinite if the price is not known, or nothing limits the answer. */
function boundAttemptUsd(
  { words, body }: CallerRequest,
  inputTokens: number,
  known: PolicyModel,
  endpoint: Endpoint,
): number {
  const { contextWindow = Infinity } = known;
  const price = endpoint.price ?? findPrice(known);
  if (price === undefined) return Infinity;
  const defaults = endpoint.parameters ?? {};
  const own = endpoint.kind === 'anthropic' ? endpoint.maxTokens : undefined;
  const limit = readLimit(words.members) ?? readLimit(defaults) ?? own ?? Infinity;
  const bounds = {
    inputTokens: Math.min(contextWindow, inputTokens),
    outputTokens: countAnswers({ ...defaults, ...body }) * Math.min(contextWindow, limit),
  };
  return boundCostUsd(bounds, price);
}

/** The longest answer that is asked for. Servers differ in which of two names they read. */
function readLimit(members: CallerRequest['words']['members']): number | undefined {
  const limits = ['max_completion_tokens', 'max_tokens'].map((name) => readCount(members[name]));
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.max(...given);
}

function readCount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 1 ? value : undefined;
}

/** Infinite for a number that cannot be read: some servers read texts as numbers. */
function countAnswers(body: JsonObject): number {
  const counts = ['n', 'best_of'].map((name) => body[name] ?? 1);
  return Math.max(...counts.map((count) => readCount(count) ?? Infinity));
}

/** Whether a provider may charge for an attempt that failed: it may have begun to answer. */
function mayBeBilled(failure: AttemptFailure): boolean {
  const { class: failureClass, status, detail } = failure;
  if (status !== null) return mayBeCharged(failure);
  switch (failureClass) {
    case 'connect_timeout':
    case 'invalid_credentials':
    case 'redirected':
    case 'bad_request':
      return false;
    case 'network':
      return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(
        detail ?? '',
      );
    default:
      return true;
  }
}
