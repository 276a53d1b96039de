import type { HumanLabel } from '../../measure/outcomes/read-human-labels.js';
import { readRepeats, type RepeatedQualities } from '../../measure/outcomes/read-repeats.js';
import type { Run } from '../../measure/outcomes/run.js';
import { rowOf, viewMatrix } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import type { AuditFile, DrawnRequest } from './audit-file.js';
import { groupRequests } from './group-requests.js';
import { findNoise, type GradeNoise } from './find-noise.js';
import { readChargedCosts } from './read-charged-costs.js';
import { weighLabels } from './weigh-labels.js';

/** The audited requests of a run, and what is missing among them. */
export interface AuditReading {
  readonly requests: AuditedRequests;
  /** The drawn request of each. */
  readonly drawn: readonly DrawnRequest[];
  /** Row of the run's table of each. */
  readonly rowOf: readonly number[];
  /** Drawn requests for which an answer or a grade is missing. */
  readonly incomplete: number;
  /** Models that lack a grade on so many prompts that they are left out. */
  readonly leftOutModels: readonly string[];
  /** What left-out models served: none of it is audited. */
  readonly unaudited: Unaudited;
  /** Undefined without repeats, or with too few. */
  readonly noise: GradeNoise | undefined;
  /** Requests that people labeled, of those picked for them. */
  readonly labeled: number;
}

/** Drawn requests that were served by models which lack grades. */
export interface Unaudited {
  readonly models: readonly string[];
  /** Of the requests that the drawn ones stand for. */
  readonly share: number;
}

/** A model without a grade on a greater share of the prompts is not compared. */
const maxMissing = 0.2;

/** With fewer labeled requests, a judge cannot be corrected. */
export const minLabeled = 20;

/** Joins an audit's run with what was drawn, and with people's labels. */
export async function readAuditedRequests(
  run: Run,
  audit: AuditFile,
  labels: readonly HumanLabel[],
): Promise<AuditReading> {
  const { table } = run;
  const quality = viewMatrix(table.quality, table.models.length);
  const cost = viewMatrix(await readChargedCosts(run), table.models.length);
  const isKnown = (row: number, model: number): boolean => !Number.isNaN(quality.at(row, model));
  const kept = [...table.models.keys()].filter((model) => {
    const missing = table.prompts.filter((_, row) => !isKnown(row, model)).length;
    return missing <= maxMissing * table.prompts.length;
  });
  const models = kept.map((model) => table.models[model] as string);
  const rowOfExample = new Map(table.prompts.map(({ id }, row) => [id, row]));
  const complete = audit.drawn.filter(({ example, served }) => {
    const row = rowOfExample.get(example);
    return (
      row !== undefined && models.includes(served) && kept.every((model) => isKnown(row, model))
    );
  });
  const tableRows = complete.map(({ example }) => rowOfExample.get(example) as number);
  const repeats = await readRepeats(run);
  const list = <Value>(valueOf: (row: number, model: number) => Value): Value[] =>
    tableRows.flatMap((row) => kept.map((model) => valueOf(row, model)));
  const fill = (valueOf: (row: number, model: number) => number): Float64Array =>
    Float64Array.from(list(valueOf));
  const cells = repeats && list((row, model) => repeats[model]?.[row] ?? []);
  const noise = findNoise(cells, models.length);
  const isNoisy = noise !== undefined && noise.deviation > 0;
  const human = createHumanGrades(labels, repeats, table.models);
  const humanCells = list((row, model) => human(table.prompts[row]?.id ?? '', row, model));
  const grades = Float64Array.from(humanCells, computeMean);
  const weights = Float64Array.from(complete, ({ probability, keep }) => 1 / (probability * keep));
  const isLabeled = (row: number): boolean => !rowOf(grades, row, models.length).some(Number.isNaN);
  const labelWeights = weighLabels(audit, { drawn: complete, weights }, isLabeled);
  const labeled = labelWeights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  const tasks = [...new Set(complete.map(({ task }) => task))].sort();
  return {
    requests: {
      models,
      served: Int32Array.from(complete, ({ served }) => models.indexOf(served)),
      quality: fill((row, model) => quality.at(row, model)),
      costUsd: fill((row, model) => cost.at(row, model)),
      human: grades,
      taskOf: Int32Array.from(complete, ({ task }) => tasks.indexOf(task)),
      tasks,
      groups: groupRequests(complete),
      weights,
      labelWeights: labeled < minLabeled ? undefined : labelWeights,
      repeats: isNoisy ? cells : undefined,
      humanRepeats: isNoisy ? humanCells : undefined,
    },
    drawn: complete,
    rowOf: tableRows,
    incomplete: audit.drawn.length - complete.length,
    leftOutModels: table.models.filter((id) => !models.includes(id)),
    unaudited: findUnaudited(audit, models),
    noise,
    labeled,
  };
}

function findUnaudited({ drawn }: AuditFile, models: readonly string[]): Unaudited {
  const isLeft = ({ served }: DrawnRequest): boolean => !models.includes(served);
  const weigh = (requests: readonly DrawnRequest[]): number =>
    requests.reduce((sum, { probability, keep }) => sum + 1 / (probability * keep), 0);
  const left = drawn.filter(isLeft);
  return {
    models: [...new Set(left.map(({ served }) => served))].sort(),
    share: weigh(left) / weigh(drawn),
  };
}

/**
 * People's grades of the answers of a cell, each the mean of all who graded it; none unless they graded as
 * many answers as the graders did.
 */
function createHumanGrades(
  labels: readonly HumanLabel[],
  repeats: RepeatedQualities | undefined,
  models: readonly string[],
): (example: string, row: number, model: number) => readonly number[] {
  const byCell = new Map<string, Map<number, number[]>>();
  for (const { task, model, repeat, quality } of labels) {
    const key = JSON.stringify([task, model]);
    const known = byCell.get(key) ?? new Map<number, number[]>();
    known.set(repeat, [...(known.get(repeat) ?? []), quality]);
    byCell.set(key, known);
  }
  return (example, row, model) => {
    const grades = byCell.get(JSON.stringify([example, models[model]]));
    const wanted = repeats?.[model]?.[row]?.length ?? 1;
    if (grades === undefined || grades.size < wanted) return [];
    return Array.from(grades.values(), computeMean);
  };
}

/** NaN without values. */
function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
