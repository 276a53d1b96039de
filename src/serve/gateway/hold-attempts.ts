import { wantsNoAnswer, type CallerRequest } from '../../llm/caller-request.js';
import { protocols } from '../../llm/protocol.js';
import {
  asksForLongCache,
  boundCostUsd,
  boundInputTokens,
  boundOutputTokens,
  hasFiles,
} from '../../llm/worst-case-cost.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { JsonObject } from '../../util/json.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import type { AnswerCharge } from '../router/answer-charge.js';
import type { Endpoint } from '../router/endpoint.js';
import { buildEndpointRequest } from '../router/router-request.js';
import type { CallOptions } from '../router/failover-settings.js';
import type { CallerSettings } from './access.js';
import type { BudgetLimit } from './budget-limit.js';
import { mayBeBilled } from '../router/may-be-billed.js';
import { hasBudget, type Spending, type SpendingHold } from './spending.js';

/**
 * The options of a call that holds the worst case of each attempt from the caller's budget, and
 * settles it when the attempt has ended.
 */
export function holdAttempts(
  spending: Spending,
  caller: CallerSettings | undefined,
  {
    findModel,
    onRefused,
  }: {
    /** The policy's entry and the endpoint of a model. */
    readonly findModel: (model: string) => {
      readonly known: PolicyModel;
      readonly endpoint: Endpoint;
    };
    /** Told of the limit that holds back the cheapest of the models that were refused so far. */
    readonly onRefused: (limit: BudgetLimit) => void;
  },
): Pick<CallOptions, 'mayAttempt' | 'onEvent'> {
  if (caller === undefined || !hasBudget(caller)) return {};
  /** Of the attempt in progress. */
  let hold: SpendingHold | undefined;
  let heldUsd = 0;
  let leastRefusedUsd = Infinity;
  return {
    mayAttempt(model, request) {
      const { known, endpoint } = findModel(model);
      const body = buildBody(request, endpoint, known.effort?.level);
      const bounded = { body, hasAnswer: !wantsNoAnswer(request) };
      heldUsd = boundAttemptUsd(bounded, known, endpoint);
      hold = spending.hold(caller, heldUsd);
      if (hold !== undefined) return true;
      const limit = spending.findLimit(caller, heldUsd);
      if (limit !== undefined && heldUsd <= leastRefusedUsd) {
        leastRefusedUsd = heldUsd;
        onRefused(limit);
      }
      return false;
    },
    onEvent(event) {
      if (event.type === 'succeeded') hold?.settle(findSpent(event, heldUsd));
      if (event.type === 'attempt_failed') {
        const { charge } = event;
        if (charge !== undefined) hold?.settle(findSpent(charge, heldUsd));
        else hold?.settle(mayBeBilled(event) ? null : 0);
      }
    },
  };
}

/** The body as it is sent; undefined if the endpoint cannot get this request, so that nothing bounds it. */
function buildBody(
  request: CallerRequest,
  endpoint: Endpoint,
  effort: string | undefined,
): JsonObject | undefined {
  try {
    const built = buildEndpointRequest(request, endpoint, false, effort);
    return protocols[endpoint.kind].buildRequest(built);
  } catch {
    return undefined;
  }
}

/** What an answer counts for; null if its cost is not known. */
function findSpent({ costUsd, hasUnreadCharge }: AnswerCharge, heldUsd: number): number | null {
  // A charge that could not be read may be any part of what is held.
  return costUsd !== null && hasUnreadCharge === true ? Math.max(costUsd, heldUsd) : costUsd;
}

/**
 * The worst case of a body as it is sent, with the pool's parameters in it. Infinite if there is none, the
 * price is not known, or nothing limits the answer.
 */
function boundAttemptUsd(
  { body, hasAnswer }: { readonly body: JsonObject | undefined; readonly hasAnswer: boolean },
  known: PolicyModel,
  endpoint: Endpoint,
): number {
  const { contextWindow = Infinity } = known;
  const price = endpoint.price ?? findPrice(known);
  if (body === undefined || price === undefined) return Infinity;
  const bounds = {
    inputTokens: Math.min(contextWindow, boundBodyTokens(body)),
    outputTokens: hasAnswer ? boundOutputTokens(body, contextWindow) : 0,
    writesLongCache: asksForLongCache(body),
  };
  return boundCostUsd(bounds, price);
}

/**
 * Upper bound of the input tokens of a body. Infinite if it has anything besides texts and images: the
 * pages of a small file may be any number.
 */
export function boundBodyTokens(body: JsonObject): number {
  const given = body as Parameters<typeof boundInputTokens>[0];
  return hasFiles(given.messages) ? Infinity : boundInputTokens(given);
}
