import { computeModelMeans, findBest } from '../verdict/model-means.js';
import { computeOverkill } from './overkill.js';
import type { Run } from '../../../measure/outcomes/run.js';
import { computeOverkillReport } from '../../report/compute-overkill-report.js';
import type { OverkillReport, Volume } from '../../report/report.js';
import { computeTrainingData } from '../../train/training-data.js';
import { readVolume } from '../../report/read-volume.js';

/** Computes the overkill table of a run with its money. Nothing is trained. */
export async function measureOverkill(
  run: Run,
  settings: {
    readonly baseline: string | undefined;
    readonly monthlyRequests: number | undefined;
    readonly mix: string | undefined;
    readonly margin: number;
  },
): Promise<{ readonly report: OverkillReport; readonly volume: Volume }> {
  const { table } = run;
  const { taskOf, groups } = computeTrainingData(table);
  const volume = await readVolume({ table, taskOf }, settings.monthlyRequests, settings.mix);
  const rows = Int32Array.from(table.prompts, (_, row) => row);
  const means = computeModelMeans(table, rows, taskOf);
  const baseline = settings.baseline ?? table.models[findBest(means.quality, means.costUsd)];
  const overkill = computeOverkill(table, {
    baseline: baseline as string,
    margin: settings.margin,
    groups,
    taskOf,
  });
  const report = computeOverkillReport(overkill, table, {
    volume,
    groups,
    taskOf,
    showPrompts: false,
  });
  return { report, volume };
}
