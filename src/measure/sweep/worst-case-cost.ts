import type { PoolModel } from '../models/model.js';
import type { Prompt } from '../../llm/chat.js';

/** Generous bounds for the tokens that providers add around messages and tools. */
const tokensPerMessage = 32;
const tokensForTools = 1024;
/** More than any provider counts for an image. */
const tokensPerImage = 40_000;

/** Upper bounds of a call's tokens. */
export interface TokenBounds {
  readonly inputTokens: number;
  /** Infinite if neither the model's parameters nor its context window limit the answer. */
  readonly outputTokens: number;
}

/**
 * Bounds for the tokens of one call. A token represents at least one byte, so the number of bytes is
 * an upper bound for every tokenizer.
 */
export function computeTokenBounds(model: PoolModel, prompt: Prompt): TokenBounds {
  const { contextWindow = Infinity, parameters } = model;
  return {
    inputTokens: Math.min(contextWindow, boundInputTokens(prompt)),
    outputTokens: parameters.maxTokens ?? contextWindow,
  };
}

/** Upper bound of the cost of a call at the pool's prices, in USD; infinite if nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: Prompt): number {
  const { inputTokens, outputTokens } = computeTokenBounds(model, prompt);
  const { inputPerMillionUsd, cachedInputPerMillionUsd, cacheWritePerMillionUsd } = model.price;
  const { outputPerMillionUsd } = model.price;
  const maxInputPrice = Math.max(
    inputPerMillionUsd,
    cachedInputPerMillionUsd ?? 0,
    cacheWritePerMillionUsd ?? 0,
  );
  // Infinity * 0 would be NaN.
  const outputUsd = outputPerMillionUsd === 0 ? 0 : outputTokens * outputPerMillionUsd;
  return (inputTokens * maxInputPrice + outputUsd) / 1_000_000;
}

function boundInputTokens(prompt: Prompt): number {
  if (typeof prompt === 'string') return Buffer.byteLength(prompt) + tokensPerMessage;
  let images = 0;
  const text = JSON.stringify(prompt.messages, (key, value: unknown) => {
    if (key !== 'image_url') return value;
    images += 1;
    return undefined;
  });
  const tools = prompt.tools === undefined ? '' : JSON.stringify(prompt.tools);
  return (
    Buffer.byteLength(text) +
    prompt.messages.length * tokensPerMessage +
    images * tokensPerImage +
    Buffer.byteLength(tools) +
    (tools === '' ? 0 : tokensForTools)
  );
}
