import type { PoolModel } from '../models/model.js';
import type { Prompt } from '../../llm/chat.js';

/** What providers put around messages, tools and the whole, in tokens; ample. */
const tokensPerMessage = 32;
const tokensForTools = 1024;
/** More than any provider counts for one image. */
const tokensPerImage = 40_000;

/** The most tokens that a call can take and give. */
export interface TokenBounds {
  readonly inputTokens: number;
  /** Infinite where neither the model's parameters nor its context window limit the answer. */
  readonly outputTokens: number;
}

/**
 * Bounds for the tokens of one call. A token stands for at least one byte of what is sent, so that
 * bytes bound tokens whatever the tokenizer is.
 */
export function computeTokenBounds(model: PoolModel, prompt: Prompt): TokenBounds {
  const { contextWindow = Infinity, parameters } = model;
  return {
    inputTokens: Math.min(contextWindow, boundInputTokens(prompt)),
    outputTokens: parameters.maxTokens ?? contextWindow,
  };
}

/** The most that one call can cost by the pool's prices, in USD; infinite where nothing limits it. */
export function computeWorstCaseCostUsd(model: PoolModel, prompt: Prompt): number {
  const { inputTokens, outputTokens } = computeTokenBounds(model, prompt);
  const { inputPerMillionUsd, cachedInputPerMillionUsd, cacheWritePerMillionUsd } = model.price;
  const { outputPerMillionUsd } = model.price;
  const dearestInput = Math.max(
    inputPerMillionUsd,
    cachedInputPerMillionUsd ?? 0,
    cacheWritePerMillionUsd ?? 0,
  );
  // No tokens at no price cost nothing, even infinitely many.
  const outputUsd = outputPerMillionUsd === 0 ? 0 : outputTokens * outputPerMillionUsd;
  return (inputTokens * dearestInput + outputUsd) / 1_000_000;
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
