import type { PromptWithMembers } from '../../llm/chat.js';
import {
  asksForLongCache,
  boundCostUsd,
  boundInputTokens,
  boundOutputTokens,
  boundTextTokens,
  hasFiles,
  type TokenBounds,
} from '../../llm/worst-case-cost.js';
import type { PoolModel } from '../models/model.js';
import { findTokenLimit, readMembers } from './calls/prompt-members.js';

/**
 * Bounds for the tokens of one call. `outputTokens` is infinite if neither the model's parameters nor
 * its context window limit the answer, and `inputTokens` if the window does not limit a prompt with
 * files: the pages of a small one, or of a link to it, may be any number.
 */
export function computeTokenBounds(model: PoolModel, prompt: PromptWithMembers): TokenBounds {
  const { contextWindow = Infinity } = model;
  const inputTokens = boundPromptTokens(prompt);
  const members = readMembers(prompt);
  // As `buildPoolRequest` sends it: one limit, and the prompt's before the model's.
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

function boundPromptTokens(prompt: PromptWithMembers): number {
  if (typeof prompt === 'string') return boundTextTokens(prompt);
  if (hasFiles(prompt.messages)) return Infinity;
  return boundInputTokens({ messages: prompt.messages, tools: prompt.tools });
}

/** Upper bound of the cost of a call at the pool's prices, in USD; infinite if nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: PromptWithMembers): number {
  return boundCostUsd(computeTokenBounds(model, prompt), model.price);
}
