import type { Run } from '../../measure/outcomes/run.js';
import { listRows } from '../../util/numeric-arrays.js';
import { findOverkill, type Overkill } from '../evaluate/diagnose/overkill.js';
import { findBestSingle } from '../evaluate/strategies/find-best-single.js';
import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { checkComparable, computeTrainingData, type TrainingData } from '../train/training-data.js';
import { selectUniformData, type UniformData } from '../train/uniform-data.js';
import { computeOverkillReport } from './compute-overkill-report.js';
import { readVolume } from './read-volume.js';
import type { OverkillReport, Volume } from './report.js';

/** What cheaper models are compared with, and how strictly. */
export interface OverkillOptions {
  /** The model in use now. @default the best single model */
  readonly baseline?: string | undefined;
  /** A model counts as worse if its quality is lower by this much or more. @default 0.03 */
  readonly margin?: number;
  /** Chance that any model of the table is wrongly called "not worse". @default 0.05 */
  readonly error?: number;
}

export interface OverkillRequest {
  /** The model in use now. @default the best single model */
  readonly baseline: string | undefined;
  readonly monthlyRequests: number | undefined;
  /** See `VolumeRequest.mixFile`. */
  readonly mix: string | undefined;
  /** See `OverkillSettings.margin`. */
  readonly margin: number;
}

/** Computes the overkill table of a run with its costs. Nothing is trained. */
export async function measureOverkill(
  run: Run,
  { baseline, monthlyRequests, mix, margin }: OverkillRequest,
): Promise<{
  readonly report: OverkillReport;
  readonly volume: Volume;
  /** A message for each model that was not compared, and for ungraded prompts. */
  readonly leftOut: readonly string[];
}> {
  const data = computeTrainingData(run.table);
  const volume = await readVolume(data, { monthlyRequests, mixFile: mix });
  const overkill = findOverkillIn(data, { baseline, margin });
  const { table, taskOf, groups } = selectUniformData(data);
  const report = computeOverkillReport(overkill, table, {
    volume,
    groups,
    taskOf,
    showPrompts: false,
  });
  return { report, volume, leftOut: describeLeftOut(data) };
}

/**
 * Finds the overkill in prepared outcomes. Nothing is trained.
 *
 * @throws RoutesmithError `usage` for an unknown baseline, `insufficient_data` where it was left out
 */
export function findOverkillIn(data: TrainingData, options: OverkillOptions): Overkill {
  const { baseline, margin, error } = options;
  checkComparable(data, baseline);
  const uniform = selectUniformData(data);
  return findOverkill(uniform.table, {
    baseline: baseline ?? findBestModel(uniform),
    groups: uniform.groups,
    taskOf: uniform.taskOf,
    ...(margin !== undefined && { margin }),
    ...(error !== undefined && { error }),
  });
}

function findBestModel({ table, taskOf, groups }: UniformData): string {
  const rows = listRows(table.prompts.length);
  const means = computeModelMeans(table, rows, taskOf);
  return table.models[findBestSingle(table, rows, means, groups)] ?? '';
}
