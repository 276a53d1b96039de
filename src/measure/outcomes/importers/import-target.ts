import { messageText, promptMessages, type Prompt } from '../../../llm/chat.js';
import { createOutcomeTableBuilder } from '../outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from '../outcome-table.js';
import { RoutesmithError } from '../../../util/errors.js';
import { shareProblem } from '../../../util/checks.js';
import { formatCount } from '../../../util/format-number.js';
import type { ModelEffort } from '../../models/model.js';
import { nameEffort } from '../../models/read-pool.js';
import { DroppedCopies } from './dropped-copies.js';
import { computePromptKey } from './prompt-key.js';
import { RepeatedCells } from './repeated-cells.js';
import type { OutcomeValues } from '../outcome-table.js';

export interface ImportTargetOptions {
  /** Texts of prompts to exclude, compared exactly. @default none */
  readonly exclusions?: ReadonlySet<string>;
  /**
   * Keep only the first of several identical prompts, with the others' outcomes of models that it has
   * none of. @default false
   */
  readonly dropDuplicatePrompts?: boolean;
  /** The largest share of bad rows that is tolerated. @default 0.05 */
  readonly maxBadShare?: number;
}

/** Collects the prompts and outcomes of an import, with the same rules for all formats. */
export interface ImportTarget extends Pick<ImportReporter, 'countRow' | 'reject' | 'note'> {
  /**
   * Adds a prompt, with another id if its own is already used.
   *
   * @returns the id for its outcomes, or undefined if it is on the exclusion list; its outcomes must
   * then be skipped
   */
  addPrompt(prompt: PromptRecord): string | undefined;
  /** Sets the labels of a prompt that was added without some. */
  labelPrompt(id: string, labels: PromptLabels): void;
  /**
   * The id of a model that was run at an effort, such as `gpt-5@low`: other efforts are other models.
   */
  nameModel(model: string, effort: string | undefined): string;
  /**
   * Adds an outcome as `OutcomeTableBuilder.addOutcome` does.
   *
   * @param file where it is from, if several files may have outcomes of a cell
   */
  addOutcome(promptId: string, model: string, values: OutcomeValues, file?: string): void;
  /** @throws RoutesmithError `invalid_outcomes` as `ImportReporter.finish` does */
  finish(): ImportedTable;
}

export type PromptLabels = Pick<PromptRecord, 'task' | 'group'>;

export interface ImportedTable {
  readonly table: OutcomeTable;
  readonly report: ImportReport;
  /** The efforts of models that were run at one, by the model's id in the table. */
  readonly efforts: ReadonlyMap<string, ModelEffort>;
}

export function createImportTarget(options: ImportTargetOptions): ImportTarget {
  const exclusions = options.exclusions ?? new Set<string>();
  const dropDuplicates = options.dropDuplicatePrompts ?? false;
  const reporter = createImportReporter(options.maxBadShare ?? 0.05);
  const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  const uses = new Map<string, number>();
  const matchedExclusions = new Set<string>();
  /** The id of the first prompt of each text. */
  const firstIds = new Map<string, string>();
  const copies = new DroppedCopies();
  const cells = new RepeatedCells();
  const efforts = new Map<string, ModelEffort>();
  let excluded = 0;
  let duplicates = 0;
  let renamed = 0;

  function takeId(wanted: string): string {
    let id = wanted;
    while (uses.has(id)) {
      const use = (uses.get(wanted) ?? 1) + 1;
      uses.set(wanted, use);
      id = `${wanted}~${use}`;
    }
    uses.set(id, 1);
    if (id !== wanted) renamed++;
    return id;
  }

  function keepOutcome(
    promptId: string,
    model: string,
    values: OutcomeValues,
    file: string | undefined,
  ): void {
    builder.addOutcome(promptId, model, values);
    cells.add(promptId, model, file);
  }

  function noteSummary(): void {
    if (options.exclusions !== undefined) {
      const unmatched = exclusions.size - matchedExclusions.size;
      reporter.note(
        `excluded ${formatCount(excluded, 'prompt')} on the exclusion list` +
          (unmatched > 0
            ? `; ${formatCount(unmatched, 'entry', 'entries')} of the list matched no prompt`
            : ''),
      );
    }
    if (duplicates > 0) {
      reporter.note(
        `${dropDuplicates ? 'dropped' : 'kept'} ${formatCount(duplicates, 'prompt')} identical to an earlier one` +
          (dropDuplicates ? copies.describe() : ''),
      );
    }
    if (renamed > 0)
      reporter.note(`renamed ${formatCount(renamed, 'prompt')} with an id already used`);
    const repeats = cells.describe();
    if (repeats !== undefined) reporter.note(repeats);
  }

  return {
    countRow: reporter.countRow,
    reject: reporter.reject,
    note: reporter.note,
    addPrompt(prompt) {
      const text = messagesText(prompt.prompt);
      if (exclusions.has(text)) {
        matchedExclusions.add(text);
        excluded++;
        return undefined;
      }
      const key = computePromptKey(prompt.prompt);
      const first = firstIds.get(key);
      if (first !== undefined) {
        duplicates++;
        if (dropDuplicates) return copies.open(first);
      }
      const id = takeId(prompt.id);
      if (first === undefined) firstIds.set(key, id);
      builder.addPrompt({ ...prompt, id });
      return id;
    },
    labelPrompt(id, labels) {
      if (!copies.has(id)) builder.labelPrompt(id, labels);
    },
    nameModel(model, level) {
      if (level === undefined) return model;
      const id = nameEffort(model, level);
      efforts.set(id, { of: model, level });
      return id;
    },
    addOutcome(promptId, model, values, file) {
      if (!copies.hold(promptId, { model, values, file }))
        keepOutcome(promptId, model, values, file);
    },
    finish() {
      copies.release((promptId, model) => cells.has(promptId, model), keepOutcome);
      noteSummary();
      return { report: reporter.finish(), table: builder.build(), efforts };
    },
  };
}

/** The text of the messages, without the tools. */
function messagesText(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : promptMessages(prompt).map(messageText).join('\n');
}

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

/** Counts rows and keeps the first problems of an import. */
export interface ImportReporter {
  countRow(): void;
  reject(problem: RowProblem): void;
  note(text: string): void;
  /**
   * @throws RoutesmithError `invalid_outcomes` if there were no rows, or if the share of bad rows is
   * above `maxBadShare`; the message lists the first ten
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
      { fix: 'Give a share such as 0.05, which means 5 %.' },
    );
  }
  let rows = 0;
  let badRows = 0;
  let badScales = 0;
  const problems: RowProblem[] = [];
  const notes: string[] = [];
  return {
    countRow() {
      rows++;
    },
    reject(problem) {
      badRows++;
      if (problem.problem.includes(`quality ${shareProblem}`)) badScales++;
      if (problems.length < keptProblems) problems.push(problem);
    },
    note(text) {
      notes.push(text);
    },
    finish() {
      if (rows === 0) {
        throw new RoutesmithError('invalid_outcomes', 'the files contain no outcomes', {
          fix: 'Check that these are the right files and that --format is correct.',
        });
      }
      if (badRows / rows > maxBadShare) {
        throw tooManyBadRows({ rows, badRows, badScales }, problems, maxBadShare);
      }
      return { rows, badRows, problems: [...problems], notes: [...notes] };
    },
  };
}

interface BadRowCounts {
  readonly rows: number;
  readonly badRows: number;
  /** Of these, the ones with a quality on another scale. */
  readonly badScales: number;
}

function tooManyBadRows(
  counts: BadRowCounts,
  problems: readonly RowProblem[],
  maxBadShare: number,
): RoutesmithError {
  const { rows, badRows } = counts;
  const listed = problems.map(({ file, line, problem }) => `\n  ${file}:${line}: ${problem}`);
  const rest = badRows - problems.length;
  return new RoutesmithError(
    'invalid_outcomes',
    `${badRows} of ${rows} rows cannot be used, and at most ${maxBadShare * 100} % may be bad:` +
      listed.join('') +
      (rest > 0 ? `\n  and ${rest} more` : ''),
    { fix: describeBadRowsFix(counts) },
  );
}

/** Most rows are not worth skipping: what is left of a file of percentages are its zeros. */
function describeBadRowsFix({ rows, badRows, badScales }: BadRowCounts): string {
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
