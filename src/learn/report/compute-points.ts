import type { StrategyResult } from '../evaluate/verdict/compute-evaluation.js';
import type { PolicyEvaluation } from '../evaluate/verdict/evaluate-policy.js';
import type { Point, PointKind, ReportedEvaluation } from './report.js';

/**
 * All that the charts of quality by cost and by latency show: every model, the strategies, and a
 * policy that was applied to the run.
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
  const strategies = evaluation.strategies
    // Single models are points already, where the same one was taken in every fold.
    .filter(({ kind, shares }) => kind !== 'baseline' || shares.length !== 1)
    .map((strategy) => createPoint(strategy, findKind(strategy)));
  const policies = (applied?.strategies ?? [])
    .filter(({ kind }) => kind === 'routed')
    .map((strategy) => createPoint(strategy, 'policy'));
  return [...models, ...strategies, ...policies].filter(({ quality }) => Number.isFinite(quality));
}

function createPoint(strategy: StrategyResult, kind: PointKind): Point {
  const { name, quality, costUsd, latencyMs, intervals } = strategy;
  const shown = name.replace(/^routed: /, '');
  return {
    name: kind === 'policy' ? `policy file: ${shown}` : shown,
    kind,
    quality,
    costUsd,
    latencyMs,
    intervals,
  };
}

function findKind({ kind, name }: StrategyResult): PointKind {
  if (kind === 'routed') return 'objective';
  if (name === 'oracle') return 'oracle';
  return kind;
}
