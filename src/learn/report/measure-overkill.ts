import type { Run } from '../../measure/outcomes/run.js';
import { findOverkillIn } from '../library/compute-overkill.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { computeTrainingData } from '../train/training-data.js';
import { computeOverkillReport } from './compute-overkill-report.js';
import { readVolume } from './read-volume.js';
import type { OverkillReport, Volume } from './report.js';

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
  /** A message for each model that was not compared. */
  readonly leftOut: readonly string[];
}> {
  const data = computeTrainingData(run.table);
  const { table, taskOf, groups } = data;
  const volume = await readVolume({ table, taskOf }, { monthlyRequests, mixFile: mix });
  const overkill = findOverkillIn(data, { baseline, margin });
  const report = computeOverkillReport(overkill, table, {
    volume,
    groups,
    taskOf,
    showPrompts: false,
  });
  return { report, volume, leftOut: describeLeftOut(data.leftOutModels) };
}
