import { RoutesmithError } from '../../../util/errors.js';
import { describeCellProblem, type CellProblem } from '../outcome-row.js';

/** A row that could not be used, and why. */
export interface RowProblem {
  readonly file: string;
  /** The line in the file on which the row starts, from 1. */
  readonly line: number;
  readonly problem: string;
}

/** A row that is rejected. */
export interface RejectedRow extends Omit<RowProblem, 'problem'> {
  readonly problem: CellProblem;
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

/** Counts rows and keeps the first problems of an import. */
export class ImportReporter {
  readonly #maxBadShare: number;
  #rows = 0;
  #badRows = 0;
  /** Of the bad rows, those with a quality on another scale. */
  #badScales = 0;
  readonly #problems: RowProblem[] = [];
  readonly #notes: string[] = [];

  /** @param maxBadShare the largest share of bad rows that is tolerated, in [0, 1] */
  constructor(maxBadShare: number) {
    if (!(maxBadShare >= 0 && maxBadShare <= 1)) {
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

  reject({ problem, ...place }: RejectedRow): void {
    this.#badRows++;
    if (typeof problem !== 'string') this.#badScales++;
    if (this.#problems.length === keptProblems) return;
    this.#problems.push({ ...place, problem: describeCellProblem(problem) });
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /**
   * @throws RoutesmithError `invalid_outcomes` if there were no rows, or if the share of bad rows is
   * above `maxBadShare`; the message lists the first ten
   */
  finish(): ImportReport {
    if (this.#rows === 0) {
      throw new RoutesmithError('invalid_outcomes', 'the files contain no outcomes', {
        fix: 'Check that these are the right files and that --format is correct.',
      });
    }
    const report = {
      rows: this.#rows,
      badRows: this.#badRows,
      problems: [...this.#problems],
      notes: [...this.#notes],
    };
    if (report.badRows / report.rows > this.#maxBadShare) {
      throw tooManyBadRows(report, this.#badScales, this.#maxBadShare);
    }
    return report;
  }
}

function tooManyBadRows(
  report: ImportReport,
  badScales: number,
  maxBadShare: number,
): RoutesmithError {
  const { rows, badRows, problems } = report;
  const listed = problems.map(({ file, line, problem }) => `\n  ${file}:${line}: ${problem}`);
  const rest = badRows - problems.length;
  return new RoutesmithError(
    'invalid_outcomes',
    `${badRows} of ${rows} rows cannot be used, and at most ${maxBadShare * 100} % may be bad:` +
      listed.join('') +
      (rest > 0 ? `\n  and ${rest} more` : ''),
    { fix: describeBadRowsFix(report, badScales) },
  );
}

/**
 * Most rows are not worth skipping: what is left of a file of percentages are its zeros.
 *
 * @param badScales how many of the bad rows have a quality on another scale
 */
function describeBadRowsFix({ rows, badRows }: ImportReport, badScales: number): string {
  const isScale = badScales > badRows / 2;
  const correct = isScale
    ? 'Write qualities as numbers from 0 to 1, or as percentages with their sign, such as 85 %'
    : 'Correct these rows';
  const rowsAgain = isScale ? 'these rows' : 'them';
  const tenths = Math.max(2, Math.ceil((10 * badRows) / rows));
  return badRows <= rows / 2
    ? `${correct}, or skip ${rowsAgain} with a larger --max-bad-share, such as ${tenths / 10}.`
    : `${correct}. Skipping ${rowsAgain} with --max-bad-share would leave ${rows - badRows} of ${rows}.`;
}
