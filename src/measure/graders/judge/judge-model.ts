import type { ChatMessage } from '../../../llm/chat.js';

/** What shapes a judge's verdict besides the task and the answer; part of the grade key. */
export interface JudgeIdentity {
  /** The judge's id, its name at the provider, and a digest of address and parameters. */
  readonly model: string;
  /** The version of the prompts it is asked with. */
  readonly promptVersion: number;
}

/** Which model judged, kept with the grade. */
export interface JudgeRecord extends JudgeIdentity {
  /** The known charges of its calls; null where none is known. Never part of the candidate's cost. */
  readonly costUsd: number | null;
  readonly calls: number;
  /**
   * Calls whose charge is partly an estimate, as `costIsGuess` of a ledger line. Absent if there is
   * none, and in lines of earlier versions.
   */
  readonly guessed?: number;
  /**
   * Attempts that may have been charged without a known charge, such as those that timed out.
   * Absent if there is none, and in lines of earlier versions.
   */
  readonly unpriced?: number;
  /** Upper bound, in USD, of what these may have cost. Absent if there is none, or no upper bound. */
  readonly possibleCostUsd?: number;
  /**
   * Made up whenever the judge is asked for a grade, and kept by copies of the line, so that costs
   * count once. Absent in lines of earlier versions.
   */
  readonly id?: string;
}

/** Attempts of one request without a known charge, as in `JudgeRecord`. */
interface UnknownCharges {
  readonly unpriced?: number;
  readonly possibleCostUsd?: number;
}

/** A judge's reply to one request. */
export type JudgeReply = UnknownCharges &
  (
    | {
        readonly kind: 'reply';
        readonly text: string;
        readonly costUsd: number | null;
        /** The cost is partly an estimate. */
        readonly costIsGuess?: true;
      }
    | { readonly kind: 'failed'; readonly reason: string }
  );

/** What a judge's calls are paid from. */
export interface JudgeBudget {
  /** False where nothing limits it. */
  readonly isLimited: boolean;
  /**
   * Reserves the worst case of a call, in USD, waiting for calls in flight where it has to.
   *
   * @param worstUsd what prices and token limits allow
   * @returns undefined if it does not fit
   */
  reserve(worstUsd: number): Promise<JudgeReservation | undefined>;
}

/** What is reserved for a call of a judge. */
export interface JudgeReservation {
  /** Worst case in USD; more than prices and token limits allow where earlier calls cost more. */
  readonly worstUsd: number;
  /** Replaces it with the call's charge; null if that is unknown. */
  settle(chargedUsd: number | null): void;
}

/**
 * Notes a judge's attempt before it is sent.
 *
 * @param worstUsd its worst case in USD
 * @param unpriced earlier attempts without a known charge
 */
export type NoteJudgeCall = (worstUsd: number, unpriced: number) => void;

/** A model that grades. */
export interface Judge {
  readonly model: string;
  /**
   * Rejects only if `onCall` throws.
   *
   * @param onCall called before each attempt is sent
   */
  ask(messages: readonly ChatMessage[], onCall?: NoteJudgeCall): Promise<JudgeReply>;
  /** Notes whether a reply was one of the verdicts offered. Absent where replies cost nothing. */
  noteVerdict?(isReadable: boolean): void;
  /**
   * The same judge, which calls no more than a budget allows. Absent where calls cost nothing.
   *
   * @throws RoutesmithError `invalid_pool` if nothing limits what a call may cost
   */
  payFrom?(budget: JudgeBudget): Judge;
}
