import type { PromptWithMembers } from '../../llm/chat.js';

/** One prompt of an outcome table. */
export interface PromptRecord {
  readonly id: string;
  readonly prompt: PromptWithMembers;
  /** The task label, if known. */
  readonly task: string | undefined;
  /**
   * Prompts with the same group key must not be split between training and held-out data. If the
   * source has none, near-duplicates are grouped later.
   */
  readonly group: string | undefined;
  /**
   * How many prompts it represents; positive. A prompt of weight 3 counts as three prompts of one
   * group in all means, fits, intervals and verdicts; numbers of prompts, idf and folds do not mind
   * it. @default 1
   */
  readonly weight?: number;
  /**
   * Present where an adaptive sweep drew the prompt for the verdict before it saw any outcome. Only
   * there; see `listUniformRows`.
   */
  readonly heldOut?: true;
}

/** The sources of a table's costs, the most reliable first. */
export const costBases = ['recorded', 'tokens', 'assumed_tokens', 'none'] as const;
/** The source of a table's costs; `none` means that every cost is missing. */
export type CostBasis = (typeof costBases)[number];

/** The columns of an outcome table and their names in files. A name in seconds is also read. */
export const outcomeColumns = [
  { name: 'quality', member: 'quality' },
  { name: 'costUsd', member: 'cost_usd' },
  { name: 'latencyMs', member: 'latency_ms', secondsMember: 'latency_s' },
  { name: 'ttftMs', member: 'ttft_ms', secondsMember: 'ttft_s' },
  { name: 'inputTokens', member: 'input_tokens' },
  { name: 'outputTokens', member: 'output_tokens' },
] as const satisfies readonly {
  readonly name: string;
  readonly member: string;
  readonly secondsMember?: string;
}[];

/** The name of a column of the table. */
export type OutcomeColumn = (typeof outcomeColumns)[number]['name'];

/** One outcome of one model on one prompt. Quality is in [0, 1]; undefined values are missing. */
export type OutcomeValues = { readonly quality: number } & {
  readonly [Name in Exclude<OutcomeColumn, 'quality'>]?: number | undefined;
};

/**
 * Prompts x models, columnar. Each matrix is row-major (`row * models.length + column`); missing
 * cells are NaN. Repeats of a cell are averaged.
 */
export interface OutcomeTable extends Readonly<Record<OutcomeColumn, Float32Array>> {
  readonly models: readonly string[];
  readonly prompts: readonly PromptRecord[];
  readonly costBasis: CostBasis;
  /** True if any of the outcomes is from a simulated model. */
  readonly simulated: boolean;
  /** Present where outcomes decided which cells were bought; see `listUniformRows`. */
  readonly design?: 'adaptive';
  /** Present where the weights of the prompts make every task count equally. */
  readonly balance?: 'task';
}

/** The weights of some rows of a table, in the order of the rows. */
export function listRowWeights(
  { prompts }: Pick<OutcomeTable, 'prompts'>,
  rows: Int32Array,
): Float64Array {
  return Float64Array.from(rows, (row) => prompts[row]?.weight ?? 1);
}
