import type { AnswerCharge } from '../router/answer-charge.js';

/** What calls took, and what was paid for it. */
export interface PaidFigures {
  /** Null where it is not known of one of the calls. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
  /** Whether the cost rests on tokens or prices that are partly a guess, or may lack a part of the charge. */
  readonly costIsGuess: boolean;
}

/** Of a call that may have been charged, which nothing tells. */
export const unknownFigures: PaidFigures = {
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  costIsGuess: false,
};

export function readFigures({ usage, costUsd, costIsGuess }: AnswerCharge): PaidFigures {
  const { inputTokens = null, outputTokens = null } = usage ?? {};
  return { inputTokens, outputTokens, costUsd, costIsGuess: costIsGuess === true };
}

/** @param sum of the calls before; undefined if there are none */
export function addFigures(sum: PaidFigures | undefined, more: PaidFigures): PaidFigures {
  if (sum === undefined) return more;
  const costUsd = addKnown(sum.costUsd, more.costUsd);
  return {
    inputTokens: addKnown(sum.inputTokens, more.inputTokens),
    outputTokens: addKnown(sum.outputTokens, more.outputTokens),
    costUsd,
    costIsGuess: costUsd !== null && (sum.costIsGuess || more.costIsGuess),
  };
}

function addKnown(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
