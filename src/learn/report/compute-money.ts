import { countBeyond } from '../evaluate/verdict/compute-advice.js';
import { clampInterval } from '../evaluate/statistics/grouped-mean.js';
import { differenceRange } from '../evaluate/strategies/quality-difference.js';
import type { Slice, SliceStrategy } from '../evaluate/diagnose/slices.js';
import type { Interval, Objective } from '../../policy/file/policy.js';
import type { DeliveredObjective } from '../evaluate/delivery/compute-delivery.js';
import { capSaving, keepSaving, shareRounding } from '../evaluate/strategies/paired-mean.js';
import {
  withoutRouting,
  findStrategy,
  type StrategyId,
} from '../evaluate/strategies/strategy-id.js';
import type { PlannedOtherwise } from './find-planned-otherwise.js';
import type { Money, ObjectiveBill, Bill, ReportedEvaluation, Volume } from './report.js';

/** What costs are computed for: a strategy, or one model for all requests that it can take. */
type Billed =
  | StrategyId
  | {
      readonly kind: 'model';
      readonly model: string;
      /** The objective that has the model, by whose rules other requests go elsewhere. */
      readonly objective?: string;
    };

interface MoneySettings {
  readonly volume: Volume;
  /** The model in use now. */
  readonly baseline: string;
  /** The headline objective. @default the policy's, if it routes; else the first of its own that does */
  readonly objective?: string;
  /** What the policy does. @default as the evaluation says */
  readonly policy?: {
    readonly objectives: readonly Objective[];
    readonly defaultObjective: string;
    /** See `findPlannedOtherwise`. @default none */
    readonly plannedOtherwise?: PlannedOtherwise;
  };
}

/** Computes the costs now, under each objective, and with the single model that is hardest to beat. */
export function computeMoney(evaluation: ReportedEvaluation, settings: MoneySettings): Money {
  const { volume, baseline } = settings;
  const policy: MoneySettings['policy'] = settings.policy ?? {
    objectives: evaluation.objectives,
    defaultObjective: evaluation.advice.objective,
  };
  const measure = createMeasure(evaluation, volume);
  const now = { ...measure(withoutRouting), model: baseline };
  const measureModel = (model: string, objective?: string): Bill => ({
    ...measure({ kind: 'model', model, ...(objective !== undefined && { objective }) }),
    model,
  });
  const objectives = evaluation.verdict.evidence.map((evidence): ObjectiveBill => {
    const isNamed = ({ name }: Objective): boolean => name === evidence.objective;
    const own = policy.objectives.find(isNamed);
    const planned = own ?? evaluation.objectives.find(isNamed);
    const constant = planned === undefined ? baseline : (planned.constantModel ?? null);
    const ofFile = policy.plannedOtherwise?.get(evidence.objective);
    const routed =
      ofFile === undefined
        ? measure({ kind: 'routed', objective: evidence.objective })
        : unknownMeasures;
    return {
      ...(constant === null
        ? { ...routed, model: null }
        : measureModel(constant, evidence.objective)),
      objective: evidence.objective,
      description: planned?.description || null,
      pays: ofFile?.routes ?? evidence.routes,
      isInPolicy: own !== undefined,
      isPlannedAlike: ofFile === undefined,
      promptsBeyondModel: countBeyond(
        evaluation.delivery?.objectives,
        evidence.objective,
        constant,
      ),
      bestConstant: measureModel((ofFile ?? evidence).bestConstant),
    };
  });
  const named = settings.objective ?? policy.defaultObjective;
  const found = objectives.find(({ objective }) => objective === named);
  const offered = objectives.filter(({ isInPolicy }) => isInPolicy);
  const wanted = found ?? offered[0] ?? objectives[0];
  const isRequested = settings.objective !== undefined;
  const headline =
    isRequested || wanted?.model === null
      ? wanted
      : (offered.find(({ model }) => model === null) ?? wanted);
  const notEvaluated = found === undefined && !isRequested ? named : null;
  return { volume, now, objectives, headline: headline ?? null, notEvaluated };
}

type Measured = Omit<Bill, 'model'>;

/** Computes the costs and quality of a strategy, or a single model, for the volume. */
function createMeasure(
  evaluation: ReportedEvaluation,
  volume: Volume,
): (billed: Billed) => Measured {
  if (volume.kind === 'mix') {
    return (billed) => {
      // Of the requests beyond the model, it is not known which tasks they are of.
      if (billed.kind === 'model' && findDelivered(evaluation, billed) !== undefined) {
        return unknownMeasures;
      }
      return measureMix(evaluation.slices.tasks, volume, billed);
    };
  }
  const baseline = findStrategy(evaluation.strategies, withoutRouting);
  const nowUsd = scale(baseline?.costUsd ?? null, volume.requests);
  return (billed) => {
    const found =
      findDelivered(evaluation, billed) ??
      (billed.kind === 'model'
        ? evaluation.models.find(({ model }) => model === billed.model)
        : findStrategy(evaluation.strategies, billed));
    const costUsd = scale(found?.costUsd ?? null, volume.requests);
    const savedShare = moveSaving(found?.costSaved ?? null, costUsd, nowUsd);
    return {
      costUsd,
      quality: found?.quality ?? null,
      savedShare,
      savedUsd: nowUsd === null ? null : scaleInterval(savedShare, nowUsd),
      qualityDifference: found?.qualityDifference ?? null,
    };
  };
}

const unknownMeasures: Measured = {
  costUsd: null,
  quality: null,
  savedUsd: null,
  savedShare: null,
  qualityDifference: null,
};

/**
 * What the policy file delivers under an objective that routes, or that has a model which some requests
 * are beyond; undefined for all else.
 */
function findDelivered(
  { delivery }: ReportedEvaluation,
  billed: Billed,
): DeliveredObjective | undefined {
  return delivery?.objectives.find(({ objective, model, promptsBeyondModel }) => {
    if (billed.kind === 'routed') return objective === billed.objective && model === null;
    if (billed.kind !== 'model' || objective !== billed.objective) return false;
    return model === billed.model && promptsBeyondModel > 0;
  });
}

/**
 * Sums a mix of tasks. The tasks' intervals are combined as independent ones, since groups of
 * near-duplicates rarely span tasks. Null if any task with requests is unknown. Routing is that of the
 * folds: how refitting to all prompts changes it is known for the tasks of the run together, not for each.
 */
function measureMix(
  slices: readonly Slice[],
  volume: Volume & { readonly kind: 'mix' },
  billed: Billed,
): Measured {
  const parts = Object.entries(volume.requestsOfTask).flatMap(([task, requests]) => {
    if (requests === 0) return [];
    // A task has no slice where no model can take its prompts, or none of them is held out.
    const { strategies = [], models = [] } = slices.find(({ name }) => name === task) ?? {};
    const own =
      billed.kind === 'model'
        ? models.find(({ name }) => name === billed.model)
        : findStrategy(strategies, billed);
    const now = findStrategy(strategies, withoutRouting);
    return [{ requests, own, now }];
  });
  const sum = (valueOf: (part: (typeof parts)[number]) => number | null | undefined) =>
    parts.reduce<number | null>((total, part) => {
      const value = valueOf(part) ?? null;
      return total === null || value === null ? null : total + part.requests * value;
    }, 0);
  const join = (intervalOf: (own: SliceStrategy | undefined) => Interval | null | undefined) => {
    const known = parts.map(({ requests, own }) => ({ requests, interval: intervalOf(own) }));
    return joinIntervals(known);
  };
  const nowUsd = sum(({ now }) => now?.costUsd);
  const costUsd = sum(({ own }) => own?.costUsd);
  const savedUsd = join((own) => own?.costSavedUsd);
  const savedShare =
    nowUsd === null || nowUsd === 0
      ? null
      : moveSaving(scaleInterval(savedUsd, 1 / nowUsd), costUsd, nowUsd);
  const qualityDifference = scaleInterval(
    join((own) => own?.qualityDifference),
    1 / volume.requests,
  );
  return {
    costUsd,
    quality: scale(
      sum(({ own }) => own?.quality),
      1 / volume.requests,
    ),
    savedUsd: nowUsd === null || nowUsd === 0 ? savedUsd : scaleInterval(savedShare, nowUsd),
    savedShare,
    qualityDifference: qualityDifference && clampInterval(qualityDifference, differenceRange),
  };
}

/**
 * The share that is saved by two costs, which may be of more prompts than the saving that is shown for
 * those that both have a cost of. Null where the two do not fit: one of them is not that of the volume.
 */
function moveSaving(
  saved: Interval | null,
  costUsd: number | null,
  nowUsd: number | null,
): Interval | null {
  const kept = capSaving(keepSaving(saved, costUsd, nowUsd));
  if (kept === null || costUsd === null || nowUsd === null || nowUsd === 0) return kept;
  const mean = 1 - costUsd / nowUsd;
  const shift = mean - kept.mean;
  if (Math.abs(shift) < shareRounding) return kept;
  return capSaving({ mean, low: kept.low + shift, high: kept.high + shift });
}

/** The interval of a weighted sum of independent means. */
function joinIntervals(
  parts: readonly { readonly requests: number; readonly interval: Interval | null | undefined }[],
): Interval | null {
  let mean = 0;
  let squares = 0;
  for (const { requests, interval } of parts) {
    if (interval === null || interval === undefined) return null;
    mean += requests * interval.mean;
    squares += (requests * ((interval.high - interval.low) / 2)) ** 2;
  }
  const halfWidth = Math.sqrt(squares);
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

/** An interval times a factor above zero. */
function scaleInterval(interval: Interval | null, factor: number): Interval | null {
  if (interval === null) return null;
  const { mean, low, high } = interval;
  return { mean: mean * factor, low: low * factor, high: high * factor };
}
