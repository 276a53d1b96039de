import { probit } from 'simple-statistics';

/** The share of a task in each of two samples. */
export interface TaskShares {
  readonly production: number;
  readonly training: number;
}

/** Effective sizes of the two samples. */
export interface SampleSizes {
  readonly logged: number;
  readonly trained: number;
}

/** Where equal mixes are taken for different ones so seldom, a difference is not chance. */
const error = 0.001;

/** Pearson's statistic has its distribution only where each sample is expected to have as many of a task. */
const minExpected = 5;

/** Whether chance alone would seldom make the mixes so different (two-sample chi-square). */
export function isUnlikely(tasks: readonly TaskShares[], sizes: SampleSizes): boolean {
  const { cells } = poolRareTasks(tasks, sizes);
  const statistic = cells.reduce(
    (sum, cell) => sum + (scaleOf(sizes) * (cell.production - cell.training) ** 2) / cell.pooled,
    0,
  );
  return isBeyondChance(statistic, cells.length - 1);
}

/**
 * Whether samples of these sizes would show that so great a share of the requests has another task,
 * whichever tasks these are: it is shown least between the two most frequent ones, and not among rare ones.
 */
export function wouldShow(
  variation: number,
  tasks: readonly TaskShares[],
  sizes: SampleSizes,
): boolean {
  const { cells, rareShare } = poolRareTasks(tasks, sizes);
  const [first, second] = cells.map(({ pooled }) => pooled).sort((a, b) => b - a);
  if (first === undefined || second === undefined || rareShare >= variation) return false;
  const statistic = scaleOf(sizes) * variation ** 2 * (1 / first + 1 / second);
  return isBeyondChance(statistic, cells.length - 1);
}

function scaleOf({ logged, trained }: SampleSizes): number {
  return (logged * trained) / (logged + trained);
}

/** By the approximation of Wilson and Hilferty. */
function isBeyondChance(statistic: number, freedom: number): boolean {
  if (freedom < 1) return false;
  const spread = 2 / (9 * freedom);
  const z = (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
  return z > probit(1 - error);
}

interface Cell extends TaskShares {
  /** Share in both samples together. */
  readonly pooled: number;
}

/**
 * Takes the tasks that a sample is expected to have too few of as one, together with the next rarest ones
 * until it has enough of them.
 *
 * @returns also the share of the tasks with too few
 */
function poolRareTasks(
  tasks: readonly TaskShares[],
  { logged, trained }: SampleSizes,
): { readonly cells: readonly Cell[]; readonly rareShare: number } {
  const fewer = Math.min(logged, trained);
  const hasTooFew = ({ pooled }: Cell): boolean => fewer * pooled < minExpected;
  const sorted = tasks
    .map(({ production, training }): Cell => ({
      production,
      training,
      pooled: (logged * production + trained * training) / (logged + trained),
    }))
    .filter(({ pooled }) => pooled > 0)
    .sort((a, b) => a.pooled - b.pooled);
  const rareShare = sorted.filter(hasTooFew).reduce((sum, { pooled }) => sum + pooled, 0);
  const cells: Cell[] = [];
  for (const cell of sorted) {
    const last = cells.at(-1);
    if (last !== undefined && hasTooFew(last)) cells[cells.length - 1] = joinCells(last, cell);
    else cells.push(cell);
  }
  const [beforeLast, last] = cells.slice(-2);
  if (beforeLast !== undefined && last !== undefined && hasTooFew(last)) {
    cells.splice(-2, 2, joinCells(beforeLast, last));
  }
  return { cells, rareShare };
}

function joinCells(one: Cell, other: Cell): Cell {
  return {
    production: one.production + other.production,
    training: one.training + other.training,
    pooled: one.pooled + other.pooled,
  };
}
