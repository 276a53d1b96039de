import { existsSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { describeTable, type DeliverySet } from './delivery/delivery-sets.js';
import {
  deliveredFigures,
  measureDelivery,
  type DeliveredFigure,
  type DeliveryCase,
} from './delivery/measure-delivery.js';
import { splitFresh } from './delivery/split-fresh.js';
import type { Finding } from './finding.js';

export interface DeliverySettings {
  /** Policies trained per set, with seeds from 1. */
  readonly seeds: number;
  /** Prompts to train each policy on. */
  readonly prompts: number;
  /** JSON Lines of finished cases: read before, appended to after each policy. */
  readonly casesFile?: string;
  readonly onPolicy?: (set: string, seed: number) => void;
}

/**
 * Trains policy files on small parts of large sets, and compares what each was said to deliver with
 * what it delivers on the other prompts.
 */
export async function checkDelivery(
  engine: TensorFlowEngine,
  sets: readonly DeliverySet[],
  { seeds, prompts, casesFile, onPolicy }: DeliverySettings,
): Promise<DeliveryCase[]> {
  const done = casesFile === undefined ? [] : readCases(casesFile);
  const cases: DeliveryCase[] = [];
  for (const { name: set, read } of sets) {
    const known = done.filter((item) => item.set === set && item.prompts === prompts);
    const missing = Array.from({ length: seeds }, (_, index) => index + 1).filter((seed) =>
      known.every((item) => item.seed !== seed),
    );
    cases.push(...known.filter(({ seed }) => seed <= seeds));
    if (missing.length === 0) continue;
    const table = await read();
    const { groups } = computeTrainingData(table);
    const info = describeTable(set, table);
    for (const seed of missing) {
      const split = splitFresh(table, groups, { prompts, seed });
      const measured = await measureDelivery(engine, split, { set, seed, prompts, info });
      cases.push(...measured);
      onPolicy?.(set, seed);
      if (casesFile === undefined) continue;
      await appendFile(casesFile, measured.map((item) => `${JSON.stringify(item)}\n`).join(''));
    }
  }
  return cases;
}

function readCases(file: string): DeliveryCase[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as DeliveryCase);
}

const figureNames: Readonly<Record<DeliveredFigure, string>> = {
  quality: 'quality',
  costUsd: 'cost',
  costSaved: 'cost saved',
  qualityDifference: 'difference from the baseline',
};

/** Of fewer files that route, one that misses would be too many. */
const minRoutedFiles = 10;

/** Shares of files that deliver what was printed for them, by objective; each has a bound. */
export function summarizeDelivery(cases: readonly DeliveryCase[]): Finding[] {
  return listNames(cases, 'objective').flatMap((objective) => {
    const own = cases.filter((item) => item.objective === objective);
    const routed = own.filter(({ routes }) => routes);
    const promised = own.filter(({ broken }) => broken !== null);
    return [
      ...summarizeFigures(`file delivers "${objective}"`, own, [0.9, 1]),
      ...summarizeFigures(
        '  where it routes',
        routed,
        routed.length < minRoutedFiles ? undefined : [0.9, 1],
      ),
      ...listNames(own, 'set').flatMap((set) =>
        summarizeFigures(
          `  on ${set}`,
          own.filter((item) => item.set === set),
        ),
      ),
      ...(promised.length === 0
        ? []
        : [
            {
              what: '  promise called shown, but broken',
              trials: promised.length,
              share: promised.filter(({ broken }) => broken).length / promised.length,
            },
          ]),
    ];
  });
}

function listNames(cases: readonly DeliveryCase[], key: 'objective' | 'set'): string[] {
  return [...new Set(cases.map((item) => item[key]))];
}

function summarizeFigures(
  what: string,
  cases: readonly DeliveryCase[],
  wanted?: Finding['wanted'],
): Finding[] {
  return deliveredFigures.flatMap((figure) => {
    const known = cases.filter(({ promised }) => promised[figure] !== null);
    if (known.length === 0) return [];
    const inside = known.filter((item) => isInside(item, figure)).length;
    return [
      {
        what: `${what}: ${figureNames[figure]}`,
        trials: known.length,
        share: inside / known.length,
        ...(wanted && { wanted }),
      },
    ];
  });
}

function isInside({ promised, fresh }: DeliveryCase, figure: DeliveredFigure): boolean {
  const interval = promised[figure];
  // The intervals of a constant saving of zero have no width, and sums are rounded.
  const tolerance = 1e-9;
  const value = fresh[figure];
  return (
    interval !== null && value >= interval.low - tolerance && value <= interval.high + tolerance
  );
}
