import { computeCostUsd } from '../../llm/cost.js';
import { tokensPerAttachment, type PromptWithMembers } from '../../llm/chat.js';
import type { PoolModel } from '../models/model.js';
import { bytesPerToken, measurePrompt } from './prompt-bytes.js';
import type { Measured } from './settled-cells.js';
import { computeTokenBounds } from './worst-case-cost.js';

/** The assumptions about models that have no settled cells in the run. */
export const assumptions = {
  /** UTF-8 bytes of a prompt per token; approximately right for English and most scripts. */
  bytesPerToken,
  /** Tokens of an image in a prompt, whatever its size. */
  tokensPerImage: tokensPerAttachment,
  /** Tokens of an answer, unless the model's limit is lower. */
  outputTokens: 300,
  firstTokenSeconds: 1,
  outputTokensPerSecond: 50,
} as const;

/** The mean cost of a call to a model, in USD, by `assumptions` and its prices. */
export function expectCallUsd(model: PoolModel, prompts: readonly PromptWithMembers[]): number {
  const total = prompts.reduce((sum: number, prompt) => {
    const bounds = computeTokenBounds(model, prompt);
    return sum + priceCell(expectCell(undefined, prompt, bounds), model);
  }, 0);
  return total / Math.max(1, prompts.length);
}

/** The price of a call, in USD. */
export function priceCell(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  { price }: PoolModel,
): number {
  const usage = { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0 };
  return computeCostUsd({ ...usage, reasoningTokens: 0 }, price);
}

/** A call's expected tokens and seconds, from a model's answers in the run, or by `assumptions`. */
export function expectCell(
  measured: Measured | undefined,
  prompt: PromptWithMembers,
  bounds: ReturnType<typeof computeTokenBounds>,
): { readonly inputTokens: number; readonly outputTokens: number; readonly seconds: number } {
  const bytes = measurePrompt(prompt);
  if (measured === undefined) {
    const outputTokens = Math.min(bounds.outputTokens, assumptions.outputTokens);
    const inputTokens = Math.min(bounds.inputTokens, bytes / assumptions.bytesPerToken);
    return { inputTokens, outputTokens, seconds: assumeSeconds(outputTokens) };
  }
  const { cells, promptBytes, timedCells, latencyMs } = measured;
  const outputTokens = measured.outputTokens / cells;
  return {
    inputTokens: (bytes * measured.inputTokens) / Math.max(1, promptBytes),
    outputTokens,
    seconds: timedCells === 0 ? assumeSeconds(outputTokens) : latencyMs / timedCells / 1000,
  };
}

/** The seconds of an answer of so many tokens, by `assumptions`. */
export function assumeSeconds(outputTokens: number): number {
  return assumptions.firstTokenSeconds + outputTokens / assumptions.outputTokensPerSecond;
}
