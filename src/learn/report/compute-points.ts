import type { StrategyResult } from '../evaluate/strategies/compare-strategies.js';
import type { PolicyEvaluation } from '../evaluate/compare/evaluate-policy.js';
import type { Delivery } from '../evaluate/delivery/compute-delivery.js';
import { findObjective, findStrategy } from '../evaluate/strategies/strategy-id.js';
import type { Point, PointKind, ReportedEvaluation } from './report.js';

/**
 * Points of the charts of quality by cost and by latency: every model, the strategies, and a policy
 * applied to the run.
 *
 * @param baseline the model in use now
 */
export function computePoints(
  evaluation: ReportedEvaluation,
  baseline: string,
  applied: PolicyEvaluation | null,
): Point[] {
  const models = evaluation.models
    .filter(({ quality }) => Number.isFinite(quality))
    .map(({ model, quality, costUsd, latencyMs, intervals }): Point => ({
      name: model,
      kind: model === baseline ? 'now' : 'model',
      quality,
      costUsd,
      latencyMs,
      intervals,
    }));
  const oracle = findStrategy(evaluation.strategies, { kind: 'oracle' });
  const strategies = evaluation.strategies
    .flatMap((strategy) => useDelivery(strategy, evaluation.delivery))
    // A single model that is the same in every fold is a point already.
    .filter(({ kind, shares }) => kind !== 'baseline' || shares.length !== 1)
    .map((strategy) => createPoint(strategy, findKind(strategy, oracle)));
  const policies = (applied?.strategies ?? [])
    .filter(({ kind }) => kind === 'routed')
    .map((strategy) => createPoint(strategy, 'policy'));
  return [...models, ...strategies, ...policies].filter(({ quality }) => Number.isFinite(quality));
}

/** A routed strategy with the figures of the policy file; without them, unchanged. */
function useDelivery(strategy: StrategyResult, delivery: Delivery | null): StrategyResult[] {
  const name = findObjective(strategy.name);
  const delivered = delivery?.objectives.find(({ objective }) => objective === name);
  if (delivered === undefined) return [strategy];
  // A file that uses one model for all prompts of an objective is that model's point.
  const isModel = delivered.model !== null && delivered.promptsBeyondModel === 0;
  return isModel ? [] : [{ ...strategy, ...delivered }];
}

function createPoint(strategy: StrategyResult, kind: PointKind): Point {
  const { quality, costUsd, latencyMs, intervals } = strategy;
  const name = findObjective(strategy.name) ?? strategy.name;
  return {
    name: kind === 'policy' ? `policy file: ${name}` : name,
    kind,
    quality,
    costUsd,
    latencyMs,
    intervals,
  };
}

function findKind(strategy: StrategyResult, oracle: StrategyResult | undefined): PointKind {
  if (strategy === oracle) return 'oracle';
  return strategy.kind === 'routed' ? 'objective' : strategy.kind;
}
