import type { CellAnswer } from '../../measure/sweep/cell-answers.js';
import type { CellSource, SourcedCell } from '../../measure/sweep/cell-source.js';
import { expectCallUsd } from '../../measure/sweep/expect-cell.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import type { HeldOutRecord } from '../../measure/outcomes/held-out.js';
import type { PromptRecord } from '../../measure/outcomes/outcome-table.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { intAt, listRows } from '../../util/numeric-arrays.js';
import { labelPrompts } from '../train/label-prompts.js';
import { AdaptiveBuyer } from './adaptive-buyer.js';
import type { AdaptiveObjective, AdaptiveProblem, Purchase } from './adaptive-problem.js';
import { AnswerTally } from './answer-tally.js';
import { findHeldOut } from './bind-split.js';
import type { AdaptiveEnding, AdaptiveState, StoppingRules } from './find-ending.js';

export interface AdaptiveSettings {
  readonly objective: AdaptiveObjective;
  /** The gain that routing must be worth, in [0, 1]. */
  readonly worth: number;
  /** Maximum number of cells for learning; those for the verdict come on top. @default no limit */
  readonly maxLearningCells?: number | undefined;
  /** Whether to go on learning after the verdict is clear. @default false */
  readonly keepsGoing?: boolean;
  /** Whether the sweep has a budget in USD, so that cheap cells are preferred. */
  readonly isBudgeted: boolean;
  readonly seed: number;
  /** The split of an earlier sweep into the folder. @default drawn by the seed */
  readonly split?: HeldOutRecord | undefined;
  /** Called after each decision. */
  readonly onDecision?: (state: AdaptiveState) => void;
}

/**
 * When an adaptive sweep with these settings ends. The price of a round is its share of a full sweep,
 * which would be worth its price if it gained what routing must be worth.
 */
function listStoppingRules(settings: AdaptiveSettings, allCells: number): StoppingRules {
  const { worth, maxLearningCells = Number.POSITIVE_INFINITY, keepsGoing = false } = settings;
  return {
    worth,
    minCellGain: worth / allCells,
    maxLearningCells,
    opensHeldOut: true,
    keepsGoing,
  };
}

/** Describes the cells of a plan to a buyer. Prompts without any label get latent tasks. */
function describePlan(plan: SweepPlan, settings: AdaptiveSettings): AdaptiveProblem {
  const records = plan.prompts.map(
    ({ example: { id, prompt, task, group, weight } }): PromptRecord => ({
      id,
      prompt,
      task,
      group,
      ...(weight !== undefined && { weight }),
    }),
  );
  const { tasks, taskOf, groups } = labelPrompts(records);
  return {
    modelCount: plan.models.length,
    taskOf,
    taskCount: tasks.length,
    groups,
    weights: Float64Array.from(records, ({ weight = 1 }) => weight),
    expectedUsd: listExpectedUsd(plan),
    objective: settings.objective,
    isBudgeted: settings.isBudgeted,
    seed: settings.seed,
    ...(settings.split && { heldOut: findHeldOut(plan, settings.split) }),
  };
}

/** The expected cost of a call of each model, in USD. */
function listExpectedUsd({ models, prompts }: Pick<SweepPlan, 'models' | 'prompts'>): Float64Array {
  const texts = prompts.map(({ example }) => example.prompt);
  return Float64Array.from(models, (model) => expectCallUsd(model, texts));
}

/**
 * Creates the buyer of a plan's cells.
 *
 * @throws RoutesmithError `usage` if the start alone exceeds the calls that are allowed for learning
 */
export function createBuyer(plan: SweepPlan, settings: AdaptiveSettings): AdaptiveBuyer {
  const buyer = new AdaptiveBuyer(
    describePlan(plan, settings),
    listStoppingRules(settings, plan.cellCount),
  );
  const { maxLearningCells: maximum } = settings;
  if (maximum === undefined || buyer.startCells <= maximum) return buyer;
  const [calls, models] = [formatWhole(buyer.startCells), formatCount(plan.models.length, 'model')];
  const what = `--max-calls ${maximum} is less than the ${calls} calls that ${models} begin with`;
  throw new RoutesmithError('usage', what, {
    fix: `Allow at least ${calls} calls, or take fewer models with --models.`,
  });
}

/** The source of an adaptive sweep's cells. */
export class AdaptiveSource implements CellSource {
  readonly #plan: SweepPlan;
  readonly #buyer: AdaptiveBuyer;
  readonly #onDecision: (state: AdaptiveState) => void;
  /** Why each cell that has no answer was bought, by number. */
  readonly #reasonOf = new Map<number, Purchase['reason']>();
  readonly #answers: AnswerTally;
  /** Cells that were not handed out, of which the folder had an answer before. */
  readonly #unused: Set<number>;
  #ending: AdaptiveEnding | undefined;

  /** @param isSettled whether the folder has an answer of a cell. @default of none */
  constructor(
    plan: SweepPlan,
    settings: AdaptiveSettings,
    isSettled: (number: number) => boolean = () => false,
  ) {
    this.#plan = plan;
    this.#buyer = createBuyer(plan, settings);
    this.#answers = new AnswerTally(plan.models.length);
    this.#onDecision = settings.onDecision ?? (() => {});
    this.#unused = new Set(listRows(this.allCells).filter(isSettled));
  }

  /** Why the sweep ended; undefined while it could go on. */
  get ending(): AdaptiveEnding | undefined {
    return this.#ending;
  }

  /** What the last decision rested on; undefined before the first one. */
  get state(): AdaptiveState | undefined {
    return this.#buyer.state;
  }

  /** The ids of models that could no longer be called, in the plan's order. */
  get stoppedModels(): readonly string[] {
    const stopped = this.state?.stoppedModels ?? new Set<number>();
    return this.#plan.models.flatMap(({ id }, model) => (stopped.has(model) ? [id] : []));
  }

  get allCells(): number {
    return this.#plan.models.length * this.#plan.prompts.length;
  }

  /**
   * Answers that this sweep uses and an adaptive sweep bought, to learn and for the verdict, graded or
   * not; failed calls do not count.
   */
  get answers(): { readonly learning: number; readonly heldOut: number } {
    return this.#answers;
  }

  /** Other cells of which the folder had an answer before, used or not. */
  get keptCells(): number {
    return this.#unused.size + this.#answers.kept;
  }

  /**
   * The estimated cost of all cells without an answer in USD, without judging; null where no cost is
   * known.
   */
  get leftUsd(): number | null {
    const { prompts, models } = this.#plan;
    const wanted = new Int32Array(models.length).fill(prompts.length);
    for (const number of this.#unused) {
      const model = number % models.length;
      wanted[model] = intAt(wanted, model) - 1;
    }
    return this.#answers.estimateLeftUsd(wanted, listExpectedUsd({ prompts, models }));
  }

  /** The numbers of the held-out prompts in the plan. */
  get heldOut(): Int32Array {
    return this.#buyer.heldOut;
  }

  /** Prompts that could not be held out, since they have more near-duplicates than are held out. */
  get neverHeldOut(): number {
    return this.#buyer.neverHeldOut;
  }

  /** Cells that another round would buy for learning, at most. */
  get nextRoundCells(): number {
    return this.#buyer.roundSize;
  }

  takeNext(): readonly SourcedCell[] {
    // A round may be empty where only outcomes of earlier ones are awaited.
    for (let step = this.#buyer.decide(); step.kind !== 'waiting'; step = this.#buyer.decide()) {
      if (this.#buyer.state !== undefined && this.#ending === undefined) {
        this.#onDecision(this.#buyer.state);
      }
      if (step.kind === 'ended') {
        this.#ending = step.ending;
        return [];
      }
      const { round, purchases } = step;
      if (purchases.length === 0) continue;
      return purchases.map(({ prompt, model, reason, probability }) => {
        const number = prompt * this.#plan.models.length + model;
        this.#reasonOf.set(number, reason);
        this.#unused.delete(number);
        return { number, purchase: { reason, round, probability } };
      });
    }
    return [];
  }

  noteEnd(number: number, answer: CellAnswer | null): void {
    const width = this.#plan.models.length;
    const reason = this.#reasonOf.get(number);
    if (reason !== undefined && answer !== null) {
      this.#reasonOf.delete(number);
      const purpose = reason === 'hold_out' ? 'heldOut' : 'learning';
      this.#answers.note(number % width, answer.isBought === true ? purpose : 'kept', answer);
    }
    const isGraded = answer !== null && !Number.isNaN(answer.quality);
    this.#buyer.note(Math.floor(number / width), number % width, isGraded ? answer : null);
  }

  noteNeverCalled(number: number): void {
    const width = this.#plan.models.length;
    this.#buyer.noteNeverCalled(Math.floor(number / width), number % width);
  }
}
