import type { RunInfo } from '../../measure/outcomes/run.js';
import { findExclusion } from '../../policy/decide/find-excluded.js';
import type { Capability, RequestNeeds } from '../../policy/decide/request-needs.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import type { TrainingData } from './training-data.js';

/** What a policy file holds a model to, whatever a prompt's estimates are. */
export type ModelLimits = Partial<Pick<PolicyModel, 'contextWindow' | 'capabilities'>>;

/** The limits of a run's models by id. */
export function collectLimits({
  models,
}: Pick<RunInfo, 'models'>): ReadonlyMap<string, ModelLimits> {
  return new Map(
    models.map(({ id, contextWindow, capabilities }) => [id, { contextWindow, capabilities }]),
  );
}

const noScores = { quality: [], costUsd: [], latencyMs: [] };

/** Whether the runtime may choose a model for a prompt, by its rule for requests without constraints. */
export function isFeasible(
  {
    cost,
    latency,
    contextWindow,
    capabilities,
  }: Pick<PolicyModel, 'cost' | 'latency'> & ModelLimits,
  taskPosterior: ArrayLike<number>,
  needs: RequestNeeds,
): boolean {
  if (contextWindow === undefined && capabilities === undefined) return true;
  const model = { id: '', price: undefined, contextWindow, capabilities, cost, latency };
  const basis = { estimates: noScores, taskPosterior, needs, constraints: {} };
  return findExclusion(model, 0, basis) === undefined;
}

/** Prompts that no model can take, by the lists of capabilities. */
export interface Uncovered {
  readonly count: number;
  /** What models lack for them. */
  readonly lacking: readonly Capability[];
}

/** Finds the prompts that every model's list of capabilities excludes; no list excludes nothing. */
export function findUncovered(
  needs: readonly Pick<RequestNeeds, 'capabilities'>[],
  models: readonly Pick<ModelLimits, 'capabilities'>[],
): Uncovered {
  const lacking = new Set<Capability>();
  let count = 0;
  for (const { capabilities: needed } of needs) {
    const lacks = ({ capabilities }: Pick<ModelLimits, 'capabilities'>): Capability[] =>
      needed.filter((one) => capabilities?.[one] === false);
    if (models.some((model) => lacks(model).length === 0)) continue;
    count += 1;
    for (const one of models.flatMap(lacks)) lacking.add(one);
  }
  return { count, lacking: [...lacking] };
}

/**
 * Checks that the models can take some of the prompts at all, before anything is fitted.
 *
 * @throws RoutesmithError `insufficient_data` where the capabilities exclude every model for every prompt
 */
export function checkCapable(
  { table, needs }: Pick<TrainingData, 'table' | 'needs'>,
  limits: ReadonlyMap<string, ModelLimits>,
): void {
  const lists = table.models.map((id) => limits.get(id) ?? {});
  const { count, lacking } = findUncovered(needs, lists);
  if (count < needs.length) return;
  const names = joinNames(lacking);
  throw new RoutesmithError(
    'insufficient_data',
    `by the capabilities of the models, none can take any of the ${formatCount(needs.length, 'prompt')} (${names})`,
    {
      fix: 'List in the pool what the models can do, or leave the lists out, and sweep again: answers are kept.',
    },
  );
}
