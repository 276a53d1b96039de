import type { Evaluation } from '../evaluate/compute-evaluation.js';
import { listUniformRows } from '../../measure/outcomes/chosen-cells.js';
import { describeCostGuesses } from '../../measure/outcomes/entry-cost.js';
import type { CellCounts } from '../../measure/outcomes/run-health.js';
import type { RequestNeeds } from '../../policy/decide/request-needs.js';
import type { Objective, Policy } from '../../policy/file/policy.js';
import {
  formatCount,
  formatPercent,
  formatPercentTenths,
  formatWhole,
} from '../../util/format-number.js';
import { quoteWord } from '../../util/quote-word.js';
import { joinNames } from '../../util/join-names.js';
import { at } from '../../util/numeric-arrays.js';
import { findStrategy } from '../evaluate/strategies/strategy-id.js';
import { describeLeftOut } from './comparable-models.js';
import { findDominatedModels, type DominatedModel } from './find-dominated-models.js';
import { isFeasible, type ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';

/** With fewer prompts, a task is weak evidence about the models. */
const fewPrompts = 20;
/** A model with outcomes for a smaller share of the prompts is not fully comparable. */
const fullCoverage = 0.95;
/** If one model gets a greater share of the prompts, there is hardly any routing. */
const collapseShare = 0.95;

/** Beyond this difference, ambiguous answers shift the comparison of models. */
const maxAmbiguityGap = 0.02;

/** Without them, a context window is compared with the prompt at a usual number of characters a token. */
const unknownEstimates = { cost: { kind: 'unknown' }, latency: { kind: 'unknown' } } as const;

/** What warnings are found in. */
type Evaluated = Omit<Evaluation, 'detection' | 'foldCount'>;

/** What is known of a run besides its outcomes. */
export interface WarnedRun {
  /** What the ledgers say of its models. @default nothing: the outcomes were imported */
  readonly cells?: readonly CellCounts[] | undefined;
  /** What a model may be sent, by id. @default everything */
  readonly limits?: ReadonlyMap<string, ModelLimits>;
}

/**
 * Lists what a user should know before using a policy, one message each.
 *
 * @param policy without objectives, those of the evaluation are taken for its own
 */
export function findWarnings(
  data: TrainingData,
  evaluation: Evaluated,
  policy: Pick<Policy, 'objectives' | 'verdict'>,
  { cells = [], limits }: WarnedRun = {},
): string[] {
  const compared = cells.filter(({ model }) => data.table.models.includes(model));
  const objectives = policy.objectives.length > 0 ? policy.objectives : evaluation.objectives;
  const used = listUsedModels(evaluation, objectives);
  return [
    ...describeLeftOut(data),
    ...warnOfData(data),
    ...warnOfAmbiguity(compared),
    ...warnOfCosts(compared),
    ...describeDesign(data),
    ...warnOfCoverage(data, limits),
    ...warnOfLimits(evaluation),
    ...warnOfLeakage(evaluation),
    ...warnOfCollapse(evaluation, objectives),
    ...warnOfStarvation(data, used, objectives),
    ...warnOfDominance(findDominatedModels(data, limits), used),
    ...warnOfPromises(objectives),
  ];
}

/** On average over a task, a model may be dominated that is the better one for prompts of a kind. */
function warnOfDominance(dominated: readonly DominatedModel[], used: UsedModels): string[] {
  if (used === undefined) return [];
  return dominated.filter(({ model }) => !used.has(model)).map(describeDominated);
}

function describeDominated({ model, by, unmeasuredTasks = [] }: DominatedModel): string {
  const measured =
    unmeasuredTasks.length === 0
      ? ''
      : ` that ${model} has outcomes for (it has none for ${joinNames(unmeasuredTasks)})`;
  return (
    `${model} was dominated on these prompts: ${by} was at least as good and no more expensive on every task${measured}. ` +
    `"overkill" with --baseline ${quoteWord(model)} tests whether that is more than chance.`
  );
}

function warnOfData({ table, tasks, taskOf }: TrainingData): string[] {
  const warnings: string[] = [];
  if (table.simulated) {
    warnings.push('The outcomes are SIMULATED and say nothing about real models.');
  }
  if (table.costBasis === 'assumed_tokens') {
    warnings.push('Costs are computed from assumed numbers of tokens, not recorded ones.');
  }
  if (table.balance === 'task') {
    warnings.push(
      'Every task counts equally, however many prompts it has (--balance task): so do all averages.',
    );
  }
  const counts = new Map<number, number>();
  for (const task of taskOf) counts.set(task, (counts.get(task) ?? 0) + 1);
  const small = tasks.filter((_, task) => (counts.get(task) ?? 0) < fewPrompts);
  if (small.length > 0)
    warnings.push(`Tasks with fewer than ${fewPrompts} prompts: ${small.join(', ')}.`);
  if (table.prompts.every(({ task }) => task === undefined)) {
    warnings.push(
      tasks.length > 1
        ? `No prompt has a task label, so ${tasks.length} latent tasks were used. Add labels for better routing.`
        : 'No prompt has a task label.',
    );
  }
  const unlabeled = counts.get(-1) ?? 0;
  if (unlabeled > 0)
    warnings.push(
      unlabeled === 1
        ? '1 prompt has no task label.'
        : `${formatWhole(unlabeled)} prompts have no task label.`,
    );
  return warnings;
}

function warnOfAmbiguity(counts: readonly CellCounts[]): string[] {
  const shares = counts
    .filter(({ cells }) => cells > 0)
    .map(({ model, undecided, cells }) => ({ model, share: undecided / cells }))
    .sort((a, b) => a.share - b.share);
  const [least, most] = [shares[0], shares.at(-1)];
  if (least === undefined || most === undefined) return [];
  if (most.share - least.share <= maxAmbiguityGap) return [];
  return [
    `Ambiguous answers: ${formatPercentTenths(most.share)} of ${most.model}, ${formatPercentTenths(least.share)} of ${least.model}. ` +
      'They have no grade and are left out, which favors one of the models: grade the run again with ' +
      '--ambiguous judge or --ambiguous wrong.',
  ];
}

/** How many costs of a sweep are partly estimated; nothing where none is, or the run is no sweep. */
export function warnOfCosts(counts: readonly CellCounts[]): string[] {
  const guesses = describeCostGuesses(counts);
  return guesses === undefined ? [] : [guesses];
}

/** Outcomes of prompts that a model cannot take are not missing: no sweep could make them. */
function warnOfCoverage(
  { table, needs }: TrainingData,
  limits: ReadonlyMap<string, ModelLimits> = new Map(),
): string[] {
  if (table.design === 'adaptive') return [];
  const width = table.models.length;
  return table.models.flatMap((model, column) => {
    const own = { ...unknownEstimates, ...limits.get(model) };
    const hasOutcome = (row: number): boolean =>
      !Number.isNaN(at(table.quality, row * width + column));
    const wanted = [...needs.keys()].filter(
      (row) => hasOutcome(row) || isFeasible(own, [], needs[row] as RequestNeeds),
    );
    const known = wanted.filter(hasOutcome).length;
    if (known >= fullCoverage * wanted.length) return [];
    const which = wanted.length < needs.length ? ' that it can take' : '';
    return [
      `${model} has outcomes for only ${formatWhole(known)} of ${formatCount(wanted.length, 'prompt')}${which}, ` +
        'so its results are less comparable. Sweep the missing prompts.',
    ];
  });
}

/** What the results of an adaptive sweep rest on; nothing where all cells were called. */
export function describeDesign({ table }: Pick<TrainingData, 'table'>): string[] {
  if (table.design !== 'adaptive') return [];
  const heldOut = listUniformRows(table).length;
  return [
    'An adaptive sweep chose which cells to buy, so all results rest on ' +
      `${formatCount(heldOut, 'held-out prompt')}, drawn before its first call, of ${formatCount(table.prompts.length, 'prompt')}.`,
  ];
}

/** Prompts that the policy finds no model for, or another one than the one that it says it uses. */
function warnOfLimits({ promptsWithoutModel: lost, delivery, prompts }: Evaluated): string[] {
  const none =
    `By their capabilities and context windows, no model can take ${formatWhole(lost)} of ` +
    `${formatCount(prompts + lost, 'held-out prompt')}: the policy has no model for them, and they are in none of the held-out results. ` +
    'If a model can, correct the pool and sweep again: answers are kept.';
  const beyond = (delivery?.objectives ?? []).flatMap(({ objective, model, promptsBeyondModel }) =>
    model === null || promptsBeyondModel === 0
      ? []
      : [
          `"${objective}" uses ${model}, but ${formatWhole(promptsBeyondModel)} of ` +
            `${formatCount(prompts, 'held-out prompt')} ${promptsBeyondModel === 1 ? 'is' : 'are'} beyond its capabilities or context window ` +
            `and ${promptsBeyondModel === 1 ? 'goes' : 'go'} to another model.`,
        ],
  );
  return [...(lost > 0 ? [none] : []), ...beyond];
}

function warnOfLeakage({ leakedGroups }: Evaluated): string[] {
  if (leakedGroups === 0) return [];
  return [
    `LEAKAGE: ${formatCount(leakedGroups, 'group')} of near-duplicates on both sides of a split; ` +
      'the held-out results are too good.',
  ];
}

function warnOfCollapse({ strategies }: Evaluated, objectives: readonly Objective[]): string[] {
  return objectives.filter(isRouted).flatMap(({ name }) => {
    const [first] = findStrategy(strategies, { kind: 'routed', objective: name })?.shares ?? [];
    if (first === undefined || first.share <= collapseShare) return [];
    return [`Under "${name}", ${formatPercent(first.share)} of the prompts go to ${first.model}.`];
  });
}

/** Where no objective routes, the verdict says more than that the other models are not used. */
function warnOfStarvation(
  { table }: TrainingData,
  used: UsedModels,
  objectives: readonly Objective[],
): string[] {
  if (used === undefined || !objectives.some(isRouted)) return [];
  const starved = table.models.filter((model) => !used.has(model));
  if (starved.length === 0) return [];
  return [`Never chosen for a held-out prompt, under any objective: ${starved.join(', ')}.`];
}

/**
 * The models that any objective uses, for all prompts or for some held-out ones. Undefined where one
 * routes that was not evaluated: it may use any.
 */
type UsedModels = ReadonlySet<string> | undefined;

function listUsedModels({ strategies }: Evaluated, objectives: readonly Objective[]): UsedModels {
  const used = new Set<string>();
  for (const { name, constantModel } of objectives) {
    const routed = findStrategy(strategies, { kind: 'routed', objective: name });
    if (constantModel !== undefined) used.add(constantModel);
    else if (routed === undefined) return undefined;
    else for (const { model } of routed.shares) used.add(model);
  }
  return used;
}

function isRouted({ constantModel }: Objective): boolean {
  return constantModel === undefined;
}

function warnOfPromises(objectives: readonly Objective[]): string[] {
  return objectives.flatMap(({ name, description, promise, constantModel }) => {
    if (promise !== 'not_shown') return [];
    return [
      `The promise of "${name}" (${description}) is not shown to be kept at 95 % confidence; ` +
        `${constantModel ?? 'the baseline'} comes closest. Add examples to narrow the interval.`,
    ];
  });
}
