import type { Prompt } from '../../llm/chat.js';
import {
  asksForLongCache,
  boundCostUsd,
  boundInputTokens,
  boundOutputTokens,
  boundTextTokens,
  type TokenBounds,
} from '../../llm/worst-case-cost.js';
import type { PoolModel } from '../models/model.js';
import { findTokenLimit, readMembers } from './calls/prompt-members.js';

/**
 * Bounds for the tokens of one call. `outputTokens` is infinite if neither the model's parameters nor
 * its context window limit the answer.
 */
export function computeTokenBounds(model: PoolModel, prompt: Prompt): TokenBounds {
  const { contextWindow = Infinity } = model;
  const text = typeof prompt === 'string';
  const inputTokens = text
    ? boundTextTokens(prompt)
    : boundInputTokens({ messages: prompt.messages, tools: prompt.tools });
  const members = readMembers(prompt);
  const { max_completion_tokens: _other, ...others } = members;
  const sent = { ...others, max_tokens: findTokenLimit(model, prompt) ?? null };
  // What is sent with the request, such as a schema, counts as input.
  const isBare = Object.keys(members).length === 0;
  const memberTokens = isBare ? 0 : boundTextTokens(JSON.stringify(members));
  return {
    inputTokens: Math.min(contextWindow, inputTokens + memberTokens),
    outputTokens: boundOutputTokens(sent, contextWindow),
    ...(asksForLongCache(prompt) ? { writesLongCache: true } : {}),
  };
}

/** Upper bound of the cost of a call at the pool's prices, in USD; infinite if nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: Prompt): number {
  return boundCostUsd(computeTokenBounds(model, prompt), model.price);
}
