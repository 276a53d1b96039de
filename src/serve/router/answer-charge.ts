import { computeCharge } from '../../llm/cost.js';
import type { Price } from '../../llm/price.js';
import type { TokenUsage, Usage } from '../../llm/usage.js';

/** What a complete answer took. */
export interface AnswerCharge {
  /** Null if the provider reported no valid usage. */
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  /** Present if the cost rests on tokens or prices that are partly a guess, or may lack a part of the charge. */
  readonly costIsGuess?: true;
  /** Present if the provider reports a charge in a form that is not known; `costIsGuess` is there, too. */
  readonly hasUnreadCharge?: true;
}

/** The figures of a complete answer. */
export interface AnswerFigures extends AnswerCharge {
  /** As the provider spells it. */
  readonly finishReason: string | null;
  /** From the request to the end of the answer, without the time in which nobody read a stream. */
  readonly latencyMs: number;
  /** Present if a slow reader hid when the model was done, so that it may have taken longer. */
  readonly latencyIsGuess?: true;
  readonly ttftMs: number | null;
}

/** The charge of an answer at a price, for its tokens. */
export function readCharge(tokens: TokenUsage, price: Price | undefined): AnswerCharge {
  const { costUsd, isGuess } = computeCharge(tokens, price);
  return {
    usage: tokens.usage,
    costUsd,
    ...(isGuess ? { costIsGuess: true } : {}),
    ...(isGuess && tokens.hasUnreadCharge === true ? { hasUnreadCharge: true } : {}),
  };
}
