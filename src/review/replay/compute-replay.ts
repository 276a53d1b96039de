import {
  computeGroupedInterval,
  computeGroupedMean,
  indexGroups,
  minIntervalGroups,
  type GroupIndex,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import type { Interval } from '../../policy/file/policy.js';
import { nullIfUnknown } from '../../util/json.js';
import { countTaskLabels, type TaskLabelCounts } from '../estimates/logged-outcome.js';
import type { ReplayColumn, ReplayRows } from './replay-rows.js';
import { computeNotAnswered, listModels, type ReplayedModel } from './replayed-models.js';
import { countKnown } from '../../util/numeric-arrays.js';

/** A quantity under the logged choices and under the replayed ones. */
export interface ReplayedMeasure {
  /**
   * What happened, per request, where it is known, beside what the replayed policy expects of the
   * same models on the same requests: how far its estimates can be trusted.
   */
  readonly happened: {
    readonly requests: number;
    readonly mean: number | null;
    readonly estimate: number | null;
  };
  /** ESTIMATES, by the replayed policy, per request that both choices have one for. */
  readonly estimated: {
    readonly requests: number;
    readonly logged: number | null;
    readonly replayed: number | null;
    /**
     * Replayed less logged, paired; 95 %, by conversation. Null with effectively fewer of them than
     * `minIntervalGroups`, or where no two requests differ.
     */
    readonly difference: Interval | null;
  };
}

export interface ReplayedTask {
  readonly task: string;
  readonly requests: number;
  readonly changed: Interval | null;
  readonly changedShare: number;
  /** ESTIMATES; see `ReplayedMeasure`. Null where its `difference` would be. */
  readonly costUsd: Interval | null;
  readonly quality: Interval | null;
  readonly latencyMs: Interval | null;
  /** The means of these, also where there is no interval; null where no request has both estimates. */
  readonly meanChange: {
    readonly costUsd: number | null;
    readonly quality: number | null;
    readonly latencyMs: number | null;
  };
}

/** What a policy would have chosen for the requests of a log. All means are weighted by 1 / keep. */
export interface Replay {
  /** That were replayed. */
  readonly requests: number;
  /** How many they stand for, with those that sampling left out. */
  readonly weightedRequests: number;
  readonly conversations: number;
  /** Share of the requests for which the choice differs from the log's policy. */
  readonly changedShare: number | null;
  readonly changed: Interval | null;
  readonly costUsd: ReplayedMeasure;
  /** Requests whose cost that happened is partly an estimate (`costIsGuess` in the log), or partly unknown. */
  readonly guessedCosts: number;
  /** Those of the guessed ones that are partly unknown. */
  readonly incompleteCosts: number;
  /**
   * What happened is of the calls that answered, without failed calls before them. Estimates are means of
   * expected medians, which are not to be compared with the mean that happened.
   */
  readonly latencyMs: ReplayedMeasure;
  /**
   * Share of the answers that took longer than the replayed policy's median for their model: half, where
   * its estimates are right. Null where none is known.
   */
  readonly slowerThanEstimated: number | null;
  readonly quality: ReplayedMeasure;
  readonly models: readonly ReplayedModel[];
  /** Share that no model answered, of the requests whose service was recorded; null where none was. */
  readonly notAnswered: number | null;
  /** The largest first. */
  readonly moves: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly share: number;
  }[];
  /** Those with most requests first. */
  readonly tasks: readonly ReplayedTask[];
  /** Requests by who said what task they are of. */
  readonly taskLabels: TaskLabelCounts;
}

type Columns = Readonly<Record<ReplayColumn, Float64Array>>;

/** Summarizes replayed requests. */
export function computeReplay({ columns: lists, models, tasks, taskSources }: ReplayRows): Replay {
  const columns = Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, list.values()]),
  ) as Columns;
  const { weight, group, logged, replayed } = columns;
  const groups = indexGroups(group, weight);
  const total = sumOf(weight);
  const changed = logged.map((model, row) => (model === replayed[row] ? 0 : 1));
  return {
    requests: weight.length,
    weightedRequests: total,
    conversations: groups.count,
    changedShare: weight.length === 0 ? null : computeGroupedMean(changed, groups).mean,
    changed: computeShareSpread(changed, groups),
    costUsd: computeMeasure(columns, groups, costColumns),
    guessedCosts: sumOf(columns.paidIsGuess),
    incompleteCosts: sumOf(columns.paidIsIncomplete),
    latencyMs: computeMeasure(columns, groups, latencyColumns),
    slowerThanEstimated: computeSlowerShare(columns, groups),
    quality: computeMeasure(columns, groups, qualityColumns),
    models: listModels(columns, models, total),
    notAnswered: computeNotAnswered(columns),
    moves: listMoves(columns, models, total),
    tasks: listTasks(columns, tasks, changed),
    taskLabels: countTaskLabels(taskSources),
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

interface MeasureColumns {
  readonly happened: ReplayColumn;
  readonly served: ReplayColumn;
  readonly logged: ReplayColumn;
  readonly replayed: ReplayColumn;
}

const costColumns: MeasureColumns = {
  happened: 'paidUsd',
  served: 'servedCostUsd',
  logged: 'loggedCostUsd',
  replayed: 'replayedCostUsd',
};
const latencyColumns: MeasureColumns = {
  happened: 'tookMs',
  served: 'servedLatencyMs',
  logged: 'loggedLatencyMs',
  replayed: 'replayedLatencyMs',
};
const qualityColumns: MeasureColumns = {
  happened: 'feedback',
  served: 'servedQuality',
  logged: 'loggedQuality',
  replayed: 'replayedQuality',
};

function computeMeasure(
  columns: Columns,
  groups: GroupIndex,
  names: MeasureColumns,
): ReplayedMeasure {
  const [happened, served] = keepPairs(columns[names.happened], columns[names.served]);
  const [logged, replayed] = keepPairs(columns[names.logged], columns[names.replayed]);
  const mean = (values: Float64Array): number | null =>
    nullIfUnknown(computeGroupedMean(values, groups).mean);
  return {
    happened: {
      requests: countKnown(columns[names.happened]),
      mean: mean(columns[names.happened]),
      // Of other requests, the two means could not be compared.
      estimate: countKnown(happened) === countKnown(columns[names.happened]) ? mean(served) : null,
    },
    estimated: {
      requests: countKnown(replayed),
      logged: mean(logged),
      replayed: mean(replayed),
      difference: computeSpread(subtract(replayed, logged), groups),
    },
  };
}

function computeSlowerShare(
  { tookMs, servedLatencyMs }: Columns,
  groups: GroupIndex,
): number | null {
  const [took, median] = keepPairs(tookMs, servedLatencyMs);
  const isSlower = took.map((value, row) =>
    Number.isNaN(value) ? value : value > (median[row] as number) ? 1 : 0,
  );
  return nullIfUnknown(computeGroupedMean(isSlower, groups).mean);
}

/** Both values where both are known, else NaN. */
function keepPairs(first: Float64Array, second: Float64Array): [Float64Array, Float64Array] {
  const isKnown = (row: number): boolean =>
    !Number.isNaN(first[row] as number) && !Number.isNaN(second[row] as number);
  const keep = (value: number, row: number): number => (isKnown(row) ? value : Number.NaN);
  return [first.map(keep), second.map(keep)];
}

/**
 * The interval of a mean over conversations; null where these are few, or where the values do not
 * spread, which says nothing about other requests.
 */
function computeSpread(values: Float64Array, groups: GroupIndex): Interval | null {
  if (computeGroupedMean(values, groups).effectiveGroups < minIntervalGroups) return null;
  const interval = computeGroupedInterval(values, groups);
  return interval !== null && interval.high > interval.low ? interval : null;
}

/** The same of values that are 0 or 1. */
function computeShareSpread(values: Float64Array, groups: GroupIndex): Interval | null {
  const interval = computeSpread(values, groups);
  if (interval === null) return null;
  const { mean, low, high } = interval;
  return { mean, low: Math.max(0, low), high: Math.min(1, high) };
}

function subtract(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, row) => value - (others[row] as number));
}

function listMoves(
  { weight, logged, replayed }: Columns,
  models: readonly string[],
  total: number,
): Replay['moves'] {
  const sums = new Map<number, number>();
  const size = models.length + 1;
  logged.forEach((from, row) => {
    const to = replayed[row] as number;
    if (from === to) return;
    const key = (from + 1) * size + to + 1;
    sums.set(key, (sums.get(key) ?? 0) + (weight[row] as number));
  });
  return [...sums]
    .map(([key, sum]) => ({
      from: models[Math.floor(key / size) - 1] ?? null,
      to: models[(key % size) - 1] ?? null,
      share: sum / total,
    }))
    .sort((a, b) => b.share - a.share || compare(a.from, b.from) || compare(a.to, b.to));
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}

function listTasks(
  columns: Columns,
  tasks: readonly string[],
  changed: Float64Array,
): ReplayedTask[] {
  const { weight, group, task: taskOf } = columns;
  const rowsOf = tasks.map((): number[] => []);
  taskOf.forEach((task, row) => rowsOf[task]?.push(row));
  return tasks
    .map((task, index) => {
      const rows = rowsOf[index] ?? [];
      const pickRows = (values: Float64Array): Float64Array =>
        Float64Array.from(rows, (row) => values[row] as number);
      const groups = indexGroups(pickRows(group), pickRows(weight));
      const [costs, qualities, latencies] = [costColumns, qualityColumns, latencyColumns].map(
        ({ logged, replayed }) => subtract(pickRows(columns[replayed]), pickRows(columns[logged])),
      ) as [Float64Array, Float64Array, Float64Array];
      const mean = (values: Float64Array): number | null =>
        nullIfUnknown(computeGroupedMean(values, groups).mean);
      const differing = pickRows(changed);
      return {
        task,
        requests: rows.length,
        changedShare: computeGroupedMean(differing, groups).mean,
        changed: computeShareSpread(differing, groups),
        costUsd: computeSpread(costs, groups),
        quality: computeSpread(qualities, groups),
        latencyMs: computeSpread(latencies, groups),
        meanChange: { costUsd: mean(costs), quality: mean(qualities), latencyMs: mean(latencies) },
      };
    })
    .sort((a, b) => b.requests - a.requests || compare(a.task, b.task));
}
