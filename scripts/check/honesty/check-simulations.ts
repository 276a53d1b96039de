import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { checkNonInferiority, checkOverkillTable } from './check-non-inferiority.js';
import { checkIntervals } from './check-intervals.js';
import { checkPromise } from './check-promise.js';
import { checkSplit } from './check-split.js';
import { checkTraining } from './check-training.js';
import { checkVerdict } from './check-verdict.js';
import { checkWeights, unequalGroups } from './check-weights.js';
import type { Finding } from './finding.js';
import * as worlds from './worlds.js';

export interface SimulationSettings {
  readonly trials: number;
  readonly seed: number;
}

/** How often verdicts, intervals, promises and splits are wrong in simulated worlds. */
export async function checkSimulations(
  engine: TensorFlowEngine,
  settings: SimulationSettings,
): Promise<Finding[]> {
  return [
    ...checkVerdicts(settings),
    ...checkAllIntervals(settings),
    ...checkPromises(settings),
    ...(await checkTrainings(engine, settings)),
    ...checkTables(settings),
    ...checkUnequal(settings),
  ];
}

function checkVerdicts({ trials, seed }: SimulationSettings): Finding[] {
  const findings: Finding[] = [];
  const add = collect(findings);
  for (const [name, world] of Object.entries(worlds.uninformative)) {
    const { routes } = checkVerdict(world, { trials, prompts: 600, seed });
    add(`DON'T ROUTE on uninformative prompts: ${name}`, trials, 1 - routes, [0.95, 1]);
  }
  const separableVerdict = checkVerdict(worlds.separable, { trials, prompts: 600, seed });
  add('ROUTE to the planted best models', trials, separableVerdict.findsWinners, [0.95, 1]);
  return findings;
}

function checkAllIntervals({ trials, seed }: SimulationSettings): Finding[] {
  const findings: Finding[] = [];
  const add = collect(findings);
  for (const [name, world] of Object.entries({
    'single prompts': worlds.graded,
    'groups of 4': worlds.gradedInGroups,
  })) {
    const many = 5 * trials;
    const found = checkIntervals(world, { trials: many, prompts: 600, seed });
    add(`95 % interval contains the mean, ${name}`, many, found.mean, [0.92, 0.98]);
    add(`95 % interval contains the difference, ${name}`, many, found.quality, [0.92, 0.98]);
    add(`95 % interval contains the cost saved, ${name}`, many, found.costSaved, [0.92, 0.98]);
  }
  return findings;
}

function checkPromises({ trials, seed }: SimulationSettings): Finding[] {
  const findings: Finding[] = [];
  const add = collect(findings);
  const { graded, gradedInGroups, rareLosses, tied } = worlds;
  for (const [name, world] of Object.entries({ graded, gradedInGroups, rareLosses, tied })) {
    for (const prompts of [200, 600, 2000]) {
      const settings = { trials, prompts, freshPrompts: 4000, keepQuality: 0.98, seed };
      const bound = checkPromise(world, { ...settings, guarantee: 'bound' });
      add(`"keep 98 %" broken: ${name}, ${prompts} prompts`, trials, bound.broken, [0, 0.05]);
      add('  routing was shown to keep it', trials, bound.routed);
      const point = checkPromise(world, { ...settings, guarantee: 'point' });
      add('  broken by point estimates', trials, point.broken);
    }
  }
  return findings;
}

async function checkTrainings(
  engine: TensorFlowEngine,
  { seed }: SimulationSettings,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = collect(findings);
  const few = 10;
  const settings = { trials: few, prompts: 320, seed };
  for (const [name, gaps] of Object.entries({ 'no gaps': undefined, ...worlds.gaps })) {
    const nothing = await checkTraining(engine, { ...settings, shuffled: true, gaps });
    add(
      `trained: DON'T ROUTE on uninformative prompts, ${name}`,
      few,
      1 - nothing.routes,
      [0.9, 1],
    );
    const found = await checkTraining(engine, { ...settings, shuffled: false, gaps });
    add(`trained: ROUTE if models differ by task, ${name}`, few, found.routes, [0.9, 1]);
    add(`trained: "keep 98 %" broken on fresh prompts, ${name}`, few, found.broken, [0, 0.1]);
  }
  return findings;
}

function checkTables({ trials, seed }: SimulationSettings): Finding[] {
  const findings: Finding[] = [];
  const add = collect(findings);
  for (const [name, world] of Object.entries(worlds.worsePairs)) {
    const passed = checkNonInferiority(world, { margin: 0.03, trials: 5 * trials, seed });
    add(`worse by twice the margin, "not worse": ${name}`, 5 * trials, passed, [0, 0.05]);
  }
  const shape = { tasks: 12, models: 8, promptsPerTask: 100 };
  const wrongTables = checkOverkillTable(shape, { margin: 0.03, trials, seed });
  add('any of 96 worse models called "not worse"', trials, wrongTables, [0, 0.05]);

  const split = checkSplit({ trials, prompts: 200, seed });
  add('copies on both sides of a split', trials, split.straddled, [0, 0]);
  return findings;
}

function checkUnequal({ trials, seed }: SimulationSettings): Finding[] {
  const findings: Finding[] = [];
  const add = collect(findings);
  const many = 5 * trials;
  for (const [name, drawGroups] of Object.entries(unequalGroups)) {
    const found = checkWeights(drawGroups, { trials: many, prompts: 500, seed });
    add(`worse by the margin, "not worse": ${name}`, many, found.notWorse, [0, 0.06]);
    add('  95 % interval misses the difference', many, found.missed, [0, 0.08]);
    add('  broken promise called shown, at 2 %', many, found.promised, [0, 0.03]);
    add('  no gain called one, at 0.8 %', many, found.routes, [0, 0.025]);
  }
  return findings;
}

type Add = (what: string, trials: number, share: number, wanted?: Finding['wanted']) => void;

function collect(findings: Finding[]): Add {
  return (what, trials, share, wanted) => {
    findings.push({ what, trials, share, ...(wanted && { wanted }) });
  };
}
