import { sum } from 'simple-statistics';
import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { listHeldOutRows, type HeldOut } from '../plan/held-out.js';

/** Cells of about equal estimates, with what was estimated and what came of them. */
export interface ReliabilityBin {
  readonly cells: number;
  /** Both in [0, 1]; where estimates are right, they are equal but for chance. */
  readonly meanEstimate: number;
  readonly meanObserved: number;
}

/** How far estimated qualities can be taken at their word. All but the counts are null without cells. */
export interface Reliability {
  /** Held-out prompts times models with both an estimate and an outcome; others are left out. */
  readonly cells: number;
  readonly meanEstimate: number | null;
  readonly meanObserved: number | null;
  /** Mean squared difference of estimate and outcome: 0 is perfect, lower is better. */
  readonly brierScore: number | null;
  /** Expected calibration error: the bins' mean distance of estimate and outcome, by cells. */
  readonly expectedCalibrationError: number | null;
  /**
   * What chance alone makes of that error where every estimate is right: it cannot be told from
   * perfect unless it is well above this. Null where a bin has fewer than two cells.
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
}

const binCount = 10;

/** Computes how well the estimated qualities of held-out prompts agree with the recorded ones. */
export function computeCalibration({ table, estimates, folds }: CalibrationInput): Calibration {
  const rows = listHeldOutRows({ folds });
  const modelCount = table.models.length;
  const weights = listRowWeights(table, rows);
  const cellsOfModel = table.models.map((_, model) =>
    collectCells(rows, (row, index) => ({
      weight: weights[index] as number,
      estimate: estimates.quality[row * modelCount + model] as number,
      observed: table.quality[row * modelCount + model] as number,
    })),
  );
  return {
    overall: computeReliability(cellsOfModel.flat()),
    models: table.models.map((model, index) => ({
      model,
      ...computeReliability(cellsOfModel[index] as Cell[]),
    })),
  };
}

type CalibrationInput = Pick<HeldOut, 'table' | 'folds'> & {
  readonly estimates: Pick<HeldOut['estimates'], 'quality'>;
};

/**
 * Computes reliability from cells in any order. The expected calibration error is that of Naeini,
 * Cooper and Hauskrecht ("Obtaining well calibrated probabilities using Bayesian binning", AAAI
 * 2015): cells sorted by their estimate and cut into ten bins, here of equal count; with the bins'
 * distances weighted by their cells, as in Guo et al. ("On calibration of modern neural networks",
 * ICML 2017, equation 3), who cut into bins of equal width. Both speak of right and wrong;
 * a graded outcome counts with its grade, so that a bin's mean is what the estimate should be. A cell
 * of weight 3 counts as three.
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
    errorByChance: bins.some((bin) => !(sumWeights(bin) > 1)) ? null : weigh(estimateChance),
    bins: bins.map(describeBin),
  };
}

/**
 * Cuts cells, sorted by their estimate, into ten bins of equal count. Equal estimates are never parted: which
 * of them fell into which bin would be arbitrary. Bins differ in size then, and may be fewer.
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

/** Mean distance from zero of a bin's mean error, were it normal about zero. */
function estimateChance(cells: readonly Cell[]): number {
  const meanError = average(cells, computeError);
  const count = sumWeights(cells);
  const squares = cells.reduce(
    (total, cell) => total + weightOf(cell) * (computeError(cell) - meanError) ** 2,
    0,
  );
  return Math.sqrt(2 / (Math.PI * count)) * Math.sqrt(squares / (count - 1));
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
