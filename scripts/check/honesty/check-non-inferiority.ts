import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { testNonInferiority } from '../../../src/learn/evaluate/statistics/non-inferiority.js';
import { findOverkill } from '../../../src/learn/evaluate/diagnose/overkill.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom, type Random } from '../../../src/util/random.js';

/** How often a model wins and loses against the one in use; the rest are ties. */
export interface PairedWorld {
  readonly prompts: number;
  readonly wins: number;
  readonly losses: number;
  /** Prompts of a group have the same outcome. */
  readonly groupSize: number;
}

interface TrialSettings {
  readonly margin: number;
  readonly trials: number;
  readonly seed: number;
}

/** Share of trials in which the model is called not worse, at an error of 0.05. */
export function checkNonInferiority(
  world: PairedWorld,
  { margin, trials, seed }: TrialSettings,
): number {
  const random = createRandom(seed);
  const groupOf = Int32Array.from({ length: world.prompts }, (_, row) =>
    Math.floor(row / world.groupSize),
  );
  const groups = indexGroups(groupOf);
  let passed = 0;
  for (let trial = 0; trial < trials; trial++) {
    const ofGroup = Array.from({ length: groups.count }, () => drawDifference(world, random));
    const differences = Float64Array.from(groupOf, (group) => ofGroup[group] as number);
    if (testNonInferiority(differences, groups, margin) <= 0.05) passed += 1;
  }
  return passed / trials;
}

/**
 * Share of trials in which an overkill table calls any model not worse, although all of them are
 * worse by twice the margin.
 */
export function checkOverkillTable(
  shape: { readonly tasks: number; readonly models: number; readonly promptsPerTask: number },
  { margin, trials, seed }: TrialSettings,
): number {
  const random = createRandom(seed);
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    const table = drawTable(shape, margin, random);
    const { tasks } = findOverkill(table, {
      baseline: 'in use',
      margin,
      groups: Int32Array.from(table.prompts, (_, row) => row),
      taskOf: Int32Array.from(table.prompts, (_, row) => row % shape.tasks),
    });
    if (tasks.some(({ finding }) => finding === 'overkill')) wrong += 1;
  }
  return wrong / trials;
}

function drawDifference({ wins, losses }: PairedWorld, random: Random): number {
  const drawn = random();
  if (drawn < losses) return -1;
  return drawn < losses + wins ? 1 : 0;
}

function drawTable(
  shape: { readonly tasks: number; readonly models: number; readonly promptsPerTask: number },
  margin: number,
  random: Random,
): OutcomeTable {
  const rows = shape.tasks * shape.promptsPerTask;
  const models = ['in use', ...Array.from({ length: shape.models }, (_, model) => `m${model}`)];
  const cells = rows * models.length;
  const unknown = new Float32Array(cells).fill(Number.NaN);
  return {
    models,
    prompts: Array.from({ length: rows }, (_, row) => ({
      id: String(row),
      prompt: `prompt ${row}`,
      task: `task ${row % shape.tasks}`,
      group: undefined,
    })),
    quality: Float32Array.from({ length: cells }, (_, cell) =>
      random() < (cell % models.length === 0 ? 0.9 : 0.9 - 2 * margin) ? 1 : 0,
    ),
    costUsd: Float32Array.from({ length: cells }, (_, cell) =>
      cell % models.length === 0 ? 1 : 0.1,
    ),
    latencyMs: unknown,
    ttftMs: unknown,
    inputTokens: unknown,
    outputTokens: unknown,
    costBasis: 'recorded',
    simulated: true,
  };
}
