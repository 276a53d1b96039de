import { listRowWeights } from '../../measure/outcomes/outcome-table.js';
import type { Interval } from '../../policy/file/policy.js';
import { listRows, valueAt } from '../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../util/random.js';
import { computeHeldOut, type HoldOutOptions } from '../train/hold-out.js';
import type { TensorFlowEngine } from '../train/solver/tensorflow-backend.js';
import type { TrainingData } from '../train/training-data.js';
import { groupRows, listTaskNames } from './diagnose/task-names.js';
import {
  computeBoundedInterval,
  computeGroupedMean,
  indexGroups,
  type GroupIndex,
} from './statistics/grouped-mean.js';
import { computeSampleSize } from './statistics/sample-size.js';
import { noModel, type Outcomes } from './strategies/chosen-outcomes.js';
import type { Strategy } from './strategies/compare-strategies.js';
import { computeModelMeans } from './strategies/model-means.js';
import { computeQualityDifference, differenceRange } from './strategies/quality-difference.js';
import {
  listHeldOutGroups,
  listHeldOutRows,
  selectTaken,
  type HeldOut,
} from './verdict/held-out.js';
import { collectConstant, computeStrategies, findBaseline } from './verdict/held-out-strategies.js';

/** What routing for quality gains by the number of examples that it was trained on. */
export interface LearningCurve {
  /** Ascending; the last is with all of them. */
  readonly points: readonly CurvePoint[];
  /**
   * The fewest training prompts of a point whose gain is within `relevantLoss` of the last point's;
   * null where only the last point is: more prompts may still pay. Two points at which routing never
   * leaves one model do not show what more prompts would.
   */
  readonly enoughPrompts: number | null;
  /** Whether routing uses more than one model in a fold, with any number of prompts. */
  readonly leavesModel: boolean;
  readonly relevantLoss: number;
  readonly tasks: readonly TaskPower[];
}

export interface CurvePoint {
  /** Training prompts, the mean over the folds. */
  readonly prompts: number;
  /**
   * Quality minus that of the best single model of all training prompts, on held-out prompts. Null
   * where it is unknown.
   */
  readonly gain: Interval | null;
  /** Quality of routing at the last point minus that at this one, paired by prompt. */
  readonly missing: Interval | null;
}

/** How surely the prompts of a task tell its two best models apart. */
export interface TaskPower {
  /** Null for prompts without a label. */
  readonly task: string | null;
  readonly prompts: number;
  readonly best: string;
  readonly second: string;
  /** Mean quality of the best minus that of the second. */
  readonly difference: Interval | null;
  /**
   * Prompts of the task that would show a difference of `relevantDifference` with 80 % probability
   * at the 5 % level. Null where the two never differ.
   */
  readonly promptsNeeded: number | null;
}

export type LearningCurveOptions = Omit<HoldOutOptions, 'trainable' | 'foldOf' | 'requests'>;

/** Shares of the training prompts; each part contains the one before. */
const shares = [0.125, 0.25, 0.5, 1];

/** Parts with fewer training prompts are left out: nothing can be learned from them. */
const minPrompts = 50;

/** More examples stop to pay where all of them gain less than this much more. */
const relevantLoss = 0.005;

/** A difference between two models that is worth finding. */
export const relevantDifference = 0.02;

/**
 * Cross-validates routing for quality with growing parts of the training prompts, always on the same
 * held-out prompts. Near-duplicates are in a part together.
 */
export async function computeLearningCurve(
  engine: TensorFlowEngine,
  data: TrainingData,
  { onProgress, ...options }: LearningCurveOptions,
): Promise<LearningCurve> {
  const order = shuffle([...new Set(data.groups)], createRandom(options.seed));
  const rankOf = new Map(order.map((group, rank) => [group, rank]));
  const measured: { readonly prompts: number; readonly heldOut: HeldOut }[] = [];
  const parts = shares.filter((share) => share === 1 || share * 0.8 * order.length >= minPrompts);
  for (const [index, share] of parts.entries()) {
    const trainable = Uint8Array.from(data.groups, (group) =>
      (rankOf.get(group) as number) < share * order.length ? 1 : 0,
    );
    const heldOut = await computeHeldOut(engine, data, {
      ...options,
      requests: [{ kind: 'highest_quality', name: 'quality' }],
      trainable,
      onProgress: (done, total) => onProgress?.(index * total + done, parts.length * total),
    });
    measured.push({ prompts: countTrainingPrompts(trainable, heldOut), heldOut });
  }
  const { heldOut } = measured.at(-1) as { heldOut: HeldOut };
  const rows = listHeldOutRows(heldOut);
  const groups = indexGroups(listHeldOutGroups(heldOut), listRowWeights(heldOut.table, rows));
  const outcomes = measured.map((point) => collectPoint(point.heldOut));
  const last = outcomes.at(-1) as PointOutcomes;
  const points = measured.map(({ prompts }, index): CurvePoint => {
    const { routed } = outcomes[index] as PointOutcomes;
    return {
      prompts,
      gain: computeQualityDifference(routed, last.single, groups),
      missing: computeQualityDifference(last.routed, routed, groups),
    };
  });
  const enough = points
    .slice(0, -1)
    .find(
      ({ missing }, index) =>
        missing !== null &&
        missing.high < relevantLoss &&
        (last.leavesModel || outcomes[index]?.leavesModel === true),
    );
  return {
    points,
    enoughPrompts: enough?.prompts ?? null,
    leavesModel: outcomes.some(({ leavesModel }) => leavesModel),
    relevantLoss,
    tasks: computePowerOfTaken(heldOut),
  };
}

/** The power of each task, on the prompts that some model can take. */
function computePowerOfTaken(all: HeldOut): TaskPower[] {
  const { heldOut } = selectTaken(all);
  const weights = listRowWeights(heldOut.table, listHeldOutRows(heldOut));
  return computeTaskPower(heldOut, indexGroups(listHeldOutGroups(heldOut), weights));
}

/** Trainable prompts outside of a fold, the mean over the folds. */
function countTrainingPrompts(trainable: Uint8Array, { folds }: HeldOut): number {
  const all = trainable.reduce((sum, value) => sum + value, 0);
  const inFolds = folds.flatMap(({ rows }) => Array.from(rows, (row) => valueAt(trainable, row)));
  return Math.round(all - inFolds.reduce((sum, value) => sum + value, 0) / folds.length);
}

/** Per held-out row. */
interface PointOutcomes {
  readonly routed: Outcomes;
  /** Of the best single model of the training prompts. */
  readonly single: Outcomes;
  /** Whether routing uses more than one model in a fold. */
  readonly leavesModel: boolean;
}

function collectPoint(heldOut: HeldOut): PointOutcomes {
  const strategies = computeStrategies(heldOut);
  const routed = strategies.find(({ id }) => id.kind === 'routed') as Strategy;
  return {
    routed: routed.outcomes,
    single: findBaseline(strategies),
    leavesModel: isLeavingModel(heldOut, routed.choices ?? new Int32Array(0)),
  };
}

/** Whether the prompts of a fold go to more than one model. */
function isLeavingModel({ folds }: HeldOut, choices: Int32Array): boolean {
  let first = 0;
  return folds.some(({ rows }) => {
    const own = choices.subarray(first, (first += rows.length));
    return new Set(own.filter((choice) => choice !== noModel)).size > 1;
  });
}

/**
 * Computes the power of each task, its models ranked by comparable means.
 *
 * @param all the groups of all held-out rows
 */
export function computeTaskPower(heldOut: HeldOut, all: GroupIndex): TaskPower[] {
  const { table, taskOf } = heldOut;
  const names = listTaskNames(table, taskOf);
  const rows = listHeldOutRows(heldOut);
  const qualities = table.models.map((_, model) => collectConstant(heldOut, model).quality);
  const places = groupRows(listRows(rows.length), (place) => names[valueAt(rows, place)] ?? null);
  return [...places].flatMap(([task, own]): TaskPower[] => {
    const { quality: means } = computeModelMeans(
      table,
      Int32Array.from(own, (place) => valueAt(rows, place)),
    );
    const [best, second] = [...means.keys()]
      .filter((model) => !Number.isNaN(valueAt(means, model)))
      .sort((a, b) => valueAt(means, b) - valueAt(means, a));
    if (best === undefined || second === undefined) return [];
    const differences = new Float64Array(rows.length).fill(Number.NaN);
    for (const place of own) {
      differences[place] =
        valueAt(qualities[best] as Float64Array, place) -
        valueAt(qualities[second] as Float64Array, place);
    }
    const found = computeGroupedMean(differences, all);
    return [
      {
        task,
        prompts: own.length,
        best: table.models[best] as string,
        second: table.models[second] as string,
        difference: computeBoundedInterval(differences, all, differenceRange),
        promptsNeeded:
          found.standardError > 0 ? computeSampleSize(found, relevantDifference, 0.025) : null,
      },
    ];
  });
}
