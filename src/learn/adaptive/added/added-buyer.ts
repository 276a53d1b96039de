import { addAt, at, intAt } from '../../../util/numeric-arrays.js';
import { readWeight, type AdaptiveProblem, type Purchase } from '../adaptive-problem.js';
import { allocateCells, allocateStart } from '../allocate-round.js';
import { computeUnitImprovement } from '../expected-improvement.js';
import { splitPrompts, type SplitPrompts } from '../split-prompts.js';
import { chooseMargin, estimateAdded, type AddedEstimate } from './estimate-added.js';

/** A model that is added to prompts whose other outcomes are known. */
export interface AddedProblem extends Pick<
  AdaptiveProblem,
  'taskOf' | 'taskCount' | 'groups' | 'weights' | 'seed' | 'heldOut'
> {
  /** Row-major prompts x models, in [0, 1]; NaN where unknown. */
  readonly known: Float32Array;
  readonly modelCount: number;
  /** Share of the prompts to learn from that the model is asked, in (0, 1]. */
  readonly share: number;
}

/**
 * Whether the added model may improve on the known ones by enough to be tested; `no_outcomes` where
 * none of its first answers could be graded.
 */
export type AddedEnding = 'useful' | 'no_use' | 'no_outcomes';

export type AddedStep =
  | { readonly kind: 'round'; readonly round: number; readonly purchases: readonly Purchase[] }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ended'; readonly ending: AddedEnding };

/** Share of the prompts that is held out: an added model that may be of use is asked all of them. */
const holdOutShare = 0.15;
/** Share of the cells that is spread over all tasks first. */
const startShare = 0.35;
/** The least number of them for each task. */
export const minStartPrompts = 2;
/** Rounds after the start. */
const rounds = 4;
/** Quality that a model must be expected to add to a prompt to be worth testing. */
export const minImprovement = 0.001;

/**
 * Decides for which prompts an added model is worth asking. It is asked some of every task first;
 * then more where it may be better than the best model of the task; then, if it may be of use,
 * all held-out prompts, on which `train` tests what it adds. A round depends on the outcomes of
 * the earlier ones and on nothing else.
 */
export class AddedBuyer {
  readonly #problem: AddedProblem;
  readonly #split: SplitPrompts;
  readonly #added: Float32Array;
  readonly #bought: Int32Array;
  readonly #pending = new Set<number>();
  /** Qualities of second notes by prompt. */
  readonly #late = new Map<number, number>();
  readonly #rows: Int32Array;
  /** What the prompts to learn from stand for by task: the sum of their weights. */
  readonly #sizes: Float64Array;
  readonly #wanted: number;
  readonly #isShareRaised: boolean;
  #round = 0;
  #learningCells = 0;
  #estimate: AddedEstimate | undefined;
  #ending: AddedEnding | undefined;

  constructor(problem: AddedProblem) {
    this.#problem = problem;
    this.#split = splitPrompts({ ...problem, holdOutShare });
    this.#rows = Int32Array.from(this.#split.orderOfTask.flatMap((order) => [...order])).sort();
    this.#sizes = sumWeights(problem, this.#rows);
    this.#added = new Float32Array(problem.taskOf.length).fill(Number.NaN);
    this.#bought = new Int32Array(problem.taskCount);
    const start = this.#allocateStart().reduce((sum, count) => sum + count, 0);
    const asked = Math.round(problem.share * this.#rows.length);
    this.#wanted = Math.max(start, asked);
    this.#isShareRaised = start > asked;
  }

  /** Cells that are bought to learn, at most; held-out ones come on top. */
  get learningCells(): number {
    return this.#wanted;
  }

  /** Their share of the prompts that are not held out. */
  get learningShare(): number {
    return this.#wanted / Math.max(1, this.#rows.length);
  }

  /** Whether that is more than the share that was asked for: some of each task are always bought. */
  get isShareRaised(): boolean {
    return this.#isShareRaised;
  }

  get heldOut(): Int32Array {
    return this.#split.heldOut;
  }

  /** What is believed after the last decision. */
  get estimate(): AddedEstimate | undefined {
    return this.#estimate;
  }

  /** Standard deviations by which the estimate is lowered. */
  get margin(): number {
    return chooseMargin(this.#learningCells / Math.max(1, this.#rows.length));
  }

  /**
   * Notes the quality of a bought cell; null where it has none. A second note of a cell counts only
   * where none of the first answers had a quality: nothing was decided without it.
   */
  note(prompt: number, quality: number | null): void {
    if (this.#pending.delete(prompt)) this.#added[prompt] = quality ?? Number.NaN;
    else if (quality !== null) this.#late.set(prompt, quality);
  }

  /** Whether any first note of a cell had a quality. */
  get hasOutcomes(): boolean {
    return !this.#added.every(Number.isNaN);
  }

  decide(): AddedStep {
    if (this.#ending !== undefined) return { kind: 'ended', ending: this.#ending };
    if (this.#pending.size > 0) return { kind: 'waiting' };
    if (this.#round === 0) return this.#buy(this.#listStart());
    if (!this.hasOutcomes) this.#late.forEach((quality, prompt) => (this.#added[prompt] = quality));
    if (!this.hasOutcomes) return this.#end('no_outcomes');
    const estimate = this.#computeEstimate();
    this.#estimate = estimate;
    if (this.#round <= rounds) {
      const purchases = this.#listRound(estimate);
      if (purchases.length > 0) return this.#buy(purchases);
    }
    const isUseful = this.#isUseful(estimate);
    if (!isUseful || this.#round > rounds + 1) {
      return this.#end(isUseful ? 'useful' : 'no_use');
    }
    this.#round = rounds + 1;
    const { heldOut, heldOutProbability: probability } = this.#split;
    return this.#buy(
      Array.from(heldOut, (prompt) => ({ prompt, model: 0, reason: 'hold_out', probability })),
    );
  }

  #end(ending: AddedEnding): AddedStep {
    this.#ending = ending;
    return { kind: 'ended', ending };
  }

  #buy(purchases: readonly Purchase[]): AddedStep {
    for (const { prompt } of purchases) this.#pending.add(prompt);
    return { kind: 'round', round: this.#round++, purchases };
  }

  #listStart(): Purchase[] {
    return this.#extend(this.#allocateStart(), 'start');
  }

  #allocateStart(): Int32Array {
    const sizes = Int32Array.from(this.#split.orderOfTask, (order) => order.length);
    const share = startShare * this.#problem.share;
    return allocateStart(sizes, { share, minimum: minStartPrompts });
  }

  /** The rest of the cells in equal parts, by what an outcome may change. */
  #listRound({ quality, best, deviations, counts }: AddedEstimate): Purchase[] {
    const left = this.#wanted - this.#learningCells;
    const count = Math.ceil(left / (rounds + 1 - this.#round));
    if (count <= 0) return [];
    const weights = this.#sizes.map((size, task) => {
      const deviation = at(deviations, task);
      const gap = Math.abs(at(best, task) - at(quality, task)) / deviation;
      const improvement = size * deviation * computeUnitImprovement(gap);
      return Math.sqrt(improvement / (at(counts, task) + 2));
    });
    const room = Int32Array.from(
      this.#split.orderOfTask,
      (order, task) => order.length - intAt(this.#bought, task),
    );
    return this.#extend(allocateCells(count, weights, room), 'round');
  }

  /** The next prompts of each task in its order, now bought. */
  #extend(more: Int32Array, reason: 'start' | 'round'): Purchase[] {
    const purchases: Purchase[] = [];
    this.#split.orderOfTask.forEach((order, task) => {
      const begin = intAt(this.#bought, task);
      const count = intAt(more, task);
      this.#bought[task] = begin + count;
      const probability = count / (order.length - begin);
      for (const prompt of order.subarray(begin, begin + count)) {
        purchases.push({ prompt, model: 0, reason, probability });
      }
    });
    this.#learningCells += purchases.length;
    return purchases;
  }

  #computeEstimate(): AddedEstimate {
    const { taskOf, taskCount, known, modelCount } = this.#problem;
    const knownOf = new Float32Array(this.#rows.length * modelCount);
    this.#rows.forEach((row, index) => {
      knownOf.set(known.subarray(row * modelCount, (row + 1) * modelCount), index * modelCount);
    });
    return estimateAdded({
      taskOf: this.#rows.map((row) => intAt(taskOf, row)),
      taskCount,
      known: knownOf,
      modelCount,
      added: Float32Array.from(this.#rows, (row) => at(this.#added, row)),
      weights: Float64Array.from(this.#rows, (row) => readWeight(this.#problem, row)),
    });
  }

  #isUseful({ improvements }: AddedEstimate): boolean {
    return averageTasks(improvements, this.#sizes) >= minImprovement;
  }
}

/** The sum of the weights of some prompts by task. */
export function sumWeights(problem: AddedProblem, rows: Int32Array): Float64Array {
  const sums = new Float64Array(problem.taskCount);
  for (const row of rows) addAt(sums, intAt(problem.taskOf, row), readWeight(problem, row));
  return sums;
}

/** The mean of a value of tasks over what they stand for; 0 without any. */
export function averageTasks(values: Float64Array, sizes: Float64Array): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const sum = sizes.reduce((all, size, task) => all + size * at(values, task), 0);
  return total > 0 ? sum / total : 0;
}
