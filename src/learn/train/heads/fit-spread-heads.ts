import {
  computeGroupedMean,
  indexGroups,
  isClearlyPositive,
} from '../../evaluate/statistics/grouped-mean.js';
import { at, listRows } from '../../../util/numeric-arrays.js';
import { sumRowLogLoss } from './log-loss.js';
import { fitMixtureHeads, type MixtureHeadsOptions } from './fit-mixture-heads.js';
import {
  applyMixtureHeads,
  spreadHeads,
  type MixtureHeads,
  type MixtureHeadsInput,
} from './mixture-heads.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';

/** Shares kept of the differences between the models' heads, in the order in which they are tried. */
const spreads = [1, 0.5, 0.25, 0.1, 0];

/** Rows and optimizer steps for the choice of one number, which does not need more. */
const maxRows = 8000;
const choosingSteps = 80;

/**
 * Fits heads as `fitMixtureHeads` does, with as little difference between the models' linear heads as
 * the data support. How hard a prompt is for all models is well estimated. The differences between
 * models are mostly chance, and routing follows the highest estimate, so it collects the errors of
 * all. Of the spreads whose log loss is not clearly above the lowest, the smallest is taken (the rule
 * of one standard error, Breiman and others, 1984, with two).
 *
 * With two models the whole difference is kept: there is only one, so no errors add up.
 */
export function fitSpreadHeads(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  { steps = 200, learningRate = 0.05 }: Pick<MixtureHeadsOptions, 'steps' | 'learningRate'> = {},
): MixtureHeads {
  if (input.modelCount < 3) return fitAtSpread(engine, input, 1, { steps, learningRate });
  const choosing = { steps: Math.min(steps, choosingSteps), learningRate };
  const sample = sampleRows(input);
  const losses = spreads.map((spread) =>
    computeRowLosses(sample, fitAtSpread(engine, sample, spread, choosing)),
  );
  return fitAtSpread(engine, input, chooseSpread(sample, losses), { steps, learningRate });
}

function fitAtSpread(
  engine: TensorFlowEngine,
  input: MixtureHeadsInput,
  headSpread: number,
  options: MixtureHeadsOptions,
): MixtureHeads {
  const heads = spreadHeads(input.heads, input.modelCount, headSpread);
  return { ...fitMixtureHeads(engine, { ...input, heads }, options), headSpread };
}

/** Per row, mean log loss over its recorded outcomes; NaN where there are none. */
function computeRowLosses(input: MixtureHeadsInput, heads: MixtureHeads): Float64Array {
  const { rowCount, modelCount, taskPosterior, heads: headScores, quality } = input;
  const estimates = new Float32Array(quality.length);
  const rows = listRows(rowCount);
  applyMixtureHeads(heads, { taskPosterior, headScores }, rows, estimates);
  return Float64Array.from(rows, (row) => {
    const { sum, known } = sumRowLogLoss({ modelCount, quality }, row, estimates);
    return sum / known;
  });
}

function chooseSpread(
  { groups, weights }: MixtureHeadsInput,
  losses: readonly Float64Array[],
): number {
  const index = indexGroups(groups, weights);
  const means = losses.map((loss) => computeGroupedMean(loss, index).mean);
  const lowest = losses[means.indexOf(Math.min(...means))] as Float64Array;
  const isCloseToLowest = (loss: Float64Array): boolean => {
    const excess = loss.map((value, row) => value - at(lowest, row));
    return !isClearlyPositive(computeGroupedMean(excess, index));
  };
  return spreads.findLast((_, tried) => isCloseToLowest(losses[tried] as Float64Array)) as number;
}

/** Rows at equal distances, at most `maxRows` of them. */
function sampleRows(input: MixtureHeadsInput): MixtureHeadsInput {
  const stride = Math.ceil(input.rowCount / maxRows);
  if (stride === 1) return input;
  const rowCount = Math.ceil(input.rowCount / stride);
  const take = <Values extends Float32Array | Float64Array | Int32Array>(
    values: Values,
    width: number,
  ): Values => values.filter((_, cell) => Math.floor(cell / width) % stride === 0) as Values;
  return {
    ...input,
    rowCount,
    taskPosterior: take(input.taskPosterior, input.taskCount),
    heads: take(input.heads, input.modelCount),
    quality: take(input.quality, input.modelCount),
    weights: take(input.weights, 1),
    groups: take(input.groups, 1),
  };
}
