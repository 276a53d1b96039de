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
  const text = typeof prompt === 'string';
  const inputTokens = text
    ? boundTextTokens(prompt)
    : boundInputTokens({ messages: prompt.messages, tools: prompt.tools });
  const members = (text ? undefined : prompt.members) ?? {};
  const limit = members['max_completion_tokens'] ?? members['max_tokens'];
  // A schema is sent with the request, and counts as input.
  const format = members['response_format'];
  const formatTokens = format === undefined ? 0 : boundTextTokens(JSON.stringify(format));
  return {
    inputTokens: Math.min(contextWindow, inputTokens + formatTokens),
    outputTokens: typeof limit === 'number' ? limit : (parameters.maxTokens ?? contextWindow),
  };
}

/** Upper bound of the cost of a call at the pool's prices, in USD; infinite if nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: Prompt): number {
  return boundCostUsd(computeTokenBounds(model, prompt), model.price);
}
