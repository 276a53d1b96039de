/** A way to choose models. An evaluation holds each at most once. */
export type StrategyId =
  | {
      /** The policy under one of its objectives. */
      readonly kind: 'routed';
      readonly objective: string;
    }
  /** One model for all prompts: the best, the cheapest, or the baseline that a policy names. */
  | { readonly kind: 'best_single' | 'cheapest' | 'policy_baseline' }
  /** A model drawn at random for each prompt. */
  | { readonly kind: 'random' }
  | {
      /** The best model of each task. */
      readonly kind: 'task_table';
      readonly tasks: 'labels' | 'latent';
    }
  /** The best model of each prompt, in hindsight. */
  | { readonly kind: 'oracle' };

/** What a strategy is for: the policy, what it has to beat, or a bound that it cannot reach. */
export type StrategyRole = 'routed' | 'baseline' | 'reference';

export const bestSingle: StrategyId = { kind: 'best_single' };

const routedPrefix = 'routed: ';
const shownNames = {
  best_single: 'best single',
  cheapest: 'cheapest',
  policy_baseline: "policy's baseline",
  random: 'random',
  oracle: 'oracle',
} as const;
const taskTableNames = {
  labels: 'per-task table (true label)',
  latent: 'per-task table (latent tasks)',
} as const;

/** The name of a strategy in tables, reports and JSON. No two strategies share one. */
export function nameStrategy(id: StrategyId): string {
  switch (id.kind) {
    case 'routed':
      return `${routedPrefix}${id.objective}`;
    case 'task_table':
      return taskTableNames[id.tasks];
    default:
      return shownNames[id.kind];
  }
}

export function roleOfStrategy({ kind }: StrategyId): StrategyRole {
  if (kind === 'routed') return 'routed';
  return kind === 'task_table' || kind === 'oracle' ? 'reference' : 'baseline';
}

/** Finds a strategy among results, which hold the name because JSON files do. */
export function findStrategy<Result extends { readonly name: string }>(
  results: readonly Result[],
  id: StrategyId,
): Result | undefined {
  const wanted = nameStrategy(id);
  return results.find(({ name }) => name === wanted);
}

/** The objective of a routed strategy, by the strategy's name; undefined for every other one. */
export function findObjective(name: string): string | undefined {
  return name.startsWith(routedPrefix) ? name.slice(routedPrefix.length) : undefined;
}
