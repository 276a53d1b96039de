import type { JudgeBudget, JudgeReservation } from '../graders/judge/judge-model.js';
import type { GradingTools } from '../graders/grade.js';
import type { Budget } from './budget.js';
import { computeSurcharge, raiseWorstUsd, type Surcharge } from './call-charges.js';
import type { JudgeOvercharged } from './sweep-event.js';

/** By how much the charges of a judge exceed what its prices and limits allow. */
class JudgeCharges {
  readonly #model: string;
  readonly #onOvercharged: (event: JudgeOvercharged) => void;
  #surcharge: Surcharge | undefined;

  constructor(model: string, onOvercharged: (event: JudgeOvercharged) => void) {
    this.#model = model;
    this.#onOvercharged = onOvercharged;
  }

  /** The worst case of its next call, in USD. @param worstUsd what prices and limits allow */
  raise(worstUsd: number): number {
    return raiseWorstUsd(worstUsd, this.#surcharge);
  }

  /** Notes a charge, which may exceed what prices and limits allow. */
  note(worstUsd: number, chargedUsd: number): void {
    const surcharge = computeSurcharge(worstUsd, chargedUsd, this.#surcharge);
    if (surcharge === undefined) return;
    this.#surcharge = surcharge;
    const isJudge = true;
    const call = { model: this.#model, chargedUsd, worstCaseUsd: worstUsd };
    this.#onOvercharged({ kind: 'overcharged', isJudge, ...call });
  }
}

/** The tools with a judge of which it is told when a call costs more than its worst case. */
export function watchJudge(
  tools: GradingTools,
  onOvercharged: (event: JudgeOvercharged) => void,
): GradingTools {
  if (tools.judge === undefined) return tools;
  const charges = new JudgeCharges(tools.judge.model, onOvercharged);
  return payJudge(tools, {
    isLimited: false,
    reserve: async (worstUsd) => ({
      worstUsd,
      settle: (chargedUsd) => chargedUsd !== null && charges.note(worstUsd, chargedUsd),
    }),
  });
}

/** @throws RoutesmithError `invalid_pool` if the budget is limited, and nothing limits a call's cost */
function payJudge(tools: GradingTools, budget: JudgeBudget): GradingTools {
  if (tools.judge?.payFrom === undefined) return tools;
  return { ...tools, judge: tools.judge.payFrom(budget) };
}

/** @param onReached called whenever a call of the judge does not fit: its answer stays ungraded */
function createJudgeBudget(
  budget: Budget,
  charges: JudgeCharges,
  onReached: (nextUsd: number) => void,
): JudgeBudget {
  return {
    isLimited: budget.limitUsd < Infinity,
    async reserve(listedUsd): Promise<JudgeReservation | undefined> {
      for (;;) {
        const worstUsd = charges.raise(listedUsd);
        const reservation = await budget.reserveNext(worstUsd);
        if (reservation === undefined) {
          onReached(worstUsd);
          return undefined;
        }
        // Another call may have shown, while this one waited, that more is charged.
        if (charges.raise(listedUsd) > worstUsd) {
          budget.settleJudge(reservation, 0);
          continue;
        }
        return {
          worstUsd,
          settle(chargedUsd) {
            if (chargedUsd === null) {
              budget.keep(reservation);
              return;
            }
            budget.settleJudge(reservation, chargedUsd);
            charges.note(listedUsd, chargedUsd);
          },
        };
      }
    },
  };
}

/** The tools of a run whose judge is paid from its budget, and the answers that the budget did not cover. */
export class PaidTools {
  /** For answers that are not asked about again. */
  readonly tools: GradingTools;
  readonly #given: GradingTools;
  readonly #budget: Budget;
  readonly #charges: JudgeCharges;
  readonly #onReached: (nextUsd: number) => void;
  /** Keys of the cells whose answers it did not cover. */
  readonly #refused = new Set<string>();
  #otherRefusals = 0;
  #leastRefusedUsd = Infinity;
  #isTold = false;

  constructor(
    given: GradingTools,
    budget: Budget,
    events: {
      /** Called for the first answer that is not covered, also after `beginAgain`. */
      readonly onReached: (nextUsd: number) => void;
      /** Called for a call that costs more than its worst case. */
      readonly onOvercharged: (event: JudgeOvercharged) => void;
    },
  ) {
    this.#given = given;
    this.#budget = budget;
    this.#charges = new JudgeCharges(given.judge?.model ?? '', events.onOvercharged);
    this.#onReached = events.onReached;
    this.tools = this.#pay(() => {
      this.#otherRefusals += 1;
    });
  }

  /** The tools for the answer of one cell, which is remembered where the budget does not cover it. */
  forCell(cellKey: string): GradingTools {
    return this.#pay(() => this.#refused.add(cellKey));
  }

  /** Whether the answer of a cell was not covered. */
  isRefused(cellKey: string): boolean {
    return this.#refused.has(cellKey);
  }

  /** Answers that are ungraded, because a call of the judge did not fit into the budget. */
  get refusals(): number {
    return this.#refused.size + this.#otherRefusals;
  }

  /** The least worst case of a call that did not fit, since answers were last asked about again. */
  get leastRefusedUsd(): number {
    return this.#leastRefusedUsd;
  }

  /** Answers are asked about again, and it is told again if one is not covered. */
  beginAgain(): void {
    this.#isTold = false;
    this.#leastRefusedUsd = Infinity;
  }

  /** Forgets that an answer was not covered: the judge is asked again. */
  forget(cellKey: string): void {
    this.#refused.delete(cellKey);
  }

  #pay(noteRefusal: () => void): GradingTools {
    const onReached = (nextUsd: number): void => {
      noteRefusal();
      this.#leastRefusedUsd = Math.min(this.#leastRefusedUsd, nextUsd);
      if (this.#isTold) return;
      this.#isTold = true;
      this.#onReached(nextUsd);
    };
    return payJudge(this.#given, createJudgeBudget(this.#budget, this.#charges, onReached));
  }
}
