import { listUniformRows } from '../../measure/outcomes/chosen-cells.js';
import type { Capability } from '../../policy/decide/request-needs.js';
import { at } from '../../util/numeric-arrays.js';
import { isNearlyComplete } from '../adaptive/added/complete-models.js';
import type { ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';

type ReachData = Pick<TrainingData, 'table' | 'tasks' | 'taskOf' | 'needs'>;

/**
 * Tells whether a model can take all prompts that another one takes, which means do not show: they
 * are about what both can take. It must be held to no narrower limits, and must have an outcome
 * wherever the other has one, but for what may be failed calls.
 *
 * @param limits what a model may be sent, by id; one without limits takes every prompt
 * @returns whether the first column of the table reaches as far as the second one
 */
export function compareReach(
  data: ReachData,
  limits: ReadonlyMap<string, ModelLimits>,
): (one: number, other: number) => boolean {
  const { models, quality } = data.table;
  const rows = [...listUniformRows(data.table)];
  const kinds = listKinds(data);
  const lengthOf = (row: number): number => data.needs[row]?.characters ?? 0;
  const listAnswered = (model: number): number[] =>
    rows.filter((row) => !Number.isNaN(at(quality, row * models.length + model)));
  const answered = models.map((_, model) => listAnswered(model));
  const limitsOf = (model: number): ModelLimits => limits.get(models[model] ?? '') ?? {};
  return (one, other) => {
    if (!hasLimitsOf(limitsOf(one), limitsOf(other))) return false;
    const own = new Set(answered[one]);
    const wanted = answered[other] ?? [];
    const missing = wanted.filter((row) => !own.has(row));
    const longest = wanted.reduce(
      (most, row) => Math.max(most, own.has(row) ? lengthOf(row) : 0),
      0,
    );
    return (
      isNearlyComplete(wanted.length - missing.length, wanted.length) &&
      missing.every((row) => lengthOf(row) <= longest) &&
      kinds.every((isOfKind) => {
        const all = wanted.filter(isOfKind).length;
        return mayBeFailures(missing.filter(isOfKind).length, all);
      })
    );
  };
}

/** What a request can be seen to need. */
const visibleNeeds = ['vision', 'tools', 'json'] as const satisfies readonly Capability[];

/** The kinds of prompts that a model may be unable to take as a whole. */
function listKinds({ tasks, taskOf, needs }: ReachData): ((row: number) => boolean)[] {
  return [
    ...tasks.map((_, task) => (row: number) => taskOf[row] === task),
    ...visibleNeeds.map((one) => (row: number) => needs[row]?.capabilities.includes(one) === true),
    (row) => needs[row]?.hasFiles === true,
  ];
}

/** Whether missing outcomes of one kind may be failed calls: few, and not all of the kind. */
function mayBeFailures(missing: number, all: number): boolean {
  if (missing === 0) return true;
  return missing < all && (missing === 1 || isNearlyComplete(all - missing, all));
}

/** Whether a model may be sent all that another may, also where a request demands a capability. */
function hasLimitsOf(own: ModelLimits, other: ModelLimits): boolean {
  // A capability that is not known is offered to prompts, but not where a request demands it.
  const rank = ({ capabilities }: ModelLimits, one: Capability): number =>
    capabilities === undefined ? 1 : capabilities[one] ? 2 : 0;
  return (
    (own.contextWindow ?? Infinity) >= (other.contextWindow ?? Infinity) &&
    ([...visibleNeeds, 'reasoning'] as const).every((one) => rank(own, one) >= rank(other, one))
  );
}
