import {
  computeLowerBound,
  indexGroups,
  type GroupIndex,
} from '../../learn/evaluate/statistics/grouped-mean.js';
import type { Run } from '../../measure/outcomes/run.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { countTaskLabels, type TaskLabelCounts } from '../estimates/logged-outcome.js';
import { estimateMean, estimateShare, type Estimate } from '../estimates/estimate.js';
import type { AuditFile } from './audit-file.js';
import {
  computeAuditColumns,
  computeModelColumns,
  prepareCorrection,
  type AuditColumns,
  type JudgeCorrection,
} from './audit-columns.js';
import {
  combineColumns,
  uncorrected,
  widenColumn,
  type CorrectedColumn,
} from './corrected-column.js';
import { estimateAudit, multiply, type AuditEstimates } from './estimate-audit.js';
import type { GradeNoise } from './find-noise.js';
import type { Reference } from './find-reference.js';
import { listWrongDecisions, type WrongDecision } from './list-wrong-decisions.js';
import { minLabeled, type AuditReading } from './read-audited-requests.js';
import {
  computeKnownShare,
  countUnknownCosts,
  listModelCosts,
  listPairedCosts,
  type UnknownCosts,
} from './unknown-costs.js';

/** What an audit found of a task. */
export interface TaskAudit extends AuditEstimates {
  readonly task: string;
  /** Share of the logged requests. */
  readonly share: number;
}

/** Was it right? The answer of an audit. Figures that rest on costs are null where those are unknown. */
export interface AuditReport {
  readonly simulated: boolean;
  readonly log: string;
  readonly from: string;
  readonly to: string;
  /** Requests that the log stands for, without those of `unaudited`, and how many were audited. */
  readonly represented: number;
  readonly audited: number;
  readonly incomplete: number;
  readonly leftOut: Readonly<Record<string, number>>;
  /** The requests that these stand for; empty for an audit of an earlier version. */
  readonly leftOutRepresented: Readonly<Record<string, number>>;
  /** Ids of the first of them, by reason; empty for an audit of an earlier version. */
  readonly leftOutIds: Readonly<Record<string, readonly string[]>>;
  /**
   * Represented requests that count as answered by their choice, since only a decision was asked; null for an
   * audit of an earlier version.
   */
  readonly onlyDecided: number | null;
  /** What was found in the log, and what it lacks; null for an audit of an earlier version. */
  readonly logTotals: LogTotals | null;
  readonly leftOutModels: readonly string[];
  /** Left-out models that served, and about how many requests: no figure of the audit includes them. */
  readonly unaudited: { readonly models: readonly string[]; readonly represented: number };
  /** The single model that routing is compared with. */
  readonly reference: string;
  /** The policy's baseline, where it is not comparable and the reference takes its place; else null. */
  readonly referenceReplaces: string | null;
  readonly grading: {
    readonly judged: boolean;
    /** Requests whose answers people labeled, of those picked for them. */
    readonly labeled: number;
    readonly picked: number;
    /** Labels that are not used: another answer has replaced the one that they name. */
    readonly outdated: number;
    /** Whether the labels correct the figures; takes `minLabeled` labeled requests. */
    readonly corrected: boolean;
    readonly minLabeled: number;
  };
  /** Null without repeats: then chance differences between answers count as wrong decisions. */
  readonly noise: GradeNoise | null;
  readonly total: AuditEstimates;
  readonly unknownCosts: UnknownCosts;
  /**
   * What routing saved against the reference, and paid too much, in USD over the represented requests
   * whose costs are known.
   */
  readonly savedUsd: number | null;
  readonly overspentUsd: number | null;
  readonly models: readonly {
    readonly model: string;
    /** Corrected by people's labels where `grading.corrected`, as all figures are. */
    readonly quality: Estimate;
    /**
     * Mean of the requests that `total.costUsd` is of, or of all where that is not given; null where the
     * model's cost is not known on each of them.
     */
    readonly costUsd: number | null;
  }[];
  /** The first of these models, where it is clearly better than the reference; else null. */
  readonly betterReference: string | null;
  /** Who said of which task the drawn requests are. */
  readonly taskLabels: TaskLabelCounts;
  /**
   * Tasks with enough audited requests, of more than one conversation, and enough labels where those
   * correct, by regret.
   */
  readonly tasks: readonly TaskAudit[];
  /** The task where most quality is lost, if that is clearly more than on average. */
  readonly worstTask: string | null;
  /** Those that lost most first, by the grades alone: without people's labels. */
  readonly examples: readonly WrongDecision[];
  readonly production: AuditFile['production'];
}

/** Of fewer audited requests of a task, nothing is said. */
const minTaskRequests = 10;
/** Nor where people's labels correct the figures, but fewer of the task's requests are labeled. */
const minTaskLabels = 5;

/** Computes what an audit says about the log that it was drawn from. */
export function computeAuditReport(
  run: Run,
  audit: AuditFile,
  reading: AuditReading,
  {
    judged,
    outdated,
    reference: { model: reference, replaces },
    seed,
  }: { judged: boolean; outdated: number; reference: Reference; seed: number },
): AuditReport {
  const { requests, unaudited } = reading;
  const correction = prepareCorrection(requests, { seed });
  const columns = computeAuditColumns(requests, reference, correction);
  const total = estimateAudit(requests, columns, reference);
  const tasks = estimateTasks(reading, columns, reference, total);
  const models = listModels(reading, reference, correction);
  const costUsd = listPairedCosts(requests, reference).served;
  const represented = audit.represented * (1 - unaudited.share);
  const sumOver = (meanUsd: number, values: Float64Array): number | null =>
    Number.isFinite(meanUsd)
      ? meanUsd * represented * computeKnownShare(values, requests.weights)
      : null;
  const worst = tasks.find(({ regret }) => regret.low > total.regret.mean);
  return {
    simulated: run.info.simulated,
    log: audit.log,
    from: audit.from,
    to: audit.to,
    represented: Math.round(represented),
    audited: requests.weights.length,
    incomplete: reading.incomplete,
    leftOut: audit.leftOut,
    leftOutRepresented: audit.leftOutRepresented ?? {},
    leftOutIds: audit.leftOutIds ?? {},
    onlyDecided: audit.onlyDecided ?? null,
    logTotals: audit.logTotals ?? null,
    leftOutModels: reading.leftOutModels,
    unaudited: {
      models: unaudited.models,
      represented: Math.round(audit.represented * unaudited.share),
    },
    reference: requests.models[reference] ?? '',
    referenceReplaces: replaces,
    grading: {
      judged,
      labeled: reading.labeled,
      picked: audit.picked?.length ?? 0,
      outdated,
      corrected: requests.labelWeights !== undefined,
      minLabeled,
    },
    noise: reading.noise ?? null,
    total,
    unknownCosts: countUnknownCosts(requests, { costUsd, compared: columns.overkill.values }),
    savedUsd: sumOver(total.referenceCostUsd.mean - total.costUsd.mean, costUsd),
    overspentUsd: sumOver(total.overspentUsd.mean, columns.overspentUsd.values),
    models: models.map(({ model, quality, costUsd }) => ({ model, quality, costUsd })),
    betterReference: models[0]?.isBetter === true ? models[0].model : null,
    taskLabels: countTaskLabels(audit.drawn.map(({ taskBy }) => taskBy)),
    tasks,
    worstTask: worst?.task ?? null,
    examples: listWrongDecisions(run, reading),
    production: audit.production,
  };
}

function estimateTasks(
  { requests }: AuditReading,
  columns: AuditColumns,
  reference: number,
  total: AuditEstimates,
): TaskAudit[] {
  const rows = [...requests.weights.keys()];
  const { labelWeights } = requests;
  // Those of one conversation have no spread that would tell of others.
  const hasGroups = (own: readonly number[]): boolean =>
    new Set(own.map((row) => valueAt(requests.groups, row))).size > 1;
  const hasLabels = (own: readonly number[]): boolean =>
    labelWeights === undefined ||
    own.filter((row) => valueAt(labelWeights, row) > 0).length >= minTaskLabels;
  return requests.tasks
    .map((task, number) => ({ task, own: rows.filter((row) => requests.taskOf[row] === number) }))
    .filter(({ own }) => own.length >= minTaskRequests && hasGroups(own) && hasLabels(own))
    .map(({ task, own }): TaskAudit => {
      const estimates = estimateAudit(requests, columns, reference, own);
      return { task, share: estimates.represented / total.represented, ...estimates };
    })
    .sort((a, b) => rankOf(b) - rankOf(a));
}

/** By regret; tasks of which it is not known come last. */
function rankOf({ regret }: TaskAudit): number {
  return Number.isNaN(regret.mean) ? -1 : regret.mean;
}

/** All models, the best first; `isBetter` where it is clearly better than the reference on the same requests. */
function listModels(
  { requests }: AuditReading,
  reference: number,
  correction: JudgeCorrection | undefined,
): readonly (AuditReport['models'][number] & { readonly isBetter: boolean })[] {
  const { models, groups, weights, labelWeights } = requests;
  const index = indexGroups(groups, weights);
  const observed = labelWeights && multiply(weights, labelWeights);
  const columns = computeModelColumns(requests, correction);
  const base = columns[reference] ?? uncorrected(new Float64Array(weights.length));
  const paired = listPairedCosts(requests, reference).served;
  const meanCost = (model: number): number | null => {
    const costs = listModelCosts(requests, model, paired);
    return costs === undefined ? null : estimateMean(costs, index).mean;
  };
  return columns
    .map((column, number) => ({
      model: models[number] ?? '',
      quality: estimateShare(widenColumn(column, weights), index, observed),
      costUsd: meanCost(number),
      isBetter: isAbove(column, base, index),
    }))
    .sort((a, b) => b.quality.mean - a.quality.mean);
}

/** Whether the mean of one column is above that of the other by more than chance, at 97.5 % confidence. */
function isAbove(one: CorrectedColumn, other: CorrectedColumn, groups: GroupIndex): boolean {
  const gains = combineColumns(one, other, (values, others) =>
    values.map((value, row) => value - valueAt(others, row)),
  );
  const widened = widenColumn(gains, groups.weights);
  return computeLowerBound(widened, groups, { worst: -1, error: 0.025 }) > 0;
}
