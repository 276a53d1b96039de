import { intAt, listRows } from '../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../util/random.js';
import {
  adaptiveConstants,
  labelEveryPrompt,
  type AdaptiveProblem,
  type Purchase,
  type PurchasedOutcome,
} from './adaptive-problem.js';
import { allocateStart } from './allocate-round.js';
import { decideRound, type RoundDecision } from './decide-round.js';
import {
  explainEnd,
  findShown,
  type AdaptiveEnding,
  type AdaptiveState,
  type StoppingRules,
} from './find-ending.js';
import {
  weighGroups,
  weighHoldOut,
  type GroupWeights,
  type OpenedPrompt,
} from './hold-out-evidence.js';
import { RoundLog } from './round-log.js';
import { splitPrompts, type SplitPrompts } from './split-prompts.js';

/** The next step of an adaptive sweep. */
export type AdaptiveStep =
  | { readonly kind: 'round'; readonly round: number; readonly purchases: readonly Purchase[] }
  /** More outcomes are needed before anything can be decided. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ended'; readonly ending: AdaptiveEnding };

/**
 * Decides which cells of a sweep are worth buying, round by round. A round depends on the problem
 * and on the outcomes of the rounds up to the last but one, in whatever order they arrive, and on
 * nothing else: replaying recorded outcomes gives the same rounds.
 */
export class AdaptiveBuyer {
  readonly #problem: AdaptiveProblem;
  readonly #rules: StoppingRules;
  readonly #split: SplitPrompts;
  readonly #log: RoundLog;
  /** Prompts of each task that each model was bought for: the first ones in the task's order. */
  readonly #bought: Int32Array;
  readonly #startOfTask: Int32Array;
  readonly #heldOutPrompts: ReadonlySet<number>;
  readonly #groupWeights: GroupWeights;
  readonly #opened: OpenedPrompt[] = [];
  #holdOutCells = 0;
  #learningCells = 0;
  #state: AdaptiveState | undefined;
  #ending: AdaptiveEnding | undefined;

  constructor(problem: AdaptiveProblem, rules: StoppingRules) {
    this.#problem = labelEveryPrompt(problem);
    this.#rules = rules;
    this.#split = splitPrompts(this.#problem);
    this.#heldOutPrompts = new Set(this.#split.heldOut);
    this.#groupWeights = weighGroups(this.#problem, this.#split.heldOut);
    this.#log = new RoundLog(this.#cellCount);
    this.#bought = new Int32Array(this.#problem.taskCount * problem.modelCount);
    const { startShare: share, minStartPrompts: minimum } = adaptiveConstants;
    const sizes = Int32Array.from(this.#split.orderOfTask, (prompts) => prompts.length);
    this.#startOfTask = allocateStart(sizes, { share, minimum });
  }

  /** Prompts that are held out for the verdict, in the order in which they are opened. */
  get heldOut(): Int32Array {
    return this.#split.heldOut;
  }

  /** Prompts that could not be held out, since they have more near-duplicates than are held out. */
  get neverHeldOut(): number {
    return this.#split.neverHeldOut;
  }

  /** What the last decision rested on; undefined before the first one that had outcomes. */
  get state(): AdaptiveState | undefined {
    return this.#state;
  }

  /** Cells that every model is asked before any outcome is known. */
  get startCells(): number {
    return this.#problem.modelCount * this.#startOfTask.reduce((sum, count) => sum + count, 0);
  }

  /** Notes the outcome of a bought cell; null where it has none. Others are ignored. */
  note(prompt: number, model: number, outcome: PurchasedOutcome | null): void {
    this.#log.note(prompt * this.#problem.modelCount + model, outcome);
  }

  /** Notes that a bought cell is not called: its model can no longer be called in this sweep. */
  noteNeverCalled(prompt: number, model: number): void {
    this.#log.noteNeverCalled(prompt * this.#problem.modelCount + model);
  }

  /** Decides the next round, if the outcomes that it rests on are there. */
  decide(): AdaptiveStep {
    if (this.#ending !== undefined) return { kind: 'ended', ending: this.#ending };
    const needed = this.#log.size - adaptiveConstants.lag;
    if (needed < 0) return this.#buy(this.#listStart(this.#log.size));
    if (!this.#log.reveal(needed)) return { kind: 'waiting' };
    const allowed = this.#rules.maxLearningCells - this.#learningCells + this.#countMissed(false);
    const stopped = new Set(this.#log.neverCalled.map((cell) => cell % this.#problem.modelCount));
    const decision = decideRound(this.#problem, this.#log.known, this.#split.orderOfTask, {
      bought: this.#bought,
      cells: Math.min(allowed, this.roundSize),
      stopped,
    });
    this.#state = this.#describe(decision, stopped);
    if (stopped.size === this.#problem.modelCount) return this.#end('no_model_left');
    const shown = findShown(this.#state, this.#rules, this.#split.heldOut.length);
    if (shown !== undefined) return this.#end(shown);
    const purchases = this.#listRound(decision);
    // Outcomes that are not revealed yet may still make something worth buying.
    if (purchases.length === 0 && !this.#log.hasMore) {
      return this.#end(explainEnd(this.#state, this.#rules, this.#allLearningCells));
    }
    return this.#buy(purchases);
  }

  #end(ending: AdaptiveEnding): AdaptiveStep {
    this.#ending = ending;
    return { kind: 'ended', ending };
  }

  /** Records a round and shuffles it, so that no model has the same time of day. */
  #buy(listed: readonly Purchase[]): AdaptiveStep {
    const { modelCount, seed } = this.#problem;
    const purchases = shuffle(listed, createRandom(seed + 1 + this.#log.size));
    this.#log.add(Int32Array.from(purchases, ({ prompt, model }) => prompt * modelCount + model));
    for (const { reason } of purchases) {
      if (reason === 'hold_out') this.#holdOutCells += 1;
      else this.#learningCells += 1;
    }
    return { kind: 'round', round: this.#log.size - 1, purchases };
  }

  /** Bought cells of a purpose that turned out not to be called: they use up no limit. */
  #countMissed(isHeldOut: boolean): number {
    const { modelCount } = this.#problem;
    const heldOut = this.#heldOutPrompts;
    return this.#log.neverCalled.filter(
      (cell) => heldOut.has(Math.floor(cell / modelCount)) === isHeldOut,
    ).length;
  }

  #describe(
    { policy, remaining, roundGain }: RoundDecision,
    stoppedModels: ReadonlySet<number>,
  ): AdaptiveState {
    const { inPlay } = policy;
    const { worth } = this.#rules;
    const comparison = { inPlay, worth, groupWeights: this.#groupWeights };
    return {
      rounds: this.#log.size,
      learningCells: this.#learningCells - this.#countMissed(false),
      holdOutCells: this.#holdOutCells - this.#countMissed(true),
      stoppedModels,
      policy,
      evidence: weighHoldOut(this.#problem, this.#opened, this.#log.known, comparison),
      remaining,
      roundGain,
    };
  }

  /** Half of the start for each of the first rounds, so that there is work before any outcome. */
  #listStart(round: number): Purchase[] {
    const { lag } = adaptiveConstants;
    return this.#split.orderOfTask.flatMap((prompts, task) => {
      const size = intAt(this.#startOfTask, task);
      const begin = Math.ceil((size * round) / lag);
      const end = Math.ceil((size * (round + 1)) / lag);
      return [...listRows(this.#problem.modelCount)].flatMap((model) =>
        this.#extend(task, model, end - begin).map((prompt): Purchase => ({
          prompt,
          model,
          reason: 'start',
          probability: size / prompts.length,
        })),
      );
    });
  }

  /** The cells of a decision: for learning where they are worth it, and for the verdict. */
  #listRound(decision: RoundDecision): Purchase[] {
    const cells = decision.round.reduce((sum, count) => sum + count, 0);
    const isLearning = cells > 0 && decision.roundGain >= this.#rules.minCellGain * cells;
    const learning = isLearning ? this.#listLearning(decision.round) : [];
    return [...learning, ...this.#openHeldOut(decision, isLearning)];
  }

  get #cellCount(): number {
    return this.#problem.taskOf.length * this.#problem.modelCount;
  }

  /** Cells for learning after which prompts are opened: a budget may end sooner. */
  get #openAfterCells(): number {
    return this.#problem.isBudgeted ? 0 : adaptiveConstants.openAfterShare * this.#cellCount;
  }

  get #allLearningCells(): number {
    return this.#cellCount - this.#split.heldOut.length * this.#problem.modelCount;
  }

  /** Cells for learning in a round, at most. */
  get roundSize(): number {
    const { roundShare, minRoundCells } = adaptiveConstants;
    return Math.max(minRoundCells, Math.round(roundShare * this.#cellCount));
  }

  #listLearning(allocated: Int32Array): Purchase[] {
    const { modelCount } = this.#problem;
    return [...allocated.keys()].flatMap((cell) => {
      const [task, model] = [Math.floor(cell / modelCount), cell % modelCount];
      const count = intAt(allocated, cell);
      const open = (this.#split.orderOfTask[task]?.length ?? 0) - intAt(this.#bought, cell);
      const probability = count / open;
      return this.#extend(task, model, count).map((prompt): Purchase => ({
        prompt,
        model,
        reason: 'round',
        probability,
      }));
    });
  }

  /** The next prompts of a task in its order, now bought for a model. */
  #extend(task: number, model: number, count: number): number[] {
    const cell = task * this.#problem.modelCount + model;
    const begin = intAt(this.#bought, cell);
    this.#bought[cell] = begin + count;
    return [...(this.#split.orderOfTask[task]?.subarray(begin, begin + count) ?? [])];
  }

  /** Opens held-out prompts, and completes earlier ones for models that have come into play. */
  #openHeldOut(
    { table, policy, costWeightPerUsd }: RoundDecision,
    isLearning: boolean,
  ): Purchase[] {
    const { heldOut, heldOutProbability: probability } = this.#split;
    const { modelCount, taskOf } = this.#problem;
    const batch = Math.ceil(heldOut.length / adaptiveConstants.openingRounds);
    const isEarly = isLearning && this.#learningCells < this.#openAfterCells;
    const opens = this.#rules.opensHeldOut && !isEarly;
    const count = opens ? (isLearning ? 1 : 2) * batch : 0;
    const begin = this.#opened.length;
    const end = count === 0 ? begin : this.#findGroupEnd(begin + count);
    for (const prompt of heldOut.subarray(begin, end)) {
      const task = intAt(taskOf, prompt);
      this.#opened.push({
        prompt,
        choice: intAt(policy.choices, task),
        baseline: policy.baseline,
        costWeightPerUsd,
        costUsd: table.costUsd.slice(task * modelCount, (task + 1) * modelCount),
        maxCostUsd: Math.max(...table.costUsd),
      });
    }
    return this.#opened.flatMap(({ prompt }) =>
      policy.inPlay
        .filter((model) => !this.#log.isBought(prompt * modelCount + model))
        .map((model): Purchase => ({ prompt, model, reason: 'hold_out', probability })),
    );
  }

  /** The first held-out prompt from a place on that begins a group: a group is opened at once. */
  #findGroupEnd(place: number): number {
    const { heldOut } = this.#split;
    const { groups } = this.#problem;
    const groupAt = (index: number): number => intAt(groups, intAt(heldOut, index));
    let end = Math.min(place, heldOut.length);
    while (end > 0 && end < heldOut.length && groupAt(end) === groupAt(end - 1)) end += 1;
    return end;
  }
}
