/** A way to choose models. An evaluation holds each at most once. */
export type StrategyId =
  | {
      /** The policy under one of its objectives. */
      readonly kind: 'routed';
      readonly objective: string;
    }
  | {
      /** One model for all prompts: what routing is compared with. */
      readonly kind: 'without_routing';
      /** The model, where a user named it. @default the best single model of each fold */
      readonly baseline?: string;
    }
  /** One model for all prompts: the cheapest, or the baseline that a policy names. */
  | { readonly kind: 'cheapest' | 'policy_baseline' }
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

/** Finds the model that routing is compared with, a named one too; see `findStrategy`. */
export const withoutRouting: StrategyId = { kind: 'without_routing' };

const routedPrefix = 'routed: ';
const baselinePrefix = 'baseline: ';
const bestSingleName = 'best single';
const shownNames = {
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
    case 'without_routing':
      return id.baseline === undefined ? bestSingleName : `${baselinePrefix}${id.baseline}`;
    default:
      return shownNames[id.kind];
  }
}

export function roleOfStrategy({ kind }: StrategyId): StrategyRole {
  if (kind === 'routed') return 'routed';
  return kind === 'task_table' || kind === 'oracle' ? 'reference' : 'baseline';
}

/**
 * Finds a strategy among results, which hold the name because JSON files do. What routing is compared
 * with is found under either of its names.
 */
export function findStrategy<Result extends { readonly name: string }>(
  results: readonly Result[],
  id: StrategyId,
): Result | undefined {
  const wanted = nameStrategy(id);
  const isAnyBaseline = id.kind === 'without_routing' && id.baseline === undefined;
  return results.find(
    ({ name }) => name === wanted || (isAnyBaseline && name.startsWith(baselinePrefix)),
  );
}

/** What routing is compared with, for headings and sentences. */
export function nameReference(
  results: readonly { readonly name: string }[],
): 'best single model' | 'baseline' {
  return results.some(({ name }) => name === bestSingleName) ? 'best single model' : 'baseline';
}

/** The objective of a routed strategy, by the strategy's name; undefined for every other one. */
export function findObjective(name: string): string | undefined {
  return name.startsWith(routedPrefix) ? name.slice(routedPrefix.length) : undefined;
}
