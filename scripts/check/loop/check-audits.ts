import type { Interval } from '../../../src/policy/file/policy.js';
import type { AuditedRequests } from '../../../src/review/audit/audited-requests.js';
import { uncorrected } from '../../../src/review/audit/corrected-column.js';
import { drawSample } from '../../../src/review/audit/draw-sample.js';
import { computeAuditColumns, prepareCorrection } from '../../../src/review/audit/audit-columns.js';
import { estimateAudit } from '../../../src/review/audit/estimate-audit.js';
import { findStakes } from '../../../src/review/audit/find-stakes.js';
import { weighLabels } from '../../../src/review/audit/weigh-labels.js';
import { findCloseness } from '../../../src/review/audit/find-closeness.js';
import { createRandom, type Random } from '../../../src/util/random.js';
import { isInside } from './check-estimates.js';
import { correctWithTruth } from './estimate-ceiling.js';
import type { RoutedWorld } from './routed-world.js';

/** How often a judge errs. An unbiased one errs alike on right and wrong answers of any model. */
export type SimulatedJudge = 'none' | 'fair' | 'biased';

export interface AuditSettings {
  readonly judge: SimulatedJudge;
  readonly audits: number;
  readonly logged: number;
  readonly audited: number;
  /** Share of the answers that people label. */
  readonly labeled: number;
  readonly seed: number;
}

/** What the intervals of simulated audits are worth. */
export interface AuditFinding {
  readonly world: string;
  readonly judge: SimulatedJudge;
  readonly audits: number;
  readonly judgeAccuracy: number;
  /** Shares of the intervals that hold the truth about all logged requests. */
  readonly keptCoverage: number;
  readonly regretCoverage: number;
  readonly betterCoverage: number;
  /** Width of the intervals without the judge, divided by those with it. */
  readonly qualityWidthRatio: number;
  readonly keptWidthRatio: number;
  readonly regretWidthRatio: number;
  /** `keptWidthRatio` by what nobody knows, from the first audits: see `correctWithTruth`. */
  readonly keptWidthCeiling: number;
}

/** The ceiling is the same in all audits, and slow to compute. */
const ceilingAudits = 50;
const fairError = 0.15;

/** Audits simulated logs, and compares what each audit says with the truth. */
export function checkAudits(world: RoutedWorld, settings: AuditSettings): AuditFinding {
  const { audits, judge, seed } = settings;
  const random = createRandom(seed);
  const reference = findBest(world);
  const sums = {
    kept: 0,
    regret: 0,
    better: 0,
    qualityRatio: 0,
    keptRatio: 0,
    regretRatio: 0,
    ceiling: 0,
    accuracy: 0,
  };
  for (let round = 0; round < audits; round++) {
    const log = Int32Array.from({ length: settings.logged }, () =>
      Math.floor(random() * world.prompts),
    );
    const truth = computeTruth(world, log, reference);
    const requests = simulateAudit({ world, log, reference }, settings, random);
    const estimates = estimate(requests.audited, reference, true);
    sums.accuracy += requests.accuracy;
    sums.kept += isInside(estimates.keptQuality, truth.kept);
    sums.regret += isInside(estimates.regret, truth.regret);
    sums.better += isInside(estimates.better, truth.better);
    if (judge === 'none') continue;
    const unaided = estimate(requests.audited, reference, false);
    sums.qualityRatio += widthOf(unaided.quality) / widthOf(estimates.quality);
    sums.keptRatio += widthOf(unaided.keptQuality) / widthOf(estimates.keptQuality);
    sums.regretRatio += widthOf(unaided.regret) / widthOf(estimates.regret);
    if (judge !== 'fair' || round >= ceilingAudits) continue;
    const { audited, drawn } = requests;
    const given = { drawn, reference, accuracy: 1 - fairError };
    const corrected = correctWithTruth(world, audited, given);
    const columns = {
      ...computeAuditColumns(audited, reference, prepareCorrection(audited, { seed: 1 })),
      served: uncorrected(corrected.served),
      reference: uncorrected(corrected.reference),
    };
    const best = estimateAudit(audited, columns, reference);
    sums.ceiling += widthOf(unaided.keptQuality) / widthOf(best.keptQuality);
  }
  const ratio = (sum: number): number => (judge === 'none' ? Number.NaN : sum / audits);
  return {
    world: world.name,
    judge,
    audits,
    judgeAccuracy: sums.accuracy / audits,
    keptCoverage: sums.kept / audits,
    regretCoverage: sums.regret / audits,
    betterCoverage: sums.better / audits,
    qualityWidthRatio: ratio(sums.qualityRatio),
    keptWidthRatio: ratio(sums.keptRatio),
    regretWidthRatio: ratio(sums.regretRatio),
    keptWidthCeiling:
      judge === 'fair' ? sums.ceiling / Math.min(audits, ceilingAudits) : Number.NaN,
  };
}

function estimate(
  audited: AuditedRequests,
  reference: number,
  withJudge: boolean,
): ReturnType<typeof estimateAudit> {
  const correction = prepareCorrection(audited, { seed: 1, withJudge });
  const columns = computeAuditColumns(audited, reference, correction);
  return estimateAudit(audited, columns, reference);
}

function simulateAudit(
  {
    world,
    log,
    reference,
  }: {
    readonly world: RoutedWorld;
    /** The prompt of each request. */
    readonly log: Int32Array;
    readonly reference: number;
  },
  { judge, audited: size, labeled }: AuditSettings,
  random: Random,
): {
  readonly audited: AuditedRequests;
  readonly drawn: readonly number[];
  readonly accuracy: number;
} {
  const width = world.models.length;
  const closeness = Float64Array.from(log, (prompt) =>
    findCloseness(world.estimates.subarray(prompt * width, (prompt + 1) * width), () => true),
  );
  const { members, probability } = drawSample(closeness, size, random);
  const prompts = members.map((member) => log[member] as number);
  const cells = Array.from(prompts).flatMap((prompt) =>
    world.models.map((_, model) => prompt * width + model),
  );
  const human = Float64Array.from(cells, (cell) => world.quality[cell] as number);
  const quality = human.map((right, cell) => judgeAnswer(judge, right, cell % width, random));
  const accuracy =
    quality.reduce((sum, grade, cell) => sum + (grade === human[cell] ? 1 : 0), 0) / human.length;
  const unlabeled = {
    models: world.models,
    served: prompts.map((prompt) => world.current[prompt] as number),
    quality,
    costUsd: Float64Array.from(cells, (cell) => world.costUsd[cell] as number),
    taskOf: prompts.map((prompt) => world.taskOf[prompt] as number),
    tasks: [],
    groups: Int32Array.from(prompts, (_, row) => row),
    weights: probability.map((chance) => 1 / chance),
    repeats: undefined,
  };
  const sample = drawSample(findStakes(unlabeled, reference), Math.round(labeled * size), random);
  const picked = Array.from(sample.members, (row, place) => ({
    id: String(row),
    probability: sample.probability[place] as number,
  }));
  const rows = Array.from(prompts, (_, row) => ({ id: String(row) }));
  const { weights } = unlabeled;
  const labelWeights = weighLabels({ picked }, { drawn: rows, weights }, () => true);
  return {
    audited: {
      ...unlabeled,
      human,
      humanRepeats: undefined,
      labelWeights: judge === 'none' ? undefined : labelWeights,
    },
    drawn: Array.from(prompts),
    accuracy,
  };
}

/** A fair judge errs in 15 % of all cases; a biased one favors wrong answers, and some models more. */
function judgeAnswer(judge: SimulatedJudge, right: number, model: number, random: Random): number {
  if (judge === 'none') return right;
  const missed = judge === 'fair' ? fairError : 0.06;
  const passed = judge === 'fair' ? fairError : 0.22 + 0.04 * (model % 5);
  const isError = random() < (right >= 0.5 ? missed : passed);
  return isError ? 1 - right : right;
}

function computeTruth(
  world: RoutedWorld,
  log: Int32Array,
  reference: number,
): { readonly kept: number; readonly regret: number; readonly better: number } {
  const width = world.models.length;
  let [served, single, regret, better] = [0, 0, 0, 0];
  for (const prompt of log) {
    const qualityOf = (model: number): number => world.quality[prompt * width + model] as number;
    const costOf = (model: number): number => world.costUsd[prompt * width + model] as number;
    const own = world.current[prompt] as number;
    let best = qualityOf(own);
    for (let model = 0; model < width; model++) {
      if (costOf(model) <= costOf(own)) best = Math.max(best, qualityOf(model));
    }
    served += qualityOf(own);
    single += qualityOf(reference);
    regret += best - qualityOf(own);
    better += best > qualityOf(own) ? 1 : 0;
  }
  return { kept: served / single, regret: regret / log.length, better: better / log.length };
}

function findBest(world: RoutedWorld): number {
  const width = world.models.length;
  const sums = new Float64Array(width);
  world.quality.forEach((value, cell) => {
    sums[cell % width] = (sums[cell % width] as number) + value;
  });
  return sums.indexOf(Math.max(...sums));
}

function widthOf({ low, high }: Interval): number {
  return high - low;
}
