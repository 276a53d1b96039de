import { areAnswersPriced } from '../../measure/outcomes/entry-cost.js';
import { at, intAt } from '../../util/numeric-arrays.js';
import type { PurchasedOutcome } from './adaptive-problem.js';

/** Why an answer was bought; `kept` for one that another sweep had got before. */
export type AnswerPurpose = 'learning' | 'heldOut' | 'kept';

/** Counts the answers that an adaptive sweep uses by purpose, and what those of each model cost. */
export class AnswerTally {
  /** Answers that were bought to learn, and for the verdict. */
  learning = 0;
  heldOut = 0;
  /** Answers that other sweeps had got before. */
  kept = 0;
  readonly #answers: Int32Array;
  /** Those that cost nothing, such as requests that were refused for free. */
  readonly #free: Int32Array;
  /** Other answers of known cost, and the sum of their costs in USD. */
  readonly #priced: Int32Array;
  readonly #costUsd: Float64Array;

  constructor(modelCount: number) {
    this.#answers = new Int32Array(modelCount);
    this.#free = new Int32Array(modelCount);
    this.#priced = new Int32Array(modelCount);
    this.#costUsd = new Float64Array(modelCount);
  }

  note(model: number, purpose: AnswerPurpose, { costUsd }: PurchasedOutcome): void {
    this[purpose] += 1;
    this.#answers[model] = intAt(this.#answers, model) + 1;
    if (Number.isNaN(costUsd)) return;
    const counts = costUsd === 0 ? this.#free : this.#priced;
    counts[model] = intAt(counts, model) + 1;
    this.#costUsd[model] = at(this.#costUsd, model) + costUsd;
  }

  /**
   * Estimates the cost in USD, without judging, of the cells that have no answer yet: those of each model at the mean
   * cost of its answers, or at its expected cost where it has none. Requests that were refused for free
   * count only where the costs of the model's other answers are known.
   *
   * @param wanted answers of each model that there are in the end
   * @returns null where answers have no known cost; requests that were refused for free say nothing of
   * a model with a price
   */
  estimateLeftUsd(wanted: Int32Array, expectedUsd: Float64Array): number | null {
    let sumUsd = 0;
    for (const [model, answers] of this.#answers.entries()) {
      const free = intAt(this.#free, model);
      const priced = intAt(this.#priced, model);
      const known = areAnswersPriced(priced, answers - free) ? priced + free : priced;
      const costUsd = at(this.#costUsd, model);
      const expected = at(expectedUsd, model);
      const isUnknown = known === 0 || (costUsd === 0 && expected > 0);
      if (isUnknown && answers > 0) return null;
      const meanUsd = known > 0 ? costUsd / known : expected;
      sumUsd += (intAt(wanted, model) - answers) * meanUsd;
    }
    return sumUsd;
  }
}
