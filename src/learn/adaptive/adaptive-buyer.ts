import { at, intAt } from '../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../util/random.js';
import {
  adaptiveConstants,
  labelEveryPrompt,
  type AdaptiveProblem,
  type Purchase,
  type PurchasedOutcome,
} from './adaptive-problem.js';
import { allocateCells, allocateStart } from './allocate-round.js';
import {
  explainEnd,
  findShown,
  type AdaptiveEnding,
  type AdaptiveState,
  type StoppingRules,
} from './find-ending.js';
import {
  computeImprovements,
  computeRemainingImprovement,
  computeRoundGain,
  type Improvements,
} from './expected-improvement.js';
import { weighHoldOut, type OpenedPrompt } from './hold-out-evidence.js';
import { splitPrompts, type SplitPrompts } from './split-prompts.js';
import { decideTaskPolicy, findCostWeight, type TaskPolicy } from './task-policy.js';
import { estimateValues, type KnownOutcomes, type ValueTable } from './value-table.js';

/** The next step of an adaptive sweep. */
export type AdaptiveStep =
  | { readonly kind: 'round'; readonly round: number; readonly purchases: readonly Purchase[] }
  /** More outcomes are needed before anything can be decided. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ended'; readonly ending: AdaptiveEnding };

interface Round {
  readonly cells: Int32Array;
  /** Cells that have no outcome yet. */
  unresolved: number;
}

/** What is believed when a round is decided. */
interface Belief {
  readonly table: ValueTable;
  readonly improvements: Improvements;
  /** What each cell's outcomes are worth; row-major tasks x models. */
  readonly expected: Float64Array;
  readonly policy: TaskPolicy;
  readonly costWeightPerUsd: number;
  readonly remaining: number;
}

/** A belief, and the cells for learning that are worth buying. */
interface Decision extends Belief {
  /** Of the cells that could be bought, even if they are not worth it. */
  readonly roundGain: number;
  /** By task and model. */
  readonly round: Int32Array;
}

/** How much a sweep for saving values what is unknown of quality. */
const qualityShare = 0.25;

/**
 * Decides which cells of a sweep are worth buying, round by round. A round depends on the problem
 * and on the outcomes of the rounds up to the last but one, in whatever order they arrive, and on
 * nothing else: replaying recorded outcomes gives the same rounds.
 */
export class AdaptiveBuyer {
  readonly #problem: AdaptiveProblem;
  readonly #rules: StoppingRules;
  readonly #split: SplitPrompts;
  readonly #rounds: Round[] = [];
  /** The round of each bought cell; -1 for the others. */
  readonly #roundOf: Int32Array;
  /** Prompts of each task that each model was bought for: the first ones in the task's order. */
  readonly #bought: Int32Array;
  /** Outcomes that have arrived, and those of them that decisions may use. */
  readonly #arrived: KnownOutcomes;
  readonly #known: KnownOutcomes;
  readonly #startOfTask: Int32Array;
  readonly #opened: OpenedPrompt[] = [];
  #revealed = 0;
  #holdOutCells = 0;
  #learningCells = 0;
  #state: AdaptiveState | undefined;
  #ending: AdaptiveEnding | undefined;

  constructor(problem: AdaptiveProblem, rules: StoppingRules) {
    this.#problem = labelEveryPrompt(problem);
    this.#rules = rules;
    this.#split = splitPrompts(this.#problem);
    const cells = problem.taskOf.length * problem.modelCount;
    this.#roundOf = new Int32Array(cells).fill(-1);
    this.#bought = new Int32Array(this.#problem.taskCount * problem.modelCount);
    this.#arrived = createUnknown(cells);
    this.#known = createUnknown(cells);
    const { startShare: share, minStartPrompts: minimum } = adaptiveConstants;
    const sizes = Int32Array.from(this.#split.orderOfTask, (prompts) => prompts.length);
    this.#startOfTask = allocateStart(sizes, { share, minimum });
  }

  /** Prompts that are held out for the verdict, in the order in which they are opened. */
  get heldOut(): Int32Array {
    return this.#split.heldOut;
  }

  /** What the last decision rested on; undefined before the first one that had outcomes. */
  get state(): AdaptiveState | undefined {
    return this.#state;
  }

  /** Notes the outcome of a bought cell; null where it has none. Others are ignored. */
  note(prompt: number, model: number, outcome: PurchasedOutcome | null): void {
    const cell = prompt * this.#problem.modelCount + model;
    const round = this.#rounds[intAt(this.#roundOf, cell)];
    if (round === undefined || this.#resolved.has(cell)) return;
    this.#resolved.add(cell);
    round.unresolved -= 1;
    if (outcome === null) return;
    this.#arrived.quality[cell] = outcome.quality;
    this.#arrived.costUsd[cell] = outcome.costUsd;
  }

  readonly #resolved = new Set<number>();

  /** Decides the next round, if the outcomes that it rests on are there. */
  decide(): AdaptiveStep {
    if (this.#ending !== undefined) return { kind: 'ended', ending: this.#ending };
    const needed = this.#rounds.length - adaptiveConstants.lag;
    if (needed >= 0 && (this.#rounds[needed]?.unresolved ?? 0) > 0) return { kind: 'waiting' };
    if (needed < 0) return this.#buy(this.#listStart(this.#rounds.length));
    while (this.#revealed <= needed) this.#reveal(this.#revealed++);
    const belief = this.#believe();
    this.#state = this.#describe(belief);
    const shown = findShown(this.#state, this.#rules, this.#split.heldOut.length);
    if (shown !== undefined) return this.#end(shown);
    const purchases = this.#listRound(belief);
    // Outcomes that are not revealed yet may still make something worth buying.
    const isFinal = this.#rounds.slice(this.#revealed).every(({ cells }) => cells.length === 0);
    if (purchases.length === 0 && isFinal) {
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
    const purchases = shuffle(listed, createRandom(seed + 1 + this.#rounds.length));
    const cells = Int32Array.from(purchases, ({ prompt, model }) => prompt * modelCount + model);
    for (const cell of cells) this.#roundOf[cell] = this.#rounds.length;
    for (const { reason } of purchases) {
      if (reason === 'hold_out') this.#holdOutCells += 1;
      else this.#learningCells += 1;
    }
    this.#rounds.push({ cells, unresolved: cells.length });
    return { kind: 'round', round: this.#rounds.length - 1, purchases };
  }

  #reveal(round: number): void {
    for (const cell of this.#rounds[round]?.cells ?? []) {
      this.#known.quality[cell] = at(this.#arrived.quality, cell);
      this.#known.costUsd[cell] = at(this.#arrived.costUsd, cell);
    }
  }

  #believe(): Decision {
    const { orderOfTask } = this.#split;
    const problem = this.#problem;
    const table = estimateValues(problem, this.#known, orderOfTask);
    const costWeightPerUsd = problem.objective === 'save' ? findCostWeight(problem, table) : 0;
    const improve = (weight: number): Improvements =>
      computeImprovements(problem, table, this.#known, orderOfTask, weight);
    const improvements = improve(costWeightPerUsd);
    // To save, a plan has to keep quality, so what is unknown of quality matters as well.
    const quality = costWeightPerUsd > 0 ? improve(0).expected : undefined;
    const expected = improvements.expected.map(
      (value, cell) => value + qualityShare * (quality?.[cell] ?? 0),
    );
    const policy = decideTaskPolicy(problem, table, improvements);
    const remaining = computeRemainingImprovement(problem, table, { ...improvements, expected });
    const belief = { table, improvements, expected, policy, costWeightPerUsd, remaining };
    const learning = this.#rules.maxLearningCells - this.#learningCells;
    const round = this.#allocate(belief, Math.min(learning, this.roundSize));
    const cells = round.reduce((sum, count) => sum + count, 0);
    const roundGain = computeRoundGain(problem, table, improvements, round);
    const isWorthIt = roundGain >= this.#rules.minCellGain * cells;
    return { ...belief, roundGain, round: isWorthIt ? round : new Int32Array(round.length) };
  }

  #describe({ policy, remaining, roundGain }: Decision): AdaptiveState {
    const { inPlay } = policy;
    const { worth } = this.#rules;
    return {
      rounds: this.#rounds.length,
      learningCells: this.#learningCells,
      holdOutCells: this.#holdOutCells,
      policy,
      evidence: weighHoldOut(this.#problem, this.#opened, this.#known, { inPlay, worth }),
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
      return this.#listModels().flatMap((model) =>
        this.#extend(task, model, end - begin).map((prompt): Purchase => ({
          prompt,
          model,
          reason: 'start',
          probability: size / prompts.length,
        })),
      );
    });
  }

  #listRound(decision: Decision): Purchase[] {
    const bought = this.#listLearning(decision.round);
    return [...bought, ...this.#openHeldOut(decision, bought.length > 0)];
  }

  get #allLearningCells(): number {
    return this.#roundOf.length - this.#split.heldOut.length * this.#problem.modelCount;
  }

  /** Cells for learning in a round, at most. */
  get roundSize(): number {
    const { roundShare, minRoundCells } = adaptiveConstants;
    return Math.max(minRoundCells, Math.round(roundShare * this.#roundOf.length));
  }

  /** How many prompts more of each task each model is to answer. */
  #allocate({ table, expected }: Belief, cells: number): Int32Array {
    const { modelCount, isBudgeted } = this.#problem;
    const weights = expected.map((improvement, cell) => {
      const size = at(table.shares, Math.floor(cell / modelCount));
      const weight = (size * improvement) / (intAt(this.#bought, cell) + 10);
      const costUsd = at(table.costUsd, cell);
      return isBudgeted && costUsd > 0 ? weight / Math.sqrt(costUsd) : weight;
    });
    return allocateCells(
      cells,
      weights,
      this.#bought.map((_, cell) => this.#countOpen(cell)),
    );
  }

  /** Prompts of a task that a model was not bought for yet. */
  #countOpen(cell: number): number {
    const task = Math.floor(cell / this.#problem.modelCount);
    return (this.#split.orderOfTask[task]?.length ?? 0) - intAt(this.#bought, cell);
  }

  #listLearning(allocated: Int32Array): Purchase[] {
    const { modelCount } = this.#problem;
    return [...allocated.keys()].flatMap((cell) => {
      const [task, model] = [Math.floor(cell / modelCount), cell % modelCount];
      const count = intAt(allocated, cell);
      const probability = count / this.#countOpen(cell);
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
  #openHeldOut({ table, policy, costWeightPerUsd }: Belief, isLearning: boolean): Purchase[] {
    const { heldOut } = this.#split;
    const { modelCount, taskOf } = this.#problem;
    const batch = Math.ceil(heldOut.length / adaptiveConstants.openingRounds);
    const count = this.#rules.opensHeldOut ? (isLearning ? 1 : 2) * batch : 0;
    const begin = this.#opened.length;
    for (const prompt of heldOut.subarray(begin, begin + count)) {
      const task = intAt(taskOf, prompt);
      this.#opened.push({
        prompt,
        choice: intAt(policy.choices, task),
        baseline: policy.baseline,
        costWeightPerUsd,
        costUsd: table.costUsd.slice(task * modelCount, (task + 1) * modelCount),
      });
    }
    const probability = heldOut.length / taskOf.length;
    return this.#opened.flatMap(({ prompt }) =>
      policy.inPlay
        .filter((model) => intAt(this.#roundOf, prompt * modelCount + model) < 0)
        .map((model): Purchase => ({ prompt, model, reason: 'hold_out', probability })),
    );
  }

  #listModels(): number[] {
    return Array.from({ length: this.#problem.modelCount }, (_, model) => model);
  }
}

function createUnknown(cells: number): KnownOutcomes {
  return {
    quality: new Float32Array(cells).fill(Number.NaN),
    costUsd: new Float32Array(cells).fill(Number.NaN),
  };
}
