import { formatCount, formatWhole } from '../../../util/format-number.js';

const listed = 5;

/** The grades of an import that cannot be read, by how they are written. */
export class UnreadGrades {
  readonly #counts = new Map<string, number>();
  #count = 0;

  add(grade: string): void {
    this.#count++;
    this.#counts.set(grade, (this.#counts.get(grade) ?? 0) + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** The grades, the most frequent first: `-1 (69), "down" (3)`. */
  describe(): string {
    const sorted = [...this.#counts].toSorted(([, a], [, b]) => b - a);
    const names = sorted
      .slice(0, listed)
      .map(([grade, count]) => `${quoteGrade(grade)} (${formatWhole(count)})`);
    const rest = sorted.length - listed;
    return (
      names.join(', ') + (rest > 0 ? ` and ${formatCount(rest, 'other one', 'other ones')}` : '')
    );
  }

  /** What to do. Skipping the rows is not advised: what is left of a file of thumbs are those up. */
  describeFix(): string {
    const isNegative = [...this.#counts.keys()].some((grade) => Number(grade) < 0);
    return (
      'Without these rows, the qualities of the models would be wrong. Write each grade as a number from 0 to 1, ' +
      'a percentage with its sign, such as 85 %, or a word such as yes or no, pass or fail, correct or ' +
      'incorrect, up or down; leave it empty where nothing was graded.' +
      (isNegative ? ' A -1 that stands for a bad answer is a 0.' : '')
    );
  }

  describeSkipped(): string {
    const rows = formatCount(this.#count, 'row');
    return (
      `skipped ${rows} with grades that cannot be read, ${this.describe()}: ` +
      'the qualities of the models are those of the other rows only'
    );
  }
}

/** Words in quotes, so that a blank or a comma shows. */
function quoteGrade(grade: string): string {
  return Number.isFinite(Number(grade)) && grade !== '' ? grade : JSON.stringify(grade);
}
