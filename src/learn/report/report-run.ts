import { readAddedRecord, type AddedModel } from '../adaptive/added/added-record.js';
import { readAdaptiveRecord, type AdaptiveRecord } from '../adaptive/adaptive-record.js';
import { readRunHealth } from '../../measure/outcomes/run-health.js';
import type { Run } from '../../measure/outcomes/run.js';
import type { ReportSettings } from './assemble-report.js';
import { composeReport } from './compose-report.js';
import { measurePolicy } from './measure-policy.js';
import type { Report, ReportedEvaluation } from './report.js';
import { computeOutcomesDigest } from '../train/outcomes-digest.js';
import { checkComparable, computeTrainingData } from '../train/training-data.js';
import { readPolicyFile } from '../read-policy-file.js';
import { readReplayFile } from './read-replay-file.js';
import { readVolume } from './read-volume.js';

export interface ReportRequest extends Omit<
  ReportSettings,
  'volume' | 'evaluatedBy' | 'evaluationOrigin'
> {
  readonly policyFile: string | undefined;
  /** Output of `replay --json`. */
  readonly replayFile?: string | undefined;
  readonly monthlyRequests: number | undefined;
  readonly mixFile: string | undefined;
  /** Returns the evaluation of the run. */
  evaluate(outcomesDigest: string): Promise<EvaluationForReport>;
  /** Evaluates the run with the baseline of a policy file. @default an evaluation has the one it has */
  evaluateWith?(baseline: string): Promise<EvaluationForReport>;
}

export interface EvaluationForReport extends Pick<
  ReportSettings,
  'evaluatedBy' | 'evaluationOrigin'
> {
  readonly evaluation: ReportedEvaluation;
}

/** Collects the inputs of a report, and computes it. */
export async function reportRun(run: Run, request: ReportRequest): Promise<Report> {
  const { policyFile, replayFile, monthlyRequests, mixFile, evaluate, evaluateWith, ...settings } =
    request;
  const data = computeTrainingData(run.table);
  checkComparable(data, settings.baseline);
  const volume = await readVolume(data, { monthlyRequests, mixFile });
  const outcomesDigest = computeOutcomesDigest(run.table);
  const policy =
    policyFile === undefined
      ? undefined
      : measurePolicy(await readPolicyFile(policyFile), {
          name: policyFile,
          data,
          run,
          outcomesDigest,
          seed: settings.seed,
        });
  const replay = replayFile === undefined ? undefined : await readReplayFile(replayFile);
  let evaluated = await evaluate(outcomesDigest);
  const baseline = policy?.isPolicyOfRun === true ? policy.loaded.policy.baseline : undefined;
  // A file trained with --baseline has other plans, and so other figures, than the run without it.
  if (
    baseline !== undefined &&
    baseline !== evaluated.evaluation.baseline &&
    settings.baseline === undefined &&
    evaluateWith !== undefined
  ) {
    evaluated = await evaluateWith(baseline);
  }
  const { evaluation, ...origin } = evaluated;
  const health = await readRunHealth(run);
  const [adaptive, added] = [await readPurchases(run), await readAdditions(run)];
  return composeReport(
    { data, run, outcomesDigest, evaluation, policy, replay, health, adaptive, added },
    { ...settings, ...origin, volume },
  );
}

/**
 * The record of what an adaptive sweep bought. A full sweep into the same folder leaves the record, but
 * its results rest on all prompts.
 */
export async function readPurchases(
  run: Pick<Run, 'info' | 'directory' | 'table'>,
): Promise<AdaptiveRecord | undefined> {
  if (run.info.kind !== 'sweep' || run.table.design !== 'adaptive') return undefined;
  return await readAdaptiveRecord(run.directory);
}

/** The models that were added by a part of the prompts, without those that were swept fully since. */
export async function readAdditions(
  run: Pick<Run, 'info' | 'directory' | 'table'>,
): Promise<readonly AddedModel[]> {
  if (run.info.kind !== 'sweep') return [];
  const { models = [] } = (await readAddedRecord(run.directory)) ?? {};
  const isPartial = run.table.design === 'adaptive';
  return models.filter(({ model }) => isPartial || !run.table.models.includes(model));
}
