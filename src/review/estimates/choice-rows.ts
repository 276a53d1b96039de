import type { LoggedChoices, PolicyChoices } from './logged-choices.js';

export type ChoiceRows = { readonly [Name in keyof PolicyChoices]: number[] };

/** Columns with an entry for each request that says something of the policies' choices. */
export interface Rows {
  readonly log: { readonly [Name in keyof Omit<LoggedChoices, 'usual' | 'groups'>]: number[] };
  readonly usual: ChoiceRows;
  readonly target: ChoiceRows;
  readonly of: {
    readonly group: number[];
    readonly weight: number[];
    readonly task: number[];
    /** 1 where a model answered, also one that the log's policy does not have; else 0. */
    readonly isAnswered: number[];
  };
}

export function createRows(): Rows {
  const createChoices = (): ChoiceRows => ({
    model: [],
    estimate: [],
    loggedPropensity: [],
    failed: [],
  });
  return {
    log: { chosen: [], served: [], propensity: [], quality: [], servedEstimate: [] },
    usual: createChoices(),
    target: createChoices(),
    of: { group: [], weight: [], task: [], isAnswered: [] },
  };
}

/** Requests of a task that were answered, and those of them with a known quality. */
export interface ReportCounts {
  readonly answered: number;
  readonly reported: number;
}

/** The rows that estimates are made of, and what became of all. */
export interface SelectedRows extends Rows {
  /** Those with a known quality. */
  readonly requests: number;
  /** Requests that nobody answered and that are not among the rows. */
  readonly dropped: number;
}

/**
 * Selects the rows with a known quality, and as many of the others as belong to those: see
 * `pickLikeReported`. Where no quality is known, none are selected.
 *
 * @param reports by task; undefined for one of which no request was answered
 */
export function selectRows(
  rows: Rows,
  reports: readonly (ReportCounts | undefined)[],
): SelectedRows {
  const { task, isAnswered } = rows.of;
  const requests = rows.log.served.filter((model) => model >= 0).length;
  const unanswered = [...task.keys()].filter((row) => isAnswered[row] === 0);
  const picked = pickLikeReported(
    unanswered.map((row) => task[row] as number),
    reports,
  );
  const dropped = new Set(unanswered.filter((_, place) => requests === 0 || !picked[place]));
  const isKept = (_: number, row: number): boolean => requests > 0 && !dropped.has(row);
  const pick = <Columns extends Readonly<Record<string, number[]>>>(columns: Columns): Columns =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, values.filter(isKept)]),
    ) as Columns;
  return {
    log: pick(rows.log),
    usual: pick(rows.usual),
    target: pick(rows.target),
    of: pick(rows.of),
    requests,
    dropped: dropped.size,
  };
}

/**
 * Picks of requests that nobody answered, and so nobody reports on, the share that would have a report if
 * they had been answered: of each task the share of its answered requests, evenly spread. To use all of
 * them would count a failure as often as several answers where few answers have a report.
 *
 * @param tasks of those requests, as numbers
 * @param reports by task; undefined for one of which no request was answered: all tasks count there
 * @returns for each request whether it is picked
 */
function pickLikeReported(
  tasks: readonly number[],
  reports: readonly (ReportCounts | undefined)[],
): boolean[] {
  const all = { answered: 0, reported: 0 };
  for (const { answered, reported } of reports.filter((one) => one !== undefined)) {
    all.answered += answered;
    all.reported += reported;
  }
  const seenOf = new Map<number, number>();
  return tasks.map((task) => {
    const { answered, reported } = reports[task] ?? all;
    const seen = seenOf.get(task) ?? 0;
    seenOf.set(task, seen + 1);
    const countPicked = (of: number): number => Math.round((of * reported) / answered);
    return answered > 0 && countPicked(seen + 1) > countPicked(seen);
  });
}
