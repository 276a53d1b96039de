import type { JudgeBudget } from '../graders/judge-model.js';
import type { GradingTools } from '../graders/grade.js';
import type { Budget } from './budget.js';

/**
 * The tools with a judge that is paid from a run's budget.
 *
 * @param onReached called whenever a call of the judge does not fit: its answer stays ungraded
 * @throws RoutesmithError `invalid_pool` if the budget is limited, and nothing limits a call's cost
 */
function payJudge(
  tools: GradingTools,
  budget: Budget,
  onReached: (nextUsd: number) => void,
): GradingTools {
  if (tools.judge?.payFrom === undefined) return tools;
  return { ...tools, judge: tools.judge.payFrom(createJudgeBudget(budget, onReached)) };
}

function createJudgeBudget(budget: Budget, onReached: (nextUsd: number) => void): JudgeBudget {
  return {
    isLimited: budget.limitUsd < Infinity,
    async reserve(worstUsd) {
      const reservation = await budget.reserveNext(worstUsd);
      if (reservation === undefined) {
        onReached(worstUsd);
        return undefined;
      }
      return (chargedUsd) => {
        if (chargedUsd === null) budget.keep(reservation);
        else budget.settleJudge(reservation, chargedUsd);
      };
    },
  };
}

/** The tools of a run whose judge is paid from its budget, and the answers that the budget did not cover. */
export class PaidTools {
  /** For answers that are not asked about again. */
  readonly tools: GradingTools;
  readonly #given: GradingTools;
  readonly #budget: Budget;
  readonly #onReached: (nextUsd: number) => void;
  /** Keys of the cells whose answers it did not cover. */
  readonly #refused = new Set<string>();
  #otherRefusals = 0;
  #isTold = false;

  /** @param onReached called for the first answer that is not covered, and after each `forget` */
  constructor(given: GradingTools, budget: Budget, onReached: (nextUsd: number) => void) {
    this.#given = given;
    this.#budget = budget;
    this.#onReached = onReached;
    this.tools = payJudge(given, budget, (nextUsd) => {
      this.#otherRefusals += 1;
      this.#tell(nextUsd);
    });
  }

  /** The tools for the answer of one cell, which is remembered where the budget does not cover it. */
  forCell(cellKey: string): GradingTools {
    return payJudge(this.#given, this.#budget, (nextUsd) => {
      this.#refused.add(cellKey);
      this.#tell(nextUsd);
    });
  }

  /** Whether the answer of a cell was not covered. */
  isRefused(cellKey: string): boolean {
    return this.#refused.has(cellKey);
  }

  /** Answers that are ungraded, because a call of the judge did not fit into the budget. */
  get refusals(): number {
    return this.#refused.size + this.#otherRefusals;
  }

  /** Forgets that an answer was not covered: the judge is asked again. */
  forget(cellKey: string): void {
    this.#refused.delete(cellKey);
    this.#isTold = false;
  }

  #tell(nextUsd: number): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#onReached(nextUsd);
  }
}
