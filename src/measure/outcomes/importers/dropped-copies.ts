import { formatCount } from '../../../util/format-number.js';
import type { OutcomeValues } from '../outcome-table.js';

interface HeldOutcome {
  readonly model: string;
  readonly values: OutcomeValues;
  readonly file: string | undefined;
}

/**
 * The outcomes of prompts that are dropped as copies of an earlier one, held until all outcomes of that
 * one are known: it takes those of models that it has none of, from the first copy that has some.
 */
export class DroppedCopies {
  private readonly copies = new Map<
    string,
    { readonly of: string; readonly outcomes: HeldOutcome[] }
  >();
  private taken = 0;

  /** @returns an id for the outcomes of a copy, which no prompt has */
  open(of: string): string {
    const id = `\0${this.copies.size}`;
    this.copies.set(id, { of, outcomes: [] });
    return id;
  }

  /** Whether an id is one of a copy. */
  has(id: string): boolean {
    return this.copies.has(id);
  }

  /** Holds an outcome; false if the id is not one of a copy. */
  hold(id: string, outcome: HeldOutcome): boolean {
    const copy = this.copies.get(id);
    copy?.outcomes.push(outcome);
    return copy !== undefined;
  }

  /** Adds the outcomes that are lacking. */
  release(
    isKnown: (promptId: string, model: string) => boolean,
    add: (promptId: string, model: string, values: OutcomeValues, file: string | undefined) => void,
  ): void {
    for (const { of, outcomes } of this.copies.values()) {
      const lacking = outcomes.filter(({ model }) => !isKnown(of, model));
      for (const { model, values, file } of lacking) add(of, model, values, file);
      this.taken += lacking.length;
    }
  }

  /** The end of a sentence about the copies. */
  describe(): string {
    if (this.taken === 0) return '';
    return `; moved ${formatCount(this.taken, 'outcome')} to it, of models that it had none of`;
  }
}
