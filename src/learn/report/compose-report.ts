import type { AddedModel } from '../adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../adaptive/adaptive-record.js';
import type { RunHealth } from '../../measure/outcomes/run-health.js';
import type { Run } from '../../measure/outcomes/run.js';
import { findWarnings } from '../train/find-warnings.js';
import { collectLimits } from '../train/model-limits.js';
import type { TrainingData } from '../train/training-data.js';
import { assembleReport, type MeasuredPolicy, type ReportSettings } from './assemble-report.js';
import type { Report, ReportedEvaluation, ReportedReplay } from './report.js';

/** What a report is made of: outcomes that are ready for training, and their evaluation. */
export interface ReportParts {
  readonly data: TrainingData;
  readonly run: Pick<Run, 'info' | 'leftOut'>;
  /** Of all outcomes, with those of models that the data leaves out. */
  readonly outcomesDigest: string;
  readonly evaluation: ReportedEvaluation;
  readonly health?: RunHealth | undefined;
  readonly policy?: MeasuredPolicy | undefined;
  readonly replay?: ReportedReplay | undefined;
  /** Of the adaptive sweep that made the outcomes. */
  readonly adaptive?: AdaptiveRecord | undefined;
  /** Models that were added to the run by a part of the prompts. @default none */
  readonly added?: readonly AddedModel[];
}

/** Computes the content of a report, with its warnings. */
export function composeReport(parts: ReportParts, settings: ReportSettings): Report {
  const { data, run, outcomesDigest, evaluation, health, policy, replay, adaptive, added } = parts;
  const policyOfRun = policy?.isPolicyOfRun === true ? policy.loaded.policy : undefined;
  const warned = policyOfRun ?? { objectives: [], verdict: evaluation.verdict };
  return assembleReport(
    {
      run: { ...run, table: data.table },
      taskOf: data.taskOf,
      groups: data.groups,
      evaluation,
      warnings: [
        ...new Set([
          ...(evaluation.leftOut ?? []),
          ...findWarnings(data, evaluation, warned, {
            cells: health?.models,
            limits: collectLimits(run.info),
          }),
        ]),
      ],
      outcomesDigest,
      ...(health !== undefined && { health }),
      ...(policy !== undefined && { policy }),
      ...(replay !== undefined && { replay }),
      ...(adaptive !== undefined && { adaptive }),
      ...(added !== undefined && { added }),
    },
    settings,
  );
}
