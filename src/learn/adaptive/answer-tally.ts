import { at, intAt } from '../../util/numeric-arrays.js';
import type { PurchasedOutcome } from './adaptive-problem.js';

/** Counts the answers that an adaptive sweep got by purpose, and what those of each model cost. */
export class AnswerTally {
  /** Answers that were bought to learn, and for the verdict. */
  learning = 0;
  heldOut = 0;
  readonly #answers: Int32Array;
  /** Answers of known cost, and the sum of their costs in USD. */
  readonly #priced: Int32Array;
  readonly #costUsd: Float64Array;

  constructor(modelCount: number) {
    this.#answers = new Int32Array(modelCount);
    this.#priced = new Int32Array(modelCount);
    this.#costUsd = new Float64Array(modelCount);
  }

  note(model: number, isHeldOut: boolean, { costUsd }: PurchasedOutcome): void {
    if (isHeldOut) this.heldOut += 1;
    else this.learning += 1;
    this.#answers[model] = intAt(this.#answers, model) + 1;
    if (Number.isNaN(costUsd)) return;
    this.#priced[model] = intAt(this.#priced, model) + 1;
    this.#costUsd[model] = at(this.#costUsd, model) + costUsd;
  }

  /**
   * Estimates the cost in USD of the cells that have no answer yet: those of each model at the mean
   * cost of its answers, or at its expected cost where it has none.
   *
   * @returns null where answers have no known cost; requests that were refused for free say nothing of
   * a model with a price
   */
  estimateLeftUsd(promptCount: number, expectedUsd: Float64Array): number | null {
    let sumUsd = 0;
    for (const [model, answers] of this.#answers.entries()) {
      const priced = intAt(this.#priced, model);
      const costUsd = at(this.#costUsd, model);
      const expected = at(expectedUsd, model);
      const isUnknown = priced === 0 || (costUsd === 0 && expected > 0);
      if (isUnknown && answers > 0) return null;
      const meanUsd = priced > 0 ? costUsd / priced : expected;
      sumUsd += (promptCount - answers) * meanUsd;
    }
    return sumUsd;
  }
}
