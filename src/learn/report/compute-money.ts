import type { Slice, SliceStrategy } from '../evaluate/diagnose/slices.js';
import type { Interval, Objective, ObjectiveEvidence } from '../../policy/file/policy.js';
import type { Money, ObjectiveBill, Bill, ReportedEvaluation, Volume } from './report.js';

/** What the evaluation calls the model that is used without routing. */
const baselineName = 'best single';

interface MoneySettings {
  readonly volume: Volume;
  /** The model in use now. */
  readonly baseline: string;
  /** The objective to speak of. @default the policy's, if it pays; else the first that does */
  readonly objective?: string;
  readonly policy?: {
    readonly objectives: readonly Objective[];
    readonly defaultObjective: string;
  };
}

/** Computes the bill now, with each objective, and with the best single model in its place. */
export function computeMoney(evaluation: ReportedEvaluation, settings: MoneySettings): Money {
  const { volume, baseline, policy } = settings;
  const measure = createMeasure(evaluation, volume);
  const now = { ...measure(baselineName, false), model: baseline };
  const objectives = evaluation.verdict.evidence.map((evidence): ObjectiveBill => {
    const planned = policy?.objectives.find(({ name }) => name === evidence.objective);
    const constant = findConstant(evidence, planned);
    return {
      ...(constant === null
        ? { ...measure(`routed: ${evidence.objective}`, false), model: null }
        : { ...measure(constant, true), model: constant }),
      objective: evidence.objective,
      description: planned?.description ?? null,
      pays: evidence.routes,
      bestConstant: { ...measure(evidence.bestConstant, true), model: evidence.bestConstant },
    };
  });
  const named = settings.objective ?? policy?.defaultObjective;
  const wanted = objectives.find(({ objective }) => objective === named) ?? objectives[0];
  const isAsked = settings.objective !== undefined;
  const headline =
    isAsked || wanted?.pays === true ? wanted : (objectives.find(({ pays }) => pays) ?? wanted);
  return { volume, now, objectives, headline: headline ?? null };
}

/** The one model that an objective stands for; null where it routes. */
function findConstant(evidence: ObjectiveEvidence, planned: Objective | undefined): string | null {
  if (planned !== undefined) return planned.constantModel ?? null;
  return evidence.routes ? null : evidence.bestConstant;
}

type Measured = Omit<Bill, 'model'>;

/** Gives a strategy's, or a single model's, money for the volume. */
function createMeasure(
  evaluation: ReportedEvaluation,
  volume: Volume,
): (name: string, isModel: boolean) => Measured {
  if (volume.kind === 'mix') {
    return (name, isModel) => measureMix(evaluation.slices.tasks, volume, name, isModel);
  }
  const baseline = evaluation.strategies.find(({ name }) => name === baselineName);
  const nowUsd = scale(baseline?.costUsd ?? null, volume.requests);
  return (name, isModel) => {
    const found = isModel
      ? evaluation.models.find(({ model }) => model === name)
      : evaluation.strategies.find((strategy) => strategy.name === name);
    const savedShare = found?.costSaved ?? null;
    return {
      costUsd: scale(found?.costUsd ?? null, volume.requests),
      quality: found?.quality ?? null,
      savedShare,
      savedUsd: nowUsd === null ? null : scaleInterval(savedShare, nowUsd),
      qualityDifference: found?.qualityDifference ?? null,
    };
  };
}

/**
 * Sums a mix of tasks. The tasks' intervals are joined as independent ones: groups of near-duplicates
 * hardly ever span tasks. Null as soon as a task that has requests is not known.
 */
function measureMix(
  slices: readonly Slice[],
  volume: Volume & { readonly kind: 'mix' },
  name: string,
  isModel: boolean,
): Measured {
  const parts = slices.flatMap(({ name: task, strategies, models }) => {
    const requests = task === null ? 0 : (volume.requestsOfTask[task] ?? 0);
    if (requests === 0) return [];
    const own = (isModel ? models : strategies).find((item) => item.name === name);
    const now = strategies.find((item) => item.name === baselineName);
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
  const savedUsd = join((own) => own?.costSavedUsd);
  return {
    costUsd: sum(({ own }) => own?.costUsd),
    quality: scale(
      sum(({ own }) => own?.quality),
      1 / volume.requests,
    ),
    savedUsd,
    savedShare: nowUsd === null || nowUsd === 0 ? null : scaleInterval(savedUsd, 1 / nowUsd),
    qualityDifference: scaleInterval(
      join((own) => own?.qualityDifference),
      1 / volume.requests,
    ),
  };
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
export function scaleInterval(interval: Interval | null, factor: number): Interval | null {
  if (interval === null) return null;
  const { mean, low, high } = interval;
  return { mean: mean * factor, low: low * factor, high: high * factor };
}
