/**
 * Trains and evaluates on recorded outcomes of real models, by 5-fold cross-validation with
 * near-duplicates in the same fold and every choice made on the training folds.
 *
 *     npm run bench:routing -- DIR [--only NAME]... [--seeds N] [--no-families] [--json FILE]
 *
 * Figures are means over fold seeds, 1 to 3 by default, with their standard deviation as the spread.
 * With the first seed it also measures every model family on the same folds, which takes most of the
 * time. The data sets `frames`, `conversations` and `partial` count how many decisions survive what
 * people do to prompts, and what missing outcomes cost.
 */
import Table from 'cli-table3';
import { computeEvaluation, type Evaluation } from '../../src/learn/evaluate/compute-evaluation.js';
import {
  standardObjectives,
  usePointEstimates,
} from '../../src/learn/evaluate/plan/objective-request.js';
import { findStrategy } from '../../src/learn/evaluate/strategies/strategy-id.js';
import type { HeldOut } from '../../src/learn/evaluate/verdict/held-out.js';
import { computeHeldOut } from '../../src/learn/train/hold-out.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../src/learn/train/training-data.js';
import { readBenchArguments } from './arguments.js';
import { findRoutingDataSets, type RoutingDataSet } from './routing/data-sets.js';
import { compactTable } from './compact-table.js';
import { averageResults, type Averaged } from './routing/average-results.js';
import { measureRewording } from './routing/measure-all-rewording.js';
import { measureFamilies, printFamilies, type FamilyResult } from './routing/measure-families.js';
import { formatSigned } from './format-signed.js';

interface RoutingResult {
  readonly apgr: number | null;
  readonly cpt50: number | null;
  readonly cpt80: number | null;
  readonly quality: number;
  readonly bestSingle: number;
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  /** Saved shares of the best single model's cost, with thresholds chosen in training. */
  readonly savedAt99: number | null;
  readonly savedAt97: number | null;
  /** Quality kept at those savings, as a share of the best single model's. */
  readonly keptAt99: number | null;
  readonly keptAt97: number | null;
  /** 95 % intervals of the savings. */
  readonly savedAt99Interval: Interval | null;
  readonly savedAt97Interval: Interval | null;
  /** Gain in quality of quality-first routing without a guard. */
  readonly unguardedGain: number;
  /** Share of the best single model's latency saved at 99 % of its quality; null where unknown. */
  readonly latencySaved: number | null;
  readonly latencySavedInterval: Interval | null;
  /** Expected calibration error of the estimated qualities. */
  readonly ece: number | null;
  readonly aiq: number | null;
  readonly zeroRouterAiq: number | null;
  readonly verdict: string;
  readonly prompts: number;
  readonly models: number;
  readonly seconds: number;
  readonly peakMb: number;
  /** By name; null if not requested, or if whole tasks are held out. */
  readonly families: Readonly<Record<string, FamilyResult>> | null;
}

type Interval = readonly [low: number, high: number];

const { positionals, only, seeds, families: withFamilies, writeResults } = readBenchArguments();
const folder = positionals[0] ?? '../shared/data';
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
const dataSets = findRoutingDataSets(folder);
if (dataSets.length === 0) {
  console.error('No recorded outcomes found. Give their folder: npm run bench:routing -- DIR');
  process.exit(2);
}
const engine = await createTensorFlowEngine();
console.log(engine.description);
const started = performance.now();
const results: Record<string, Averaged<RoutingResult>> = {};
for (const dataSet of dataSets.filter(({ name }) => isWanted(name))) {
  const bySeed: RoutingResult[] = [];
  for (const seed of seeds) {
    const { evaluation, unguarded, families, seconds } = await measure(dataSet, seed);
    const peakMb = process.resourceUsage().maxRSS / 1024;
    const result = { ...summarize(evaluation, unguarded, seconds, peakMb), families };
    if (seed === seeds[0]) printDataSet(dataSet, evaluation, result);
    bySeed.push(result);
  }
  results[dataSet.name] = averageResults(bySeed);
}
if (Object.keys(results).length > 0) printSummary();
const rewording = await measureRewording(engine, dataSets, { isWanted, seeds });
writeResults({ ...results, ...rewording });

async function measure(
  dataSet: RoutingDataSet,
  seed: number,
): Promise<{
  evaluation: Evaluation;
  unguarded: Evaluation;
  families: Readonly<Record<string, FamilyResult>> | null;
  seconds: number;
}> {
  const begin = performance.now();
  const { table } = await dataSet.read();
  const data = computeTrainingData(table);
  const { taskFolds } = dataSet;
  const heldOut = await computeHeldOut(engine, data, {
    seed,
    ...(taskFolds !== undefined && {
      folds: taskFolds,
      foldOf: data.taskOf.map((task) => task % taskFolds),
    }),
    // Published savings are point estimates.
    requests: usePointEstimates(standardObjectives),
  });
  const evaluation = computeEvaluation(heldOut, seed);
  const seconds = (performance.now() - begin) / 1000;
  const families =
    withFamilies && taskFolds === undefined && seed === seeds[0]
      ? await measureFamilies(engine, data, seed)
      : null;
  return { evaluation, unguarded: computeEvaluation(dropGuards(heldOut), seed), families, seconds };
}

/** The same plans without margins and limits, which route for any estimated gain. */
function dropGuards(heldOut: HeldOut): HeldOut {
  const folds = heldOut.folds.map((fold) => {
    const objectives = fold.plan.objectives.map((objective) => ({
      ...objective,
      margin: 0,
      confidenceLimit: 0,
    }));
    return { ...fold, plan: { ...fold.plan, objectives, noveltyLimit: 1 } };
  });
  return { ...heldOut, folds };
}

function summarize(
  evaluation: Evaluation,
  unguarded: Evaluation,
  seconds: number,
  peakMb: number,
): Omit<RoutingResult, 'families'> {
  const find = (objective: string) =>
    findStrategy(evaluation.strategies, { kind: 'routed', objective });
  const routed = find('quality');
  const bestSingle =
    findStrategy(evaluation.strategies, { kind: 'without_routing' })?.quality ?? Number.NaN;
  const kept = (objective: string): number | null => {
    const quality = find(objective)?.quality;
    return quality === undefined ? null : quality / bestSingle;
  };
  return {
    apgr: evaluation.pair?.apgr ?? null,
    cpt50: evaluation.pair?.cpt50 ?? null,
    cpt80: evaluation.pair?.cpt80 ?? null,
    quality: routed?.quality ?? Number.NaN,
    bestSingle,
    gain: routed?.qualityDifference.mean ?? Number.NaN,
    gainLow: routed?.qualityDifference.low ?? Number.NaN,
    gainHigh: routed?.qualityDifference.high ?? Number.NaN,
    unguardedGain:
      findStrategy(unguarded.strategies, { kind: 'routed', objective: 'quality' })
        ?.qualityDifference.mean ?? Number.NaN,
    savedAt99: find('balanced')?.costSaved?.mean ?? null,
    savedAt97: find('cost')?.costSaved?.mean ?? null,
    keptAt99: kept('balanced'),
    keptAt97: kept('cost'),
    savedAt99Interval: interval(find('balanced')?.costSaved),
    savedAt97Interval: interval(find('cost')?.costSaved),
    latencySaved: find('fast')?.latencySaved?.mean ?? null,
    latencySavedInterval: interval(find('fast')?.latencySaved),
    ece: evaluation.calibration.overall.expectedCalibrationError,
    aiq: evaluation.frontier?.aiq ?? null,
    zeroRouterAiq: evaluation.frontier?.zeroRouterAiq ?? null,
    verdict: evaluation.verdict.decision,
    prompts: evaluation.prompts,
    models: evaluation.models.length,
    seconds,
    peakMb,
  };
}

function interval(
  difference: { readonly low: number; readonly high: number } | null | undefined,
): Interval | null {
  return difference ? [difference.low, difference.high] : null;
}

function printDataSet(
  dataSet: RoutingDataSet,
  evaluation: Evaluation,
  result: RoutingResult,
): void {
  console.log(`\n${dataSet.name}: ${dataSet.description}`);
  console.log(
    `${evaluation.prompts} prompts, ${evaluation.groups} groups, ${evaluation.models.length} models, ${evaluation.folds} folds, ${result.seconds.toFixed(1)} s`,
  );
  console.log(
    `families: ${evaluation.families.map(({ name, folds }) => `${name} in ${folds}`).join(', ')}`,
  );
  const table = new Table({
    head: ['strategy', 'quality', 'vs. best single', '95 %', 'cost saved', 'latency saved'],
    style: { head: [], border: [] },
    chars: compactTable,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const strategy of evaluation.strategies) {
    const { name, quality, qualityDifference, costSaved, latencySaved } = strategy;
    const { mean, low, high } = qualityDifference;
    table.push([
      name,
      quality.toFixed(4),
      formatSigned(mean),
      `${formatSigned(low)} to ${formatSigned(high)}`,
      formatInterval(costSaved),
      formatInterval(latencySaved),
    ]);
  }
  console.log(table.toString());
  console.log(`quality-first without a guard: ${formatSigned(result.unguardedGain)}`);
  if (result.families !== null) printFamilies(result.families);
  if (evaluation.pair !== null) {
    const { apgr, cpt50, cpt80 } = evaluation.pair;
    console.log(
      `APGR ${apgr.toFixed(4)}, CPT50 ${cpt50.toFixed(1)} %, CPT80 ${cpt80.toFixed(1)} %`,
    );
  }
  if (evaluation.frontier !== null) {
    const { aiq, zeroRouterAiq } = evaluation.frontier;
    console.log(`AIQ ${aiq.toFixed(4)}, random mixes of single models ${zeroRouterAiq.toFixed(4)}`);
  }
  console.log(`${evaluation.verdict.decision}: ${evaluation.verdict.reason}`);
  for (const reference of dataSet.references) console.log(`reference: ${reference}`);
}

function printSummary(): void {
  const table = new Table({
    head: ['data', 'APGR', 'CPT50', 'CPT80', 'gain (95 %)', 'saved at 99 %', 'at 97 %', 'ECE', 's'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const [name, result] of Object.entries(results)) {
    table.push([
      name,
      result.apgr?.toFixed(4) ?? '-',
      formatPercentage(result.cpt50),
      formatPercentage(result.cpt80),
      `${formatSigned(result.gain)} ±${result.spread['gain']?.toFixed(4) ?? '-'} (${formatSigned(result.gainLow)} to ${formatSigned(result.gainHigh)})`,
      formatSaving(result.savedAt99, result.keptAt99),
      formatSaving(result.savedAt97, result.keptAt97),
      result.ece?.toFixed(3) ?? '-',
      result.seconds.toFixed(1),
    ]);
  }
  const seconds = (performance.now() - started) / 1000;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  console.log(`\n${table.toString()}`);
  console.log(`${seconds.toFixed(0)} s in all, peak memory ${peakMb.toFixed(0)} MB`);
}

function formatPercentage(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} %`;
}

function formatInterval(
  saved: { readonly mean: number; readonly low: number; readonly high: number } | null,
): string {
  if (saved === null) return '-';
  const [mean, low, high] = [saved.mean, saved.low, saved.high].map((share) =>
    (100 * share).toFixed(1),
  );
  return `${mean} % (${low} to ${high})`;
}

function formatSaving(saved: number | null, kept: number | null): string {
  if (saved === null || kept === null) return '-';
  return `${(100 * saved).toFixed(1)} % (kept ${(100 * kept).toFixed(1)} %)`;
}
