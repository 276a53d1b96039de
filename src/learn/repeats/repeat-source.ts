import type { CellAnswer } from '../../measure/sweep/cell-answers.js';
import type { CellSource, SourcedCell } from '../../measure/sweep/cell-source.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import { decideRepeats } from './decide-repeats.js';
import {
  AskedRepeats,
  createStartFilter,
  describeRepeats,
  halves,
  numberCell,
  RepeatAnswers,
  type RepeatBlock,
  type RepeatProblem,
} from './repeat-problem.js';

/** Repeats of one model on one half of a task beyond the pilot. */
export interface BoughtRepeats extends RepeatBlock {
  /** Their numbers in the plan. */
  readonly cells: readonly number[];
}

/**
 * The cells of a sweep that decides about repeats. First every cell once, and the pilot; when
 * all of these answers are in, the repeats. The order in which answers come changes nothing, and a
 * sweep that was killed buys the same cells.
 */
export class RepeatSource implements CellSource {
  readonly problem: RepeatProblem;
  readonly answers: RepeatAnswers;
  readonly asked: AskedRepeats;
  readonly #plan: SweepPlan;
  readonly #bought: BoughtRepeats[] = [];
  /** Cells that are handed out, and have not ended. */
  readonly #pending = new Set<number>();
  readonly #answered = new Set<number>();
  #hasUncalled = false;
  /** 1 after the first cells and the pilot, 2 after the decision. */
  #rounds = 0;
  #hasEnded = false;

  /** @param plan its repeats are the maximum */
  constructor(plan: SweepPlan) {
    this.#plan = plan;
    this.problem = describeRepeats(plan);
    this.answers = new RepeatAnswers(this.problem);
    this.asked = new AskedRepeats(this.problem);
  }

  /** Whether no further repeat could change a decision, and no cell was left uncalled. */
  get hasEnded(): boolean {
    return this.#hasEnded && !this.#hasUncalled;
  }

  /** What was bought beyond the pilot, with an answer or without. */
  get bought(): readonly BoughtRepeats[] {
    return this.#bought;
  }

  /** Whether a cell has an answer, graded or not. */
  isAnswered(number: number): boolean {
    return this.#answered.has(number);
  }

  takeNext(): readonly SourcedCell[] {
    if (this.#hasEnded || this.#pending.size > 0) return [];
    const cells = this.#rounds === 0 ? this.#listStart() : this.#listRound();
    this.#rounds += 1;
    this.#hasEnded = cells.length === 0;
    for (const { number } of cells) this.#pending.add(number);
    return cells;
  }

  noteEnd(number: number, answer: CellAnswer | null): void {
    if (answer !== null) this.#answered.add(number);
    if (!this.#pending.delete(number)) return;
    this.answers.note(number, answer?.quality ?? Number.NaN);
  }

  noteNeverCalled(number: number): void {
    this.#hasUncalled = true;
    this.noteEnd(number, null);
  }

  #listStart(): SourcedCell[] {
    const { modelCount, promptCount, pilot, blocks } = this.problem;
    const isStart = createStartFilter(this.problem);
    const probabilityOf = new Map(
      halves.flatMap((half) => {
        const size = blocks[half].reduce((sum, { length }) => sum + length, 0);
        return Array.from(pilot[half], (prompt) => [prompt, pilot[half].length / size] as const);
      }),
    );
    return Array.from(this.#plan.order)
      .filter(isStart)
      .map((number): SourcedCell => {
        const prompt = Math.floor(number / modelCount) - promptCount;
        const probability = probabilityOf.get(prompt);
        if (prompt < 0 || probability === undefined) return { number };
        return { number, purchase: { reason: 'pilot', round: 0, probability } };
      });
  }

  #listRound(): SourcedCell[] {
    const round = this.#rounds;
    const numbers = new Set<number>();
    // Decided once: a later decision would rest on repeats that this half's grades have caused.
    if (round === 1) {
      for (const block of decideRepeats(this.problem, this.answers, this.asked)) {
        this.#buy(block, numbers);
      }
    }
    // In the plan's order, so that the time of day is not confounded with a model.
    return Array.from(this.#plan.order)
      .filter((number) => numbers.has(number))
      .map((number) => ({ number, purchase: { reason: 'repeat', round, probability: 1 } }));
  }

  /** Buys all the answers that a block's prompts lack. */
  #buy(block: RepeatBlock, numbers: Set<number>): void {
    const { model } = block;
    const cells: number[] = [];
    while (this.asked.countOfBlock(block) < this.problem.maxRepeats) {
      const repeat = this.asked.countOfBlock(block);
      for (const prompt of this.asked.raise(block)) {
        cells.push(numberCell(this.problem, { repeat, prompt, model }));
      }
    }
    for (const number of cells) numbers.add(number);
    this.#bought.push({ ...block, cells });
  }
}
