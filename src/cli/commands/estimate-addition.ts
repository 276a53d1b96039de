import { AddedSource, type AddedSettings } from '../../learn/adaptive/added/added-source.js';
import type { PoolModel } from '../../measure/models/model.js';
import { SourceOrder } from '../../measure/sweep/cell-source.js';
import { expectCell, priceCell } from '../../measure/sweep/expect-cell.js';
import {
  createJudgeProbe,
  JudgeEstimator,
  listJudgeRequests,
  type JudgeEstimate,
} from '../../measure/sweep/judge-estimate.js';
import { readSettledCells } from '../../measure/sweep/open-sweep-records.js';
import { planSweep, type Cell } from '../../measure/sweep/plan-sweep.js';
import { readPlanSettings, type SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SettledCells } from '../../measure/sweep/settled-cells.js';
import {
  computeTokenBounds,
  computeWorstCaseCostUsd,
} from '../../measure/sweep/worst-case-cost.js';

/** What adding a model is still going to call and cost, before the next call. */
export interface AdditionEstimate {
  readonly model: string;
  /** Share of the prompts that are not held out that is asked in all; it may be more than `--share`. */
  readonly share: number;
  /** Whether it is, because at least two prompts of each task are asked. */
  readonly isShareRaised: boolean;
  /** Whether it is, because an earlier sweep asked for more, whose answers count. */
  readonly isShareKept: boolean;
  readonly learningCalls: number;
  /** Answers of earlier sweeps that it goes on with. */
  readonly settledCalls: number;
  /** Calls on held-out prompts, if the model is of use. */
  readonly heldOutCalls: number;
  readonly learningUsd: number;
  readonly heldOutUsd: number;
  /** Of all of them, whichever prompts are chosen to learn from; null without a limit. */
  readonly worstCaseUsd: number | null;
  /** What judging their answers would cost, which is in no other member; null without a judge. */
  readonly judge: Pick<JudgeEstimate, 'calls' | 'expectedUsd' | 'worstCaseUsd'> | null;
}

/** What calls cost, in USD, and how many they are. */
interface Cost {
  readonly calls: number;
  readonly expectedUsd: number;
  /** Infinite if nothing limits it. */
  readonly worstUsd: number;
}

const nothing: Cost = { calls: 0, expectedUsd: 0, worstUsd: 0 };

/** A call, and the judge's calls about its answer. */
interface CellCost {
  readonly call: Cost;
  readonly judging: Cost;
}

/**
 * Estimates the calls that adding a model still takes. Its source is asked with what earlier
 * sweeps have settled: what it wants next is certain, and which prompts it learns from after that is
 * not, so that the most expensive ones count in the worst case.
 */
export async function estimateAddition(
  settings: SweepSettings,
  added: AddedSettings,
  {
    model,
    judge,
    isShareKept = false,
  }: {
    readonly model: string;
    readonly judge: PoolModel | undefined;
    readonly isShareKept?: boolean;
  },
): Promise<AdditionEstimate> {
  const plan = planSweep(readPlanSettings(settings));
  const tools = judge === undefined ? {} : { judge: createJudgeProbe(judge).judge };
  const settled = await readSettledCells(settings.runDirectory, plan, tools);
  const priceJudging = judge && (await createJudgePricer(judge, settings.taskSet.examples));
  const price = (number: number): CellCost => {
    const cell = plan.buildCell(number);
    return { call: priceCall(cell, settled), judging: priceJudging?.(cell, settled) ?? nothing };
  };

  const source = new AddedSource(plan, added);
  const handedOut = new Set<number>();
  const order = new SourceOrder(source, settled, (number) => handedOut.add(number));
  const next = order.takePlaces().map((place) => order.numberAt(place));
  const heldOut = new Set(source.buyer.heldOut);
  const hasEnded = source.ending !== undefined;
  const pending = Array.from({ length: plan.cellCount }, (_, number) => number).filter(
    (number) => !settled.isSettled(number),
  );
  const tests = hasEnded ? [] : pending.filter((number) => heldOut.has(number));
  const certain = next.filter((number) => !heldOut.has(number)).map(price);
  const others = pending.filter((number) => !heldOut.has(number) && !handedOut.has(number));
  const learning = [...handedOut].filter((number) => !heldOut.has(number));
  const left = hasEnded ? 0 : source.buyer.learningCells - learning.length;
  const chosen = Math.min(Math.max(0, left), others.length);

  const prices = { tests: tests.map(price), certain, others: others.map(price) };
  const sum = (read: (cost: CellCost) => Cost) => ({
    learning: addUp([...prices.certain.map(read), chooseSome(prices.others.map(read), chosen)]),
    heldOut: addUp(prices.tests.map(read)),
  });
  const calls = sum(({ call }) => call);
  const judging = sum((cost) => cost.judging);
  const regrading = [...settled.outdated]
    .filter(([, line]) => !line.hasCurrentGrade && !line.isUseless)
    .map(([number]) => price(number).judging);
  const ofJudge = addUp([judging.learning, judging.heldOut, ...regrading]);
  return {
    model,
    share: source.buyer.learningShare,
    isShareRaised: source.buyer.isShareRaised,
    isShareKept,
    learningCalls: Math.round(calls.learning.calls),
    settledCalls: [...handedOut].filter((number) => settled.isSettled(number)).length,
    heldOutCalls: calls.heldOut.calls,
    learningUsd: calls.learning.expectedUsd,
    heldOutUsd: calls.heldOut.expectedUsd,
    worstCaseUsd: toLimit(calls.learning.worstUsd + calls.heldOut.worstUsd),
    judge:
      judge === undefined
        ? null
        : {
            calls: Math.round(ofJudge.calls),
            expectedUsd: ofJudge.expectedUsd,
            worstCaseUsd: toLimit(ofJudge.worstUsd),
          },
  };
}

function priceCall({ model, example: { prompt } }: Cell, { measured }: SettledCells): Cost {
  const expected = expectCell(measured.get(model.id), prompt, computeTokenBounds(model, prompt));
  const worstUsd = computeWorstCaseCostUsd(model, prompt);
  return { calls: 1, expectedUsd: priceCell(expected, model), worstUsd };
}

/** What judging the answer of a cell costs. */
async function createJudgePricer(
  judge: PoolModel,
  examples: SweepSettings['taskSet']['examples'],
): Promise<(cell: Cell, settled: SettledCells) => Cost> {
  const requestsOf = await listJudgeRequests(examples, judge);
  return ({ model, example }, { measured }) => {
    const bounds = computeTokenBounds(model, example.prompt);
    const { outputTokens } = expectCell(measured.get(model.id), example.prompt, bounds);
    const estimator = new JudgeEstimator(judge);
    for (const request of requestsOf.get(example) ?? []) {
      estimator.add(request, { expected: outputTokens, worstCase: bounds.outputTokens });
    }
    const { calls, expectedUsd, worstCaseUsd } = estimator.estimate();
    return { calls, expectedUsd, worstUsd: worstCaseUsd ?? Infinity };
  };
}

/** Some of the costs, not known which: their mean is expected, and the largest are the worst case. */
function chooseSome(costs: readonly Cost[], count: number): Cost {
  const all = addUp(costs);
  const share = count / Math.max(1, costs.length);
  const worst = costs.map(({ worstUsd }) => worstUsd).sort((a, b) => b - a);
  return {
    calls: all.calls * share,
    expectedUsd: all.expectedUsd * share,
    worstUsd: worst.slice(0, count).reduce((sum, usd) => sum + usd, 0),
  };
}

function addUp(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      calls: sum.calls + cost.calls,
      expectedUsd: sum.expectedUsd + cost.expectedUsd,
      worstUsd: sum.worstUsd + cost.worstUsd,
    }),
    nothing,
  );
}

function toLimit(worstUsd: number): number | null {
  return Number.isFinite(worstUsd) ? worstUsd : null;
}
