import { computePromptHash, type Example } from '../tasks/example.js';
import type { OutcomeTable } from './outcome-table.js';

/** How the models of a run performed on a task set. */
export interface Difficulty {
  readonly models: number;
  /** Examples that at least two models answered. */
  readonly tasks: number;
  /** Ids of examples for which every model got quality 1. */
  readonly tooEasy: readonly string[];
  /** Ids of examples for which every model got quality 0. */
  readonly tooHard: readonly string[];
  /** Mean quality by task label; the key of examples without a label is the empty string. */
  readonly qualityOfLabel: ReadonlyMap<string, number>;
}

/** Finds the examples of a task set that all models of a run solve, or that none solves. */
export function computeDifficulty(table: OutcomeTable, examples: readonly Example[]): Difficulty {
  const modelCount = table.models.length;
  const exampleOf = new Map(
    examples.map((example) => [computePromptHash(example.prompt), example]),
  );
  const tooEasy: string[] = [];
  const tooHard: string[] = [];
  const meansOfLabel = new Map<string, number[]>();
  for (const [row, { prompt }] of table.prompts.entries()) {
    const example = exampleOf.get(computePromptHash(prompt));
    const qualities = [...table.quality.subarray(row * modelCount, (row + 1) * modelCount)].filter(
      (quality) => !Number.isNaN(quality),
    );
    if (example === undefined || qualities.length < 2) continue;
    if (qualities.every((quality) => quality === 1)) tooEasy.push(example.id);
    if (qualities.every((quality) => quality === 0)) tooHard.push(example.id);
    const label = example.task ?? '';
    const labelMeans = meansOfLabel.get(label) ?? [];
    labelMeans.push(computeMean(qualities));
    meansOfLabel.set(label, labelMeans);
  }
  const means = [...meansOfLabel.values()];
  return {
    models: modelCount,
    tasks: means.reduce((sum, { length }) => sum + length, 0),
    tooEasy,
    tooHard,
    qualityOfLabel: new Map(
      [...meansOfLabel].map(([label, values]) => [label, computeMean(values)]),
    ),
  };
}

function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
