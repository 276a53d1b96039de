import type { Objective, Verdict } from '../../../policy/file/policy.js';
import type { PlannedObjective } from '../plan/trained-plan.js';

/** What an objective does on held-out prompts, as the policy serves it. */
export interface ObjectiveFigures {
  readonly objective: string;
  readonly quality: number;
  /** Null where unknown. */
  readonly costUsd: number | null;
}

/** What the file delivers under each objective; without a file, what those that route did in the test. */
export function listObjectiveFigures(
  delivery: { readonly objectives: readonly ObjectiveFigures[] } | null | undefined,
  { evidence }: Pick<Verdict, 'evidence'>,
): readonly ObjectiveFigures[] {
  return delivery?.objectives ?? evidence.filter(({ routes }) => routes);
}

/** A cost that is lower by less than this share is no reason to prefer an objective. */
const minCostShare = 0.01;

/**
 * The best of the objectives that beat another one in quality, as far as tables show it, or in cost, and lose in
 * neither.
 */
export function findBetterObjective(
  name: string,
  figures: readonly ObjectiveFigures[],
): ObjectiveFigures | undefined {
  const own = figures.find(({ objective }) => objective === name);
  if (own === undefined) return undefined;
  const better = figures.filter((other) => {
    const gain = roundQuality(other.quality) - roundQuality(own.quality);
    return gain > 0 ? isAtMost(other.costUsd, own.costUsd) : gain === 0 && costsLess(other, own);
  });
  const highest = Math.max(...better.map(({ quality }) => roundQuality(quality)));
  return better
    .filter(({ quality }) => roundQuality(quality) === highest)
    .reduce<ObjectiveFigures | undefined>(
      (best, other) => (best === undefined || costsLess(other, best) ? other : best),
      undefined,
    );
}

function costsLess(one: ObjectiveFigures, other: ObjectiveFigures): boolean {
  if (one.costUsd === null || other.costUsd === null) return false;
  return one.costUsd < (1 - minCostShare) * other.costUsd;
}

/** False where one is unknown. */
function isAtMost(costUsd: number | null, limitUsd: number | null): boolean {
  return costUsd !== null && limitUsd !== null && costUsd <= limitUsd;
}

/** In thousandths, as tables show it. */
function roundQuality(quality: number): number {
  return Math.round(1000 * quality);
}

/**
 * The objectives with a description that names the one that did better, so that none is called the best, or
 * the least expensive, where another is. Not of those that ask for low latency.
 *
 * @param planned the same objectives as planned
 */
export function describeBetter(
  objectives: readonly Objective[],
  planned: readonly PlannedObjective[],
  {
    figures,
    baseline,
  }: { readonly figures: readonly ObjectiveFigures[]; readonly baseline: string },
): Objective[] {
  return objectives.map((objective, index) => {
    const better = findBetterObjective(objective.name, figures);
    const own = figures.find((one) => one.objective === objective.name);
    if (better === undefined || own === undefined || asksForLatency(planned[index])) {
      return objective;
    }
    const isGuarded =
      objective.constantModel === undefined && objective.confidenceLimit !== undefined;
    const guard = isGuarded ? `, with prompts of no clear task left to ${baseline}` : '';
    const description = `${objective.description}${guard}; on held-out prompts, "${better.objective}" was ${describeGain(own, better, objective.constantModel)}`;
    return { ...objective, description };
  });
}

/**
 * The objectives that none beats in quality and cost. One that asks for low latency may be beaten in these, but
 * then not with the model that is used without routing: that model keeps a share of its own quality however slow
 * it is.
 *
 * @param planned the same objectives as planned; undefined where that is not known
 */
export function listUnbeaten(
  objectives: readonly Objective[],
  planned: readonly PlannedObjective[] | undefined,
  {
    figures,
    baseline,
  }: { readonly figures: readonly ObjectiveFigures[]; readonly baseline: string },
): string[] {
  return objectives
    .filter(
      ({ name, constantModel }, index) =>
        findBetterObjective(name, figures) === undefined ||
        (asksForLatency(planned?.[index]) && constantModel !== baseline),
    )
    .map(({ name }) => name);
}

/** @param model that the objective always uses, if it does: its held-out routing had other results */
function describeGain(own: ObjectiveFigures, better: ObjectiveFigures, model?: string): string {
  const isAsGood = roundQuality(better.quality) === roundQuality(own.quality);
  if (isAsGood)
    return model === undefined
      ? 'as good and cost less'
      : `as good as always ${model} and cost less`;
  const than = model === undefined ? '' : ` than always ${model}`;
  return costsLess(better, own) ? `better${than} and cost less` : `better${than} at no higher cost`;
}

function asksForLatency({ request }: Pick<PlannedObjective, 'request'> = {}): boolean {
  return (
    request?.kind === 'limit_latency' ||
    (request?.kind === 'keep_quality' && request.lowest === 'latency')
  );
}
