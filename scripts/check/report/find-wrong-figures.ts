import { parseHTML } from 'linkedom';
import type { DeliveredObjective } from '../../../src/learn/evaluate/delivery/compute-delivery.js';
import { findObjective, findStrategy } from '../../../src/learn/evaluate/strategies/strategy-id.js';
import type { Evaluation } from '../../../src/learn/evaluate/compute-evaluation.js';

/** A figure that a page must show, with its value in `evaluate --json`. */
interface Figure {
  readonly where: string;
  readonly shown: string | undefined;
  readonly value: number | null | undefined;
  /** Scale of the shown figure: 100 for percent, 1000 for the cost of 1,000 requests. */
  readonly factor: number;
}

export interface CheckedFigures {
  readonly checked: number;
  /** A line for each figure that is missing or differs from the evaluation. */
  readonly wrong: readonly string[];
}

/**
 * Reads the figures of a report's page back from its tables, and compares them with those of
 * `evaluate --json`: every model and strategy, every objective, every cell of the heat map and of
 * the shares. The page must be for a thousand requests, without a policy file.
 */
export function findWrongFigures(page: string, evaluation: Evaluation): CheckedFigures {
  const { document } = parseHTML(page);
  const figures = [
    ...listPoints(document, evaluation),
    ...listObjectives(document, evaluation),
    ...listCells(document, evaluation),
    ...listShares(document, evaluation),
  ];
  const wrong = figures.filter((figure) => !isRight(figure));
  return {
    checked: figures.length,
    wrong: wrong.map(({ where, shown, value }) => `${where}: shows ${shown}, should show ${value}`),
  };
}

/** A figure is right if it is the value, rounded to the digits that are shown. */
function isRight({ shown, value, factor }: Figure): boolean {
  if (shown === undefined) return false;
  const digits = /−?[\d,]*\.?\d+/.exec(shown)?.[0];
  if (value === null || value === undefined) return digits === undefined;
  if (digits === undefined) return false;
  const decimals = digits.split('.')[1]?.length ?? 0;
  const read = Number(digits.replaceAll(',', '').replace('−', '-'));
  // Trailing zeros of three significant digits are not shown.
  const tolerance = 0.5 * 10 ** -decimals + Math.abs(read) * 0.000_01;
  const rounded = Math.abs(read - value * factor) <= tolerance;
  const byDigits = Number((value * factor).toPrecision(3)) === read;
  return rounded || byDigits;
}

/** The rows of the table with this caption: texts of the cells without their intervals. */
function readRows(document: Document, caption: string): Map<string, string[]> {
  const table = [...document.querySelectorAll('table')].find((one) =>
    one.querySelector('caption')?.textContent?.trim().startsWith(caption),
  );
  const rows = [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => {
    for (const range of row.querySelectorAll('.range')) range.remove();
    const title = row.querySelector('th strong, th .name') ?? row.querySelector('th');
    const head = title?.textContent?.trim() ?? '';
    const cells = [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? '');
    return [head, cells] as const;
  });
  return new Map(rows);
}

function listPoints(document: Document, { models, strategies, delivery }: Evaluation): Figure[] {
  const rows = readRows(document, 'Quality, cost and latency of every model and strategy');
  const points = [
    ...models.map((model) => ({ ...model, name: model.model })),
    ...strategies
      .filter(({ kind, shares }) => kind !== 'baseline' || shares.length !== 1)
      .map((strategy) => ({ ...strategy, name: findObjective(strategy.name) ?? strategy.name }))
      .map((strategy) => ({ ...strategy, ...findDelivered(delivery, strategy.name) }))
      // One model for an objective is a point already.
      .filter((strategy) => !('model' in strategy) || strategy.model === null),
  ];
  return points.flatMap(({ name, quality, costUsd, latencyMs }) => {
    const [, shownQuality, shownCost, shownLatency] = rows.get(name) ?? [];
    const inSeconds = shownLatency !== undefined && !shownLatency.endsWith('ms');
    return [
      { where: `${name}, quality`, shown: shownQuality, value: quality, factor: 100 },
      { where: `${name}, cost`, shown: shownCost, value: costUsd, factor: 1000 },
      {
        where: `${name}, latency`,
        shown: shownLatency,
        value: latencyMs,
        factor: inSeconds ? 0.001 : 1,
      },
    ];
  });
}

function listObjectives(
  document: Document,
  { objectives, strategies, models, delivery }: Evaluation,
): Figure[] {
  const rows = readRows(document, 'Results by objective');
  return objectives.flatMap(({ name: objective, constantModel }) => {
    const found =
      constantModel === undefined
        ? (findDelivered(delivery, objective) ??
          findStrategy(strategies, { kind: 'routed', objective }))
        : models.find(({ model }) => model === constantModel);
    const [, cost, saved, quality, difference] = rows.get(objective) ?? [];
    const figure = (what: string, shown?: string, value?: number | null, factor = 100): Figure => ({
      where: `objective ${objective}, ${what}`,
      shown,
      value,
      factor,
    });
    return [
      figure('cost', cost, found?.costUsd, 1000),
      figure('saved', saved, found?.costSaved?.mean),
      figure('quality', quality, found?.quality),
      figure('difference', difference, found?.qualityDifference?.mean),
    ];
  });
}

function findDelivered(
  delivery: Evaluation['delivery'],
  name: string,
): DeliveredObjective | undefined {
  return delivery?.objectives.find(({ objective }) => objective === name);
}

function listCells(document: Document, { slices, models }: Evaluation): Figure[] {
  const order = models.map(({ model }) => model);
  const measures = [
    ['Quality, %', 'quality', 100],
    ['Cost per 1,000', 'costUsd', 1000],
    ['Mean latency', 'latencyMs', 1],
  ] as const;
  return measures.flatMap(([caption, measure, factor]) => {
    const rows = readRows(document, caption);
    const isKnown = slices.tasks.some((slice) => slice.models.some((one) => one[measure] !== null));
    if (!isKnown) return [];
    return slices.tasks.flatMap((slice) =>
      order.map((name, index): Figure => {
        const shown = rows.get(slice.name ?? 'no label')?.[index];
        const inSeconds = measure === 'latencyMs' && shown !== undefined && !shown.endsWith('ms');
        return {
          where: `${slice.name}, ${name}, ${measure}`,
          shown,
          value: slice.models.find((one) => one.name === name)?.[measure],
          factor: inSeconds ? factor / 1000 : factor,
        };
      }),
    );
  });
}

function listShares(document: Document, { strategies }: Evaluation): Figure[] {
  const rows = readRows(document, 'Share of prompts by model and objective');
  const routed = strategies.filter(({ kind }) => kind === 'routed');
  return routed.flatMap(({ name, shares }, index) =>
    shares.map(({ model, share }) => ({
      where: `share of ${model}, ${name}`,
      shown: rows.get(model)?.[index],
      value: share,
      factor: 100,
    })),
  );
}
