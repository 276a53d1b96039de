import { formatCount, formatWhole } from '../../../util/format-number.js';
import type { UnreadValue } from '../unread-value.js';

const listed = 5;

const names = { grade: 'grades', measure: 'costs, times or tokens' } as const;

/** The values of an import that cannot be read, by how they are written: its grades, or its measures. */
export class UnreadValues {
  readonly #of: UnreadValue['of'];
  readonly #counts = new Map<string, number>();
  #count = 0;

  constructor(of: UnreadValue['of']) {
    this.#of = of;
  }

  add({ of, text }: UnreadValue): void {
    if (of !== this.#of) return;
    this.#count++;
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** What cannot be read, of all rows of the files. */
  describe(rows: number): string {
    const ofRows = `${formatWhole(this.#count)} of ${formatWhole(rows)} rows`;
    return `the ${names[this.#of]} of ${ofRows} cannot be read, ${this.#listTexts()}`;
  }

  /** What to do. Skipping the rows is not advised: what is left of a file of thumbs are those up. */
  describeFix(): string {
    if (this.#of === 'measure') {
      return (
        'Without these rows, which may be those of failed calls, the qualities of the models would be wrong. ' +
        'Correct the values, or leave them empty: the grades count all the same.'
      );
    }
    const isNegative = [...this.#counts.keys()].some((grade) => Number(grade) < 0);
    return (
      'Without these rows, the qualities of the models would be wrong. Write each grade as a number from 0 to 1, ' +
      'a percentage with its sign, such as 85 %, or a word such as yes or no, pass or fail, correct or ' +
      'incorrect, up or down; leave it empty where nothing was graded.' +
      (isNegative ? ' A -1 that stands for a bad answer is a 0.' : '')
    );
  }

  /** A note about rows that are skipped all the same. */
  describeSkipped(): string {
    const rows = formatCount(this.#count, 'row');
    return (
      `skipped ${rows} with ${names[this.#of]} that cannot be read, ${this.#listTexts()}: ` +
      'the qualities of the models are those of the other rows only'
    );
  }

  /** The most frequent first: `-1 (69), "down" (3)`. */
  #listTexts(): string {
    const sorted = [...this.#counts].toSorted(([, a], [, b]) => b - a);
    const texts = sorted
      .slice(0, listed)
      .map(([text, count]) => `${quoteText(text)} (${formatWhole(count)})`);
    const rest = sorted.length - listed;
    return texts.join(', ') + (rest > 0 ? ` and ${formatCount(rest, 'other', 'others')}` : '');
  }
}

/** Words in quotes, so that a blank or a comma shows. */
function quoteText(text: string): string {
  return Number.isFinite(Number(text)) && text !== '' ? text : JSON.stringify(text);
}
