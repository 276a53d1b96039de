import { anthropicHost } from './request-form.js';
import type { Conclusion } from './types.js';
import type { TokenUsage } from './usage.js';

/** Whether a server is Anthropic's own, which does not bill refusals without output. */
export function hasFreeRefusals(baseUrl: string): boolean {
  return new URL(baseUrl).hostname === anthropicHost;
}

/**
 * The tokens of an answer, given how it ended. Anthropic reports tokens for a refusal before any output,
 * and does not bill them (Claude Platform release notes, June 2, 2026). What Bedrock, Vertex and gateways
 * do is not known.
 *
 * @param isFree see `hasFreeRefusals`
 */
export function settleRefusal(
  tokens: TokenUsage,
  conclusion: Conclusion,
  isFree = false,
): TokenUsage {
  if (conclusion.kind === 'failed' || conclusion.finishReason !== 'refusal') return tokens;
  if (conclusion.hasOutput ?? conclusion.hasAnswer) return tokens;
  // What is a guess may be of another model that was asked before, which is billed.
  return isFree && !tokens.isGuess
    ? { ...tokens, reportedCostUsd: 0 }
    : { ...tokens, isGuess: true };
}
