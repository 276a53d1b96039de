import { groupBy } from '../../../util/group-by.js';
import type { Objective, ObjectiveEvidence, Verdict } from '../../../policy/file/policy.js';
import { findBetterObjective, type ObjectiveFigures } from './compare-objectives.js';
import type { ObjectiveGain } from './compute-verdict.js';
import { minIntervalGroups } from '../statistics/grouped-mean.js';
import { relevantGain } from './prompts-needed.js';

/** What the held-out prompts could have shown of gains, for advice to any policy of their outcomes. */
export interface Detection {
  readonly gains: readonly ObjectiveGain[];
  /** See `computePromptsForSwitching`; null where no two models differ, or with `isUnpaired`. */
  readonly promptsForSwitching: number | null;
  /** The two best models have too few outcomes of the same prompts to be compared. */
  readonly isUnpaired?: true;
}

/** What a user should do, by what the policy does. Every sentence of advice is made from it. */
export interface Advice {
  /**
   * - `route`: the policy routes under some objective;
   * - `single_model`: no objective routes, and a relevant gain is ruled out;
   * - `not_enough_evidence`: no objective routes, and a relevant gain may have been missed.
   */
  readonly kind: 'route' | 'single_model' | 'not_enough_evidence';
  /** The objective of requests that name none. */
  readonly objective: string;
  /** The one model that the policy uses for all of them; null where it routes. */
  readonly model: string | null;
  /** Held-out prompts that this model cannot take, so that another one does. @default 0 */
  readonly promptsBeyondModel?: number;
  /** Other models that the policy uses for all prompts, by their objectives, which they are shown to serve. */
  readonly others?: readonly { readonly model: string; readonly objectives: readonly string[] }[];
  /** Objectives under which the policy routes. */
  readonly routed: readonly string[];
  /** Objectives that beat every mix on held-out prompts, but not their promise on all prompts. */
  readonly unkept: readonly string[];
  readonly heldOutPrompts: number;
  /** Only for `not_enough_evidence`; absent where it cannot be told, or where as many are there. */
  readonly enough?: EnoughEvidence;
  /** Only for `not_enough_evidence`: see `Detection`. */
  readonly isUnpaired?: true;
  /**
   * Only for `not_enough_evidence`: see `findEffectivePrompts`, where that is too few for any interval, so
   * that no objective is tested.
   */
  readonly effectivePrompts?: number;
  /**
   * Objectives for which routing pays as an evaluation plans it with other options, where the policy never
   * routes.
   */
  readonly routedOtherwise?: readonly string[];
}

/** Prompts, of the whole run, that would show a gain with 80 % probability. */
export interface EnoughEvidence {
  /** For a gain of `relevantGain` under one objective: the one that takes the fewest. */
  readonly promptsNeeded: number;
  /** That objective; absent where no other may have gained. */
  readonly objective?: string;
  /** For the largest gain that was observed, if it is more than that. */
  readonly observed?: {
    readonly objective: string;
    readonly gain: number;
    readonly promptsNeeded: number;
  };
}

/** The one model of an objective, and how many held-out prompts are beyond it. */
export interface UsedModel {
  readonly objective: string;
  readonly model: string | null;
  readonly promptsBeyondModel: number;
}

export interface AdviceInput {
  readonly verdict: Pick<Verdict, 'evidence' | 'heldOutPrompts'>;
  /** @default as the evidence says of the model that is hardest to beat */
  readonly gains?: readonly ObjectiveGain[];
  /** The objectives of the policy. */
  readonly objectives: readonly Pick<Objective, 'name' | 'constantModel' | 'promise'>[];
  readonly defaultObjective: string;
  /**
   * Objectives whose one model is advised beside the default's where it is shown to keep their promise:
   * none that another objective beats, or of which the reader sees no figures. @default all
   */
  readonly advisable?: readonly string[] | undefined;
  /** Prompts of the run, held out or not. */
  readonly prompts: number;
  /** What the policy delivers under its objectives. @default one model takes every prompt */
  readonly delivered?: readonly UsedModel[] | undefined;
  /**
   * Held-out prompts that would show a relevant gain of switching between the two best models, for
   * objectives under which routing never left its model. Infinity where it is not known.
   * @default none would
   */
  readonly promptsForSwitching?: number | undefined;
  /** See `Detection`; then `promptsForSwitching` does not count. */
  readonly isUnpaired?: true | undefined;
  /** Of the held-out prompts; see `findEffectivePrompts`. @default as many as there are */
  readonly effectivePrompts?: number | undefined;
}

/** Computes what to do from the evidence and from what the policy does. */
export function computeAdvice({
  verdict,
  gains,
  objectives,
  defaultObjective,
  advisable,
  prompts,
  isUnpaired,
  effectivePrompts = Infinity,
  delivered,
  promptsForSwitching: given,
}: AdviceInput): Advice {
  const promptsForSwitching = isUnpaired === true ? Infinity : given;
  const { evidence, heldOutPrompts } = verdict;
  const isConstant = (name: string): boolean =>
    objectives.find((one) => one.name === name)?.constantModel !== undefined;
  const routed = objectives.map(({ name }) => name).filter((name) => !isConstant(name));
  const model = objectives.find(({ name }) => name === defaultObjective)?.constantModel ?? null;
  const promptsBeyondModel = countBeyond(delivered, defaultObjective, model);
  const isAdvisable = ({ name }: { readonly name: string }): boolean =>
    advisable === undefined || advisable.includes(name);
  const others = listOthers(objectives.filter(isAdvisable), model);
  const shared = {
    objective: defaultObjective,
    model,
    ...(promptsBeyondModel > 0 && { promptsBeyondModel }),
    ...(others.length > 0 && { others }),
    routed,
    unkept: evidence
      .filter(({ objective, routes }) => routes && isConstant(objective))
      .map(({ objective }) => objective),
    heldOutPrompts,
  };
  if (routed.length > 0) return { kind: 'route', ...shared };
  if (effectivePrompts < minIntervalGroups) {
    return { kind: 'not_enough_evidence', ...shared, effectivePrompts };
  }
  const open = (gains ?? evidence.map(readGain)).filter((gain) =>
    mayGain(gain, heldOutPrompts, promptsForSwitching),
  );
  if (open.length === 0) return { kind: 'single_model', ...shared };
  const scale = prompts / heldOutPrompts;
  const enough = findEnough(open, { scale, prompts, promptsForSwitching });
  return {
    kind: 'not_enough_evidence',
    ...shared,
    ...(enough !== undefined && { enough }),
    ...(isUnpaired === true && { isUnpaired }),
  };
}

/** Other models than the default's that are shown to keep what an objective promises. */
function listOthers(
  objectives: AdviceInput['objectives'],
  model: string | null,
): NonNullable<Advice['others']> {
  const shown = objectives.flatMap(({ name, constantModel, promise }) =>
    constantModel === undefined || constantModel === model || promise !== 'shown'
      ? []
      : [{ objective: name, model: constantModel }],
  );
  return Array.from(
    groupBy(shown, (one) => one.model),
    ([other, own]) => ({
      model: other,
      objectives: own.map(({ objective }) => objective),
    }),
  );
}

/** Held-out prompts that are beyond the one model of an objective. */
export function countBeyond(
  delivered: readonly UsedModel[] | undefined,
  objective: string,
  model: string | null,
): number {
  const found = delivered?.find((one) => one.objective === objective && one.model === model);
  return model === null ? 0 : (found?.promptsBeyondModel ?? 0);
}

/**
 * Whether a relevant gain is not ruled out: by the interval, or where nothing varied by the number of
 * prompts. However many there are, they rule nothing out that lies in the interval. Where no outcome
 * is known, its upper limit is Infinity.
 */
function mayGain(
  { high, promptsNeeded }: ObjectiveGain,
  heldOutPrompts: number,
  promptsForSwitching = 0,
): boolean {
  if (high >= relevantGain) return true;
  return promptsNeeded === undefined && heldOutPrompts < promptsForSwitching;
}

function readGain({
  objective,
  utilityDifference: { mean, high },
  promptsNeeded,
}: ObjectiveEvidence): ObjectiveGain {
  if (promptsNeeded === undefined) return { objective, mean, high };
  // Nearly: the number of prompts falls with the square of the gain, but for the guard of the test.
  const promptsForMean = promptsNeeded * (relevantGain / mean) ** 2;
  return {
    objective,
    mean,
    high,
    promptsNeeded,
    ...(mean > relevantGain && { promptsForMean }),
  };
}

function findEnough(
  open: readonly ObjectiveGain[],
  {
    scale,
    prompts,
    promptsForSwitching = Infinity,
  }: Pick<AdviceInput, 'prompts' | 'promptsForSwitching'> & { readonly scale: number },
): EnoughEvidence | undefined {
  // One objective that pays is enough to route.
  const first = open
    .map(({ objective, promptsNeeded, high }) => {
      // Without outcomes of its choices, more prompts of the same kind show nothing either.
      const unvaried = high === Infinity ? Infinity : promptsForSwitching;
      return { objective, promptsNeeded: Math.ceil(scale * (promptsNeeded ?? unvaried)) };
    })
    .filter(({ promptsNeeded }) => Number.isFinite(promptsNeeded) && promptsNeeded > prompts)
    .sort((a, b) => a.promptsNeeded - b.promptsNeeded)[0];
  if (first === undefined) return undefined;
  const observed = open
    .flatMap(({ objective, mean: gain, promptsForMean }) =>
      promptsForMean === undefined
        ? []
        : [{ objective, gain, promptsNeeded: Math.ceil(scale * promptsForMean) }],
    )
    // The gain was not found with as many, so it is not what they would show.
    .filter(({ promptsNeeded }) => promptsNeeded > prompts)
    .sort((a, b) => a.promptsNeeded - b.promptsNeeded)[0];
  return {
    promptsNeeded: first.promptsNeeded,
    ...(open.length > 1 && { objective: first.objective }),
    ...(observed !== undefined && { observed }),
  };
}

/**
 * The objective for requests that name none: one that routes, since a policy whose default never
 * routes does not do what a verdict of ROUTE promises. The first of these, unless another one of them beats it in
 * quality and cost.
 *
 * @param requested the user's choice, which is kept
 */
export function chooseDefaultObjective(
  objectives: readonly Pick<Objective, 'name' | 'constantModel'>[],
  requested: string | undefined,
  figures: readonly ObjectiveFigures[],
): string {
  if (requested !== undefined) return requested;
  const routing = objectives.filter(({ constantModel }) => constantModel === undefined);
  const candidates = routing.length > 0 ? routing : objectives;
  const first = candidates[0]?.name ?? 'quality';
  const isCandidate = ({ objective }: ObjectiveFigures): boolean =>
    candidates.some(({ name }) => name === objective);
  return findBetterObjective(first, figures.filter(isCandidate))?.objective ?? first;
}
