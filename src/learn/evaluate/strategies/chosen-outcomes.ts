import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { valueAt, pick, viewMatrix } from '../../../util/numeric-arrays.js';

/** What a way to choose models would have given, per evaluated prompt; NaN where not recorded. */
export interface Outcomes {
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  readonly latencyMs: Float64Array;
  /** How many prompts each stands for. */
  readonly weights: Float64Array;
  /** Index of the model that each is of; absent where several models are averaged. */
  readonly choices?: Int32Array;
  /** 1 where the mean is of all averaged models; absent where each outcome is that of one model. */
  readonly isWhole?: Uint8Array;
}

/** The choice for a prompt that no model can take: it has no outcome. */
export const noModel = -1;

/** Prompts that no model was chosen for. */
export function countWithoutModel(choices: Int32Array): number {
  return choices.filter((choice) => choice === noModel).length;
}

/**
 * Looks up the recorded outcomes of the chosen models.
 *
 * @param choices index of the model, per entry of `rows`; `noModel` where none can take the prompt
 */
export function collectOutcomes(
  table: OutcomeTable,
  rows: Int32Array,
  choices: Int32Array,
): Outcomes {
  const cells = rows.map((row, index) => {
    const choice = valueAt(choices, index);
    return choice === noModel ? noModel : row * table.models.length + choice;
  });
  return {
    quality: pick(table.quality, cells),
    costUsd: pick(table.costUsd, cells),
    latencyMs: pick(table.latencyMs, cells),
    weights: listRowWeights(table, rows),
    choices,
  };
}

/** Recorded outcomes of one model in some rows. */
export function collectModelOutcomes(
  table: OutcomeTable,
  rows: Int32Array,
  model: number,
): Outcomes {
  return collectOutcomes(table, rows, new Int32Array(rows.length).fill(model));
}

/** A model's mean cost or latency is known if this share of its outcomes has one. */
const minShareOfMean = 0.5;

/** Whether a share of the outcomes has a measure, so that its mean is that of the outcomes. */
export function isMeasured(
  quality: Float64Array,
  measure: Float64Array,
  minShare = minShareOfMean,
): boolean {
  let outcomes = 0;
  let known = 0;
  quality.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    outcomes += 1;
    if (!Number.isNaN(measure[row])) known += 1;
  });
  return known > 0 && known >= minShare * outcomes;
}

/**
 * Expected outcomes of a model drawn at random: the mean of those recorded. A cost, or latency, is
 * known only where it is known of every model: the mean of some is not that of a random one.
 */
export function collectRandomOutcomes(table: OutcomeTable, rows: Int32Array): Outcomes {
  const average = (values: Float32Array): Float64Array => {
    const matrix = viewMatrix(values, table.models.length);
    return Float64Array.from(rows, (row) => computeKnownMean(matrix.row(row)));
  };
  const recorded = table.models
    .map((_, model) => collectModelOutcomes(table, rows, model))
    .filter(({ quality }) => !quality.every(Number.isNaN));
  const averageMeasured = (measure: 'costUsd' | 'latencyMs'): Float64Array =>
    recorded.every((own) => isMeasured(own.quality, own[measure]))
      ? average(table[measure])
      : new Float64Array(rows.length).fill(Number.NaN);
  return {
    quality: average(table.quality),
    costUsd: averageMeasured('costUsd'),
    latencyMs: averageMeasured('latencyMs'),
    weights: listRowWeights(table, rows),
    isWhole: Uint8Array.from(rows, (_, place) =>
      Number(recorded.every(({ quality }) => !Number.isNaN(quality[place]))),
    ),
  };
}

/** The best model of a prompt in hindsight; of equally good ones the cheapest. */
export function chooseOracle(table: OutcomeTable, row: number): number {
  const quality = viewMatrix(table.quality, table.models.length).row(row);
  const costUsd = viewMatrix(table.costUsd, table.models.length).row(row);
  let best = -1;
  quality.forEach((own, model) => {
    if (Number.isNaN(own)) return;
    const bestQuality = best < 0 ? -1 : valueAt(quality, best);
    const isCheaper = best >= 0 && valueAt(costUsd, model) < valueAt(costUsd, best);
    if (own > bestQuality || (own === bestQuality && isCheaper)) best = model;
  });
  return Math.max(0, best);
}

/**
 * Mean of the known values; NaN where there are none.
 *
 * @param weights one per value. @default all 1
 */
export function computeKnownMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = valueAt(values, index);
    if (Number.isNaN(value)) continue;
    const weight = weights?.[index] ?? 1;
    sum += weight * value;
    count += weight;
  }
  return count === 0 ? Number.NaN : sum / count;
}
