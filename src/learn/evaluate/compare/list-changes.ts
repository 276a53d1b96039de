import { isDeepStrictEqual } from 'node:util';
import { findPrice } from '../../../policy/file/estimates.js';
import type { Objective, Policy, PolicyModel } from '../../../policy/file/policy.js';

/**
 * Lists in words how a policy differs from an earlier one in all that decisions depend on, in what it
 * says of its objectives, and in its verdict. Evidence and provenance are not compared.
 */
export function listChanges(first: Policy, second: Policy): string[] {
  return [
    ...compareNames('model', listIds(first), listIds(second)),
    ...compareNames('objective', listObjectives(first), listObjectives(second)),
    ...compareNames('task', first.tasks, second.tasks),
    ...first.models.flatMap((model) => {
      const other = second.models.find(({ id }) => id === model.id);
      return other === undefined ? [] : compareModels(model, other);
    }),
    ...compareValues('baseline', first.baseline, second.baseline),
    ...compareValues('default objective', first.defaultObjective, second.defaultObjective),
    ...compareValues('verdict', first.verdict.decision, second.verdict.decision),
    ...compareValues('novelty limit', first.noveltyLimit, second.noveltyLimit),
    ...compareValues('fallback order', first.fallbackOrder, second.fallbackOrder),
    ...compareContent('quality estimates', first.scorer, second.scorer),
    ...first.objectives.flatMap((objective) => {
      const other = second.objectives.find(({ name }) => name === objective.name);
      return other === undefined ? [] : compareObjectives(objective, other);
    }),
  ];
}

const listIds = ({ models }: Policy): string[] => models.map(({ id }) => id);
const listObjectives = ({ objectives }: Policy): string[] => objectives.map(({ name }) => name);

function compareModels(before: PolicyModel, after: PolicyModel): string[] {
  const { id } = before;
  return [
    ...compareValues(`price of ${id}`, findPrice(before), findPrice(after)),
    ...compareValues(`context window of ${id}`, before.contextWindow, after.contextWindow),
    ...compareValues(`capabilities of ${id}`, before.capabilities, after.capabilities),
    ...compareValues(`effort of ${id}`, before.effort, after.effort),
    ...compareContent(`cost estimates of ${id}`, withoutPrice(before), withoutPrice(after)),
    ...compareContent(`latency estimates of ${id}`, before.latency, after.latency),
  ];
}

/** A model's estimates of tokens or costs; the price is compared on its own. */
function withoutPrice({ cost }: PolicyModel): object {
  return { ...cost, price: undefined };
}

const objectiveMembers = [
  ['single model', 'constantModel'],
  ['description', 'description'],
  ['cost weight per USD', 'costWeightPerUsd'],
  ['latency weight per second', 'latencyWeightPerSecond'],
  ['margin', 'margin'],
  ['confidence limit', 'confidenceLimit'],
  ['promise', 'promise'],
] as const satisfies readonly (readonly [string, keyof Objective])[];

function compareObjectives(before: Objective, after: Objective): string[] {
  return objectiveMembers.flatMap(([what, member]) =>
    compareValues(`${what} of ${before.name}`, before[member], after[member]),
  );
}

function compareNames(what: string, before: readonly string[], after: readonly string[]): string[] {
  return [
    ...after.filter((name) => !before.includes(name)).map((name) => `${what} ${name} was added`),
    ...before.filter((name) => !after.includes(name)).map((name) => `${what} ${name} was removed`),
  ];
}

function compareValues(what: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  const write = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));
  return [`${what}: ${write(before)} -> ${write(after)}`];
}

/** Of what is too long to print, only that it differs. */
function compareContent(what: string, before: unknown, after: unknown): string[] {
  return isDeepStrictEqual(before, after) ? [] : [`${what} differ`];
}
