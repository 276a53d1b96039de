import { applyPolicy } from '../../../../src/learn/evaluate/compare/evaluate-policy.js';
import {
  collectModelOutcomes,
  collectOutcomes,
  computeKnownMean,
  type Outcomes,
} from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import type { DeliveredObjective } from '../../../../src/learn/evaluate/delivery/compute-delivery.js';
import type { TensorFlowEngine } from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../../../src/learn/train/train-policy.js';
import type { RunInfo } from '../../../../src/measure/outcomes/run.js';
import { loadPolicy, type LoadedPolicy } from '../../../../src/policy/decide/load-policy.js';
import type { Interval } from '../../../../src/policy/file/policy.js';
import { listRows } from '../../../../src/util/numeric-arrays.js';
import type { FreshSplit } from './split-fresh.js';

export const deliveredFigures = ['quality', 'costUsd', 'costSaved', 'qualityDifference'] as const;
export type DeliveredFigure = (typeof deliveredFigures)[number];

/** What was promised for an objective of a file, and what the file gave on fresh prompts. */
export interface DeliveryCase {
  readonly set: string;
  readonly seed: number;
  /** How many prompts were requested to train on. */
  readonly prompts: number;
  readonly objective: string;
  /** Whether the file routes; otherwise it uses one model for the objective. */
  readonly routes: boolean;
  /** 95 % intervals; null where the figure is unknown. */
  readonly promised: Readonly<Record<DeliveredFigure, Interval | null>>;
  readonly fresh: Readonly<Record<DeliveredFigure, number>>;
  /** Whether a promise was called shown and is broken on fresh prompts; null where none was made. */
  readonly broken: boolean | null;
}

/** Trains a policy file on one part of a set, and lets it decide on the fresh prompts. */
export async function measureDelivery(
  engine: TensorFlowEngine,
  { training, fresh }: FreshSplit,
  request: Pick<DeliveryCase, 'set' | 'seed' | 'prompts'> & { readonly info: RunInfo },
): Promise<DeliveryCase[]> {
  const { set, seed, prompts, info } = request;
  const { text, evaluation } = await trainPolicy(
    engine,
    { table: training, info },
    { seed, createdBy: 'check-honesty' },
  );
  const loaded = await loadPolicy(text);
  if (evaluation.delivery === null) throw new Error('a trained file has no promise');
  return evaluation.delivery.objectives.map((promised) => ({
    set,
    seed,
    prompts,
    objective: promised.objective,
    routes: promised.model === null,
    promised: listPromised(promised),
    ...measureFresh(loaded, fresh, promised.objective),
  }));
}

function listPromised({
  intervals,
  costSaved,
  qualityDifference,
}: DeliveredObjective): DeliveryCase['promised'] {
  return {
    quality: intervals.quality,
    costUsd: intervals.costUsd,
    costSaved,
    qualityDifference,
  };
}

/** Shares of the best model's quality that the standard objectives promise to keep. */
const kept: Readonly<Record<string, number>> = { balanced: 0.99, cost: 0.97, fast: 0.99 };

function measureFresh(
  loaded: LoadedPolicy,
  fresh: FreshSplit['fresh'],
  objective: string,
): Pick<DeliveryCase, 'fresh' | 'broken'> {
  const { policy } = loaded;
  const rows = listRows(fresh.prompts.length);
  const { choices } = applyPolicy(loaded, fresh, objective);
  const own = measure(collectOutcomes(fresh, rows, choices));
  const singles = fresh.models.map((_, model) => measure(collectModelOutcomes(fresh, rows, model)));
  const baseline = singles[fresh.models.indexOf(policy.baseline)];
  if (baseline === undefined) throw new Error(`no outcomes of ${policy.baseline}`);
  const promise = policy.objectives.find(({ name }) => name === objective)?.promise;
  const share = kept[objective];
  const best = Math.max(...singles.map(({ quality }) => quality));
  return {
    fresh: {
      ...own,
      costSaved: 1 - own.costUsd / baseline.costUsd,
      qualityDifference: own.quality - baseline.quality,
    },
    broken: promise !== 'shown' || share === undefined ? null : own.quality < share * best,
  };
}

function measure({ quality, costUsd }: Outcomes): { quality: number; costUsd: number } {
  return { quality: computeKnownMean(quality), costUsd: computeKnownMean(costUsd) };
}
