import { evaluatePolicy } from '../evaluate/compare/evaluate-policy.js';
import { computeRobustness } from '../evaluate/diagnose/robustness.js';
import { readRunHealth } from '../../measure/outcomes/run-health.js';
import type { Run } from '../../measure/outcomes/run.js';
import { computeReport, type MeasuredPolicy, type ReportSettings } from './compute-report.js';
import type { Report, ReportedEvaluation } from './report.js';
import { findWarnings } from '../train/find-warnings.js';
import {
  checkComparable,
  computeOutcomesDigest,
  computeTrainingData,
  type TrainingData,
} from '../train/training-data.js';
import { createRandom, shuffle } from '../../util/random.js';
import { readPolicyFile } from '../read-policy-file.js';
import { readVolume } from './read-volume.js';

export interface ReportRequest extends Omit<ReportSettings, 'volume' | 'evaluatedBy'> {
  readonly policyFile: string | undefined;
  readonly monthlyRequests: number | undefined;
  readonly mixFile: string | undefined;
  /** Returns the evaluation of the run, and its origin in words. */
  evaluate(outcomesDigest: string): Promise<{
    readonly evaluation: ReportedEvaluation;
    readonly evaluatedBy: string;
  }>;
}

/** Number of prompts to perturb; "routesmith robustness" uses more. */
const perturbedPrompts = 150;

/** Collects the inputs of a report, and computes it. */
export async function reportRun(run: Run, request: ReportRequest): Promise<Report> {
  const { policyFile, monthlyRequests, mixFile, evaluate, ...settings } = request;
  const data = computeTrainingData(run.table);
  checkComparable(data, settings.baseline);
  const volume = await readVolume(data, { monthlyRequests, mixFile });
  const outcomesDigest = computeOutcomesDigest(run.table);
  const policy =
    policyFile === undefined
      ? undefined
      : await measurePolicy(policyFile, data, outcomesDigest, settings.seed);
  const { evaluation, evaluatedBy } = await evaluate(outcomesDigest);
  const health = await readRunHealth(run);
  const policyOfRun = policy?.isTrainingData === true ? policy.loaded.policy : undefined;
  return computeReport(
    {
      run: { ...run, table: data.table },
      taskOf: data.taskOf,
      groups: data.groups,
      evaluation,
      warnings: [
        ...new Set([
          ...(evaluation.leftOut ?? []),
          ...findWarnings(
            data,
            evaluation,
            policyOfRun ?? { objectives: [], verdict: evaluation.verdict },
            health,
          ),
        ]),
      ],
      outcomesDigest,
      ...(health !== undefined && { health }),
      ...(policy !== undefined && { policy }),
    },
    { ...settings, volume, evaluatedBy },
  );
}

async function measurePolicy(
  file: string,
  { table, groups }: TrainingData,
  outcomesDigest: string,
  seed: number,
): Promise<MeasuredPolicy> {
  const loaded = await readPolicyFile(file);
  const isTrainingData = loaded.policy.provenance.outcomesDigest === outcomesDigest;
  const prompts = shuffle(
    table.prompts.map(({ prompt }) => prompt),
    createRandom(seed),
  ).slice(0, perturbedPrompts);
  return {
    file,
    loaded,
    isTrainingData,
    robustness: computeRobustness(loaded, prompts, { seed }),
    ...(!isTrainingData && {
      applied: evaluatePolicy(loaded, table, { seed, groups, outcomesDigest }),
    }),
  };
}
