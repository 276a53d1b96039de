import type { Prompt } from '../../llm/chat.js';

/** One prompt of an outcome table. */
export interface PromptRecord {
  readonly id: string;
  readonly prompt: Prompt;
  /** The task label, where known. */
  readonly task: string | undefined;
  /**
   * Prompts with the same group key must not be split between training and held-out data. Where
   * the source gives none, near-duplicates are grouped later.
   */
  readonly group: string | undefined;
  /**
   * How many prompts it stands for; positive. A prompt of weight 3 counts as three in one group,
   * wherever outcomes are counted or averaged. @default 1
   */
  readonly weight?: number;
}

/** Where the costs of a table come from; `none` means that every cost is missing. */
export type CostBasis = 'recorded' | 'tokens' | 'assumed_tokens' | 'none';

/**
 * Prompts x models, columnar. Each matrix is row-major (`row * models.length + column`), NaN where
 * the cell is missing. Repeats of a cell are averaged.
 */
export interface OutcomeTable {
  readonly models: readonly string[];
  readonly prompts: readonly PromptRecord[];
  /** In [0, 1]. */
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
  readonly latencyMs: Float32Array;
  readonly ttftMs: Float32Array;
  readonly inputTokens: Float32Array;
  readonly outputTokens: Float32Array;
  readonly costBasis: CostBasis;
  /** True when any of the outcomes was made by a simulated model. */
  readonly simulated: boolean;
}

/** Weights of some rows of a table, one after the other. */
export function listRowWeights(
  { prompts }: Pick<OutcomeTable, 'prompts'>,
  rows: Int32Array,
): Float64Array {
  return Float64Array.from(rows, (row) => prompts[row]?.weight ?? 1);
}
