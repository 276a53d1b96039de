import { listUniformRows } from '../../measure/outcomes/chosen-cells.js';
import type { ModelInfo, Run } from '../../measure/outcomes/run.js';
import { collectPrices } from '../../measure/outcomes/run-prices.js';
import { findOverkill, type Overkill } from '../evaluate/diagnose/overkill.js';
import { findBestAlone } from '../evaluate/plan/make-plan.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { collectLimits } from '../train/model-limits.js';
import { poolEstimates } from '../train/pool-estimates.js';
import { checkComparable, computeTrainingData, type TrainingData } from '../train/training-data.js';
import { selectUniformData } from '../train/uniform-data.js';
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
  /**
   * Prices, context windows and abilities of the models: one that cannot take nearly all prompts is not
   * the best single model. @default nothing is known but outcomes
   */
  readonly models?: readonly ModelInfo[];
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
  const overkill = findOverkillIn(data, { baseline, margin, models: run.info.models });
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
 * @throws RoutesmithError `usage` for an unknown baseline or an impossible margin, `insufficient_data` where it was left out
 */
export function findOverkillIn(data: TrainingData, options: OverkillOptions): Overkill {
  const { baseline, margin, error, models = [] } = options;
  checkComparable(data, baseline);
  const uniform = selectUniformData(data);
  return findOverkill(uniform.table, {
    baseline: baseline ?? findBestModel(data, models),
    groups: uniform.groups,
    taskOf: uniform.taskOf,
    ...(margin !== undefined && { margin }),
    ...(error !== undefined && { error }),
  });
}

/** The baseline that training would choose, but for which prompts are held out and for scorers. */
function findBestModel(data: TrainingData, models: readonly ModelInfo[]): string {
  const { table, taskOf, groups } = data;
  const estimates = poolEstimates(data, {
    prices: collectPrices({ models }),
    limits: collectLimits({ models }),
  });
  const rows = listUniformRows(table);
  return table.models[findBestAlone({ table, rows, taskOf, groups, estimates })] ?? '';
}
