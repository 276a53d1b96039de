import { sum } from 'simple-statistics';
import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { nullIfUnknown } from '../../../util/json.js';
import { valueAt, viewMatrix } from '../../../util/numeric-arrays.js';
import { computeGroupedMean, indexGroups } from '../statistics/grouped-mean.js';
import { listHeldOutRows, type HeldOut } from '../verdict/held-out.js';

/** Cells of about equal estimates, with their mean estimate and mean outcome. */
export interface ReliabilityBin {
  readonly cells: number;
  /** Both in [0, 1]; if the estimates are right, they differ by chance only. */
  readonly meanEstimate: number;
  readonly meanObserved: number;
}

/** How reliable estimated qualities are. Everything but the counts is null without cells. */
export interface Reliability {
  /** Pairs of held-out prompt and model with both an estimate and an outcome. */
  readonly cells: number;
  readonly meanEstimate: number | null;
  readonly meanObserved: number | null;
  /** Mean squared difference of estimate and outcome: 0 is perfect, lower is better. */
  readonly brierScore: number | null;
  /** Expected calibration error: the bins' mean distance of estimate and outcome, by cells. */
  readonly expectedCalibrationError: number | null;
  /**
   * The error that chance alone would cause if every estimate were right: only an error well above
   * this is evidence of bad calibration. Outcomes of several models on a prompt, and those of a group of
   * prompts, are not independent. Null where a bin has cells of fewer than two groups.
   */
  readonly errorByChance: number | null;
  /** By rising estimate. */
  readonly bins: readonly ReliabilityBin[];
}

export interface Calibration {
  /** The cells of all models together. */
  readonly overall: Reliability;
  /** In the order of the table. */
  readonly models: readonly (Reliability & { readonly model: string })[];
}

interface Cell {
  readonly estimate: number;
  readonly observed: number;
  /** How many cells it stands for. @default 1 */
  readonly weight?: number;
  /** Cells of equal groups are not independent. @default a group of its own for every cell */
  readonly group?: number;
}

const binCount = 10;

/** Computes how well the estimated qualities of held-out prompts agree with the recorded ones. */
export function computeCalibration({
  table,
  estimates,
  folds,
  groups,
}: CalibrationInput): Calibration {
  const rows = listHeldOutRows({ folds });
  const weights = listRowWeights(table, rows);
  const estimated = viewMatrix(estimates.quality, table.models.length);
  const recorded = viewMatrix(table.quality, table.models.length);
  const cellsOfModels = table.models.map((model, column) => ({
    model,
    cells: collectCells(rows, (row, index) => ({
      weight: valueAt(weights, index),
      group: valueAt(groups, row),
      estimate: estimated.at(row, column),
      observed: recorded.at(row, column),
    })),
  }));
  return {
    overall: computeReliability(cellsOfModels.flatMap(({ cells }) => cells)),
    models: cellsOfModels.map(({ model, cells }) => ({ model, ...computeReliability(cells) })),
  };
}

type CalibrationInput = Pick<HeldOut, 'table' | 'folds' | 'groups'> & {
  readonly estimates: Pick<HeldOut['estimates'], 'quality'>;
};

/**
 * Computes reliability from cells in any order. The expected calibration error is that of Naeini,
 * Cooper and Hauskrecht ("Obtaining well calibrated probabilities using Bayesian binning", AAAI
 * 2015): cells sorted by their estimate and cut into ten bins, here of equal count; with the bins'
 * distances weighted by their cells, as in Guo et al. ("On calibration of modern neural networks",
 * ICML 2017, equation 3), who cut into bins of equal width. Both papers score right and wrong
 * answers; here an outcome counts with its grade, so that a bin's mean is what the estimate should
 * be. A cell of weight 3 counts as three cells, but for the error by chance, which is of groups.
 *
 * @param cells estimate and outcome, both in [0, 1]
 */
export function computeReliability(cells: readonly Cell[]): Reliability {
  if (cells.length === 0) {
    return {
      cells: 0,
      meanEstimate: null,
      meanObserved: null,
      brierScore: null,
      expectedCalibrationError: null,
      errorByChance: null,
      bins: [],
    };
  }
  const sorted = [...cells].sort((a, b) => a.estimate - b.estimate || a.observed - b.observed);
  const bins = cutIntoBins(sorted);
  const totalWeight = sumWeights(sorted);
  const weigh = (measure: (bin: readonly Cell[]) => number): number =>
    bins.reduce((total, bin) => total + (sumWeights(bin) / totalWeight) * measure(bin), 0);
  return {
    ...describeBin(sorted),
    brierScore: average(sorted, (cell) => computeError(cell) ** 2),
    expectedCalibrationError: weigh((bin) => Math.abs(average(bin, computeError))),
    errorByChance: nullIfUnknown(weigh(estimateChance)),
    bins: bins.map(describeBin),
  };
}

/**
 * Cuts cells, sorted by their estimate, into ten bins of about equal count. Equal estimates share a
 * bin, since any split of them would be arbitrary; so bins can differ in size and be fewer.
 */
function cutIntoBins(sorted: readonly Cell[]): Cell[][] {
  const bins: Cell[][] = [];
  let bin: Cell[] = [];
  const totalWeight = sumWeights(sorted);
  const rounding = Math.min(0.5, totalWeight / sorted.length / 2);
  let before = 0;
  sorted.forEach((cell, index) => {
    const isFull = before > ((bins.length + 1) * totalWeight) / binCount - rounding;
    before += weightOf(cell);
    if (bin.length > 0 && isFull && cell.estimate !== sorted[index - 1]?.estimate) {
      bins.push(bin);
      bin = [];
    }
    bin.push(cell);
  });
  return [...bins, bin];
}

function describeBin(cells: readonly Cell[]): ReliabilityBin {
  return {
    cells: cells.length,
    meanEstimate: average(cells, ({ estimate }) => estimate),
    meanObserved: average(cells, ({ observed }) => observed),
  };
}

/**
 * Expected distance from zero of a bin's mean error, if it is normal around zero. A cell of weight 3 is
 * one observation, whose chance counts three times.
 *
 * @returns NaN with fewer than two groups
 */
function estimateChance(cells: readonly Cell[]): number {
  // Cells without a group get numbers that no group has.
  const groups = cells.map(({ group }, place) => group ?? -1 - place);
  const { standardError } = computeGroupedMean(
    cells.map(computeError),
    indexGroups(groups, cells.map(weightOf)),
  );
  return Math.sqrt(2 / Math.PI) * standardError;
}

function computeError({ estimate, observed }: Cell): number {
  return estimate - observed;
}

function average(cells: readonly Cell[], measure: (cell: Cell) => number): number {
  return sum(cells.map((cell) => weightOf(cell) * measure(cell))) / sumWeights(cells);
}

function sumWeights(cells: readonly Cell[]): number {
  return cells.reduce((total, cell) => total + weightOf(cell), 0);
}

function weightOf({ weight = 1 }: Cell): number {
  return weight;
}

function collectCells(rows: Int32Array, at: (row: number, index: number) => Cell): Cell[] {
  return Array.from(rows, at).filter(
    ({ estimate, observed }) => !Number.isNaN(estimate) && !Number.isNaN(observed),
  );
}
