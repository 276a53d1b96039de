/**
 * Tokens of one call, normalised once: `inputTokens` is everything that was read (uncached, read
 * from a cache and written to a cache), and `outputTokens` holds the reasoning.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}
