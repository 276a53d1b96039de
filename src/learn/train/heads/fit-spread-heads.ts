import {
  computeGroupedMean,
  indexGroups,
  isClearlyPositive,
} from '../../evaluate/statistics/grouped-mean.js';
import { sumRowLogLoss } from './score-predictions.js';
import { fitMixtureHeads, type MixtureHeadsOptions } from './fit-mixture-heads.js';
import {
  applyMixtureHeads,
  spreadHeads,
  type MixtureHeads,
  type MixtureHeadsInput,
} from './mixture-heads.js';
import type { TensorFlowEngine } from '../solver/tensorflow-backend.js';

/** How much of what sets the heads of models apart is kept, in the order in which it is tried. */
const spreads = [1, 0.5, 0.25, 0.1, 0];

/** Rows that are looked at for the choice, and steps that are taken: one number does not need more. */
const maxRows = 8000;
const steps = 80;

/**
 * Fits heads as `fitMixtureHeads` does, with as little difference between the models' linear heads as
 * the data bear. What the heads of all models have in common, how hard a prompt is, is well known;
 * where they differ is mostly chance, and routing follows the highest, so that it collects the errors
 * of all. Of the spreads whose log loss is not clearly above the lowest, the smallest is taken (the
 * rule of one standard error, Breiman and others, 1984, with two).
 *
 * Of two models all of it is kept: there is but one difference, and nothing that adds up.
 */
export function fitSpreadHeads(engine: TensorFlowEngine, input: MixtureHeadsInput): MixtureHeads {
  const { modelCount } = input;
  const fit = (
    some: MixtureHeadsInput,
    headSpread: number,
    options?: MixtureHeadsOptions,
  ): MixtureHeads => {
    const heads = spreadHeads(some.heads, modelCount, headSpread);
    return { ...fitMixtureHeads(engine, { ...some, heads }, options), headSpread };
  };
  if (modelCount < 3) return fit(input, 1);
  const sample = sampleRows(input, maxRows);
  const losses = spreads.map((spread) => computeRowLosses(sample, fit(sample, spread, { steps })));
  return fit(input, chooseSpread(sample, losses));
}

/** Per row, mean log loss over its recorded outcomes; NaN where there are none. */
function computeRowLosses(input: MixtureHeadsInput, heads: MixtureHeads): Float64Array {
  const { rowCount, modelCount, taskPosterior, heads: headScores, quality } = input;
  const estimates = new Float32Array(quality.length);
  const rows = Int32Array.from({ length: rowCount }, (_, row) => row);
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
  const isBearable = (loss: Float64Array): boolean =>
    !isClearlyPositive(
      computeGroupedMean(
        loss.map((value, row) => value - (lowest[row] as number)),
        index,
      ),
    );
  return spreads.findLast((_, at) => isBearable(losses[at] as Float64Array)) as number;
}

/** Rows at equal distances, so that at most `most` are left. */
function sampleRows(input: MixtureHeadsInput, most: number): MixtureHeadsInput {
  const stride = Math.ceil(input.rowCount / most);
  if (stride === 1) return input;
  const rowCount = Math.ceil(input.rowCount / stride);
  const take = <Values extends Float32Array | Float64Array | Int32Array>(
    values: Values,
    width: number,
  ): Values => values.filter((_, at) => Math.floor(at / width) % stride === 0) as Values;
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
