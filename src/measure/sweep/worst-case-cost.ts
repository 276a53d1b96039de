import type { Prompt } from '../../llm/chat.js';
import {
  boundCostUsd,
  boundInputTokens,
  boundTextTokens,
  type TokenBounds,
} from '../../llm/worst-case-cost.js';
import type { PoolModel } from '../models/model.js';

/**
 * Bounds for the tokens of one call. `outputTokens` is infinite if neither the model's parameters nor
 * its context window limit the answer.
 */
export function computeTokenBounds(model: PoolModel, prompt: Prompt): TokenBounds {
  const { contextWindow = Infinity, parameters } = model;
  const inputTokens =
    typeof prompt === 'string'
      ? boundTextTokens(prompt)
      : boundInputTokens({ messages: prompt.messages, tools: prompt.tools });
  return {
    inputTokens: Math.min(contextWindow, inputTokens),
    outputTokens: parameters.maxTokens ?? contextWindow,
  };
}

/** Upper bound of the cost of a call at the pool's prices, in USD; infinite if nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: Prompt): number {
  return boundCostUsd(computeTokenBounds(model, prompt), model.price);
}
