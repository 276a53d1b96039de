import type { Evaluation, FrontierResult } from '../../learn/evaluate/compute-evaluation.js';
import type { PairMetrics } from '../../learn/evaluate/diagnose/pair-metrics.js';
import { formatQuality, formatUsd, unknownMark } from './format-number.js';
import { formatTable } from './format-table.js';
import { plotPoints } from './plot-points.js';
import { print } from './print.js';

/** Prints what quality can be had for what cost: as a plot, a table and two areas. */
export function printFrontier({ frontier, models }: Evaluation): void {
  if (frontier === null) {
    print('No frontier: the costs are not known.');
    return;
  }
  print('Quality (up) by cost per request (right, logarithmic where no model is free):');
  print(plotFrontier(frontier, models));
  print('  o routing   + routing, on the frontier   x a single model');
  print();
  print(
    formatTable(
      [
        { title: 'on the frontier', align: 'left' },
        { title: 'cost/request' },
        { title: 'quality' },
      ],
      frontier.hull.map((point) => [
        nameModelAt(point, models) ?? 'routing',
        formatUsd(point.costUsd),
        formatQuality(point.quality),
      ]),
    ),
  );
  print(
    `  AIQ ${formatQuality(frontier.aiq)}; without looking at the prompt ("zero router") ${formatQuality(frontier.zeroRouterAiq)}`,
  );
}

/** Prints the metrics that exist for two models. */
export function printPair({ apgr, cpt50, cpt80 }: PairMetrics): void {
  const percent = (value: number): string =>
    Number.isNaN(value) ? unknownMark : `${value.toFixed(1)} %`;
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
