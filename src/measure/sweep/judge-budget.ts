import type { JudgeBudget } from '../graders/judge-model.js';
import type { GradingTools } from '../graders/grade.js';
import type { Budget } from './budget.js';

/**
 * The tools with a judge that is paid from a run's budget.
 *
 * @param onReached called whenever a call of the judge does not fit: its answer stays ungraded
 * @throws RoutesmithError `invalid_pool` if the budget is limited, and nothing limits a call's cost
 */
export function payJudge(
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
