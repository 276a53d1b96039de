import { RoutesmithError } from '../../../util/errors.js';
import { describeFault, type RowFault } from '../unread-value.js';
import { UnreadValues } from './unread-values.js';

/** A row that could not be used, and why. */
export interface RowProblem {
  readonly file: string;
  /** The line in the file on which the row starts, from 1. */
  readonly line: number;
  readonly problem: string;
}

/** The counts, problems and notes of an import. */
export interface ImportReport {
  /** All rows, including bad ones, without the header and blank lines. */
  readonly rows: number;
  readonly badRows: number;
  /** The first ten bad rows. */
  readonly problems: readonly RowProblem[];
  readonly notes: readonly string[];
}

const keptProblems = 10;
const defaultBadShare = 0.05;

/** Counts rows and keeps the first problems of an import. */
export class ImportReporter {
  readonly #maxBadShare: number | undefined;
  #rows = 0;
  #badRows = 0;
  readonly #problems: RowProblem[] = [];
  readonly #unread = (['grade', 'measure'] as const).map((of) => ({
    of,
    values: new UnreadValues(of),
    problems: [] as RowProblem[],
  }));
  readonly #notes: string[] = [];

  /**
   * @param maxBadShare the largest share of bad rows that is tolerated, in [0, 1]. @default 0.05, but no row
   * with a grade or a measure that cannot be read: without these, which are of one kind, a model would look
   * better or worse
   */
  constructor(maxBadShare?: number) {
    if (maxBadShare !== undefined && !(maxBadShare >= 0 && maxBadShare <= 1)) {
      throw new RoutesmithError(
        'usage',
        `the largest share of bad rows must be from 0 to 1, not ${maxBadShare}`,
        { fix: 'Give a share such as 0.05, which means 5 %.' },
      );
    }
    this.#maxBadShare = maxBadShare;
  }

  countRow(): void {
    this.#rows++;
  }

  reject(file: string, line: number, fault: RowFault): void {
    const problem = { file, line, problem: describeFault(fault) };
    this.#badRows++;
    if (this.#problems.length < keptProblems) this.#problems.push(problem);
    if (typeof fault === 'string') return;
    for (const { of, values, problems } of this.#unread) {
      values.add(fault);
      if (of === fault.of && problems.length < keptProblems) problems.push(problem);
    }
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /**
   * @throws RoutesmithError `invalid_outcomes` if there were no rows, or if the share of bad rows is
   * above `maxBadShare`; the message lists the first ten
   */
  finish(): ImportReport {
    const [rows, badRows] = [this.#rows, this.#badRows];
    if (rows === 0) {
      throw new RoutesmithError('invalid_outcomes', 'the files contain no outcomes', {
        fix: 'Check that these are the right files and that --format is correct.',
      });
    }
    const unread = this.#unread.filter(({ values }) => values.count > 0);
    for (const { values, problems } of unread) {
      if (values.count / rows <= (this.#maxBadShare ?? 0)) continue;
      throw new RoutesmithError(
        'invalid_outcomes',
        `${values.describe(rows)}:${listProblems(problems, values.count)}`,
        { fix: values.describeFix() },
      );
    }
    const maxBadShare = this.#maxBadShare ?? defaultBadShare;
    if (badRows / rows > maxBadShare) {
      throw new RoutesmithError(
        'invalid_outcomes',
        `${badRows} of ${rows} rows cannot be used, and at most ${maxBadShare * 100} % may be bad:` +
          listProblems(this.#problems, badRows),
        { fix: describeBadRowsFix(rows, badRows, unread.length > 0) },
      );
    }
    const skipped = unread.map(({ values }) => values.describeSkipped());
    return { rows, badRows, problems: [...this.#problems], notes: [...this.#notes, ...skipped] };
  }
}

function listProblems(problems: readonly RowProblem[], count: number): string {
  const listed = problems.map(({ file, line, problem }) => `\n  ${file}:${line}: ${problem}`);
  const rest = count - problems.length;
  return listed.join('') + (rest > 0 ? `\n  and ${rest} more` : '');
}

/** Most rows are not worth skipping, and none for a value that cannot be read. */
function describeBadRowsFix(rows: number, badRows: number, hasUnread: boolean): string {
  if (hasUnread) return 'Correct these rows.';
  const tenths = Math.max(2, Math.ceil((10 * badRows) / rows));
  return badRows <= rows / 2
    ? `Correct these rows, or skip them with a larger --max-bad-share, such as ${tenths / 10}.`
    : `Correct these rows. Skipping them with --max-bad-share would leave ${rows - badRows} of ${rows}.`;
}
