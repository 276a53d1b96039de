import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import type { FrontierResult } from '../../learn/evaluate/frontier-result.js';
import type { PairMetrics } from '../../learn/evaluate/diagnose/pair-metrics.js';
import {
  formatCostPerThousand,
  formatPercentTenths,
  formatQuality,
} from '../../util/format-number.js';
import { plotPoints } from './plot-points.js';
import { formatTable, print, printWrapped, textColumn } from './print.js';

/** Prints the frontier of quality and cost: as a plot, a table and two areas. */
export function printFrontier({ frontier, models }: Evaluation): void {
  if (frontier === null) {
    print(`No frontier: ${describeMissing(models)}.`);
    return;
  }
  printWrapped(
    'Quality (up) by cost per 1,000 requests (right, logarithmic unless a model is free):',
  );
  print(plotFrontier(frontier, models));
  print('  o routing   + routing, on the frontier   x a single model');
  print();
  print(
    formatTable(
      [textColumn('on the frontier'), 'cost per 1,000', 'quality'],
      frontier.hull.map((point) => [
        nameModelAt(point, models) ?? 'routing',
        formatCostPerThousand(point.costUsd),
        formatQuality(point.quality),
      ]),
    ),
  );
  printWrapped(
    `Average quality over the cost range (AIQ): ${formatQuality(frontier.aiq)}; ` +
      `with random mixes of models: ${formatQuality(frontier.zeroRouterAiq)}.`,
    2,
  );
}

/** Why costs span no frontier. */
function describeMissing(models: Evaluation['models']): string {
  const known = models.filter(({ costUsd }) => costUsd !== null);
  if (known.length === 0) return 'the costs are unknown';
  if (known.length < models.length) return 'the costs of some models are unknown';
  const areFree = known.every(({ costUsd }) => costUsd === 0);
  return areFree ? 'every model is free' : 'every model costs the same';
}

/** Prints the metrics that are defined for two models only. */
export function printPair({ apgr, cpt50, cpt80 }: PairMetrics): void {
  const percent = (value: number): string => formatPercentTenths(value / 100);
  print(
    `Two models: APGR ${formatQuality(apgr)}, CPT(50 %) ${percent(cpt50)}, CPT(80 %) ${percent(cpt80)}`,
  );
}

function plotFrontier({ points, hull }: FrontierResult, models: Evaluation['models']): string {
  const isOnHull = (point: FrontierResult['hull'][number]): boolean =>
    hull.some(({ costUsd, quality }) => costUsd === point.costUsd && quality === point.quality);
  return plotPoints([
    ...points.map((point) => ({
      x: point.costUsd,
      y: point.quality,
      mark: isOnHull(point) ? '+' : 'o',
    })),
    ...models.map(({ costUsd, quality }) => ({ x: costUsd ?? Number.NaN, y: quality, mark: 'x' })),
  ]);
}

function nameModelAt(
  point: FrontierResult['hull'][number],
  models: Evaluation['models'],
): string | undefined {
  return models.find(
    ({ costUsd, quality }) => costUsd === point.costUsd && quality === point.quality,
  )?.model;
}
