import { RoutesmithError } from '../../../util/errors.js';

/** A row that could not be used, and why. */
export interface RowProblem {
  readonly file: string;
  /** The line in the file where the row starts, from 1. */
  readonly line: number;
  readonly problem: string;
}

/** What an import read, what it could not use, and what the reader should know about it. */
export interface ImportReport {
  /** Rows seen, the bad ones included; header and blank lines are not rows. */
  readonly rows: number;
  readonly badRows: number;
  /** The first ten bad rows. */
  readonly problems: readonly RowProblem[];
  readonly notes: readonly string[];
}

/** Counts rows and keeps the first problems of an import. */
export interface ImportReporter {
  countRow(): void;
  reject(problem: RowProblem): void;
  note(text: string): void;
  /**
   * @throws RoutesmithError `invalid_outcomes` when there were no rows, or when the share of bad
   * rows is above `maxBadShare`; the message lists the first ten.
   */
  finish(): ImportReport;
}

const keptProblems = 10;

/** @param maxBadShare the largest share of bad rows that is tolerated, in [0, 1] */
export function createImportReporter(maxBadShare: number): ImportReporter {
  if (!(maxBadShare >= 0 && maxBadShare <= 1)) {
    throw new RoutesmithError(
      'usage',
      `the largest share of bad rows must be from 0 to 1, not ${maxBadShare}`,
      { fix: 'Give a share such as 0.05 for five in a hundred.' },
    );
  }
  let rows = 0;
  let badRows = 0;
  const problems: RowProblem[] = [];
  const notes: string[] = [];
  return {
    countRow() {
      rows++;
    },
    reject(problem) {
      badRows++;
      if (problems.length < keptProblems) problems.push(problem);
    },
    note(text) {
      notes.push(text);
    },
    finish() {
      if (rows === 0) {
        throw new RoutesmithError('invalid_outcomes', 'the files hold no rows of outcomes', {
          fix: 'Check that these are the right files and that the format is the one you named.',
        });
      }
      if (badRows / rows > maxBadShare) throw tooManyBadRows(rows, badRows, problems, maxBadShare);
      return { rows, badRows, problems: [...problems], notes: [...notes] };
    },
  };
}

function tooManyBadRows(
  rows: number,
  badRows: number,
  problems: readonly RowProblem[],
  maxBadShare: number,
): RoutesmithError {
  const listed = problems.map(({ file, line, problem }) => `\n  ${file}:${line}: ${problem}`);
  const rest = badRows - problems.length;
  return new RoutesmithError(
    'invalid_outcomes',
    `${badRows} of ${rows} rows cannot be used, and at most ${maxBadShare * 100} % may be bad:` +
      listed.join('') +
      (rest > 0 ? `\n  and ${rest} more` : ''),
    { fix: 'Correct these rows, or allow a larger share of bad rows if they may be left out.' },
  );
}
