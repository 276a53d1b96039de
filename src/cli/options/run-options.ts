import type { GraderTool } from '../../measure/graders/grade.js';
import type { Run } from '../../measure/outcomes/run.js';
import type { UngradedAnswers } from '../../measure/outcomes/ungraded-answers.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { escapeControls, printNotice } from '../print/print.js';
import { balances, balanceTasks } from '../../measure/outcomes/balance-tasks.js';
import { checkOptionValue, parseNames } from './check-arguments.js';
import type { OptionSpec } from './define-command.js';
import { quoteWord } from '../../util/quote-word.js';

/** The run of a command: imported or swept outcomes. */
export const runPositional = {
  type: 'string',
  demandOption: true,
  describe: 'Run folder, or a file of outcomes (.csv, .jsonl, .parquet)',
} as const satisfies OptionSpec;

/** Where a command takes its prompts from; outcomes are not needed. */
export const promptsOption = {
  type: 'string',
  demandOption: true,
  describe: 'Source of the prompts: run folder, task set, or file of outcomes',
} as const satisfies OptionSpec;

export const policyPositional = {
  type: 'string',
  demandOption: true,
  describe: 'Policy file',
} as const satisfies OptionSpec;

export const seedOption = {
  type: 'number',
  default: 1,
  whole: true,
  minimum: 0,
  describe: 'Seed of the folds and of the confidence intervals',
} as const satisfies OptionSpec;

export const baselineOption = {
  type: 'string',
  describe: 'Model to use without routing [default: the best single model]',
} as const satisfies OptionSpec;

export const modelsOption = {
  type: 'string',
  describe: 'Use only these models of the run, separated by commas [default: all]',
} as const satisfies OptionSpec;

export const balanceOption = {
  type: 'string',
  choices: balances,
  default: 'prompt',
  describe: 'What counts equally, in training and in averages: every prompt, or every task',
} as const satisfies OptionSpec;

/** Options of the commands that convert outcomes into money. */
export const moneyOptions = {
  baseline: {
    type: 'string',
    describe: 'Model in use today [default: the best single model]',
  },
  'monthly-requests': {
    type: 'number',
    above: 0,
    conflicts: 'mix',
    describe: 'Requests per month, for monthly savings; task shares as in the run',
  },
  mix: {
    type: 'string',
    describe: 'File with the monthly requests of each task: CSV (task, requests), YAML or JSON',
  },
  margin: {
    type: 'number',
    default: 0.03,
    above: 0,
    maximum: 1,
    describe: 'Non-inferiority margin: the largest loss of quality to accept',
  },
} as const satisfies Record<string, OptionSpec>;

export const overwriteOption = {
  type: 'boolean',
  default: false,
  describe: 'Replace the file that --out names, if it exists',
} as const satisfies OptionSpec;

/** What a command asks of a run. */
export interface RunSelection {
  readonly baseline?: string | undefined;
  /** As `--models` gives them. @default all */
  readonly models?: string | undefined;
  /** @default prompt */
  readonly balance?: string;
}

/** The files that runs may consist of, whose paths are given: files, or those of folders. */
export async function listRunFiles(...paths: readonly string[]): Promise<readonly string[]> {
  const [{ join }, { runFiles }] = await Promise.all([
    import('node:path'),
    import('../../measure/outcomes/run.js'),
  ]);
  const names = Object.values(runFiles);
  return paths.flatMap((path) => [path, ...names.map((name) => join(path, name))]);
}

/**
 * Reads a run with the selected models, and prints on standard error which cells its table leaves
 * out, and what was found in a file of outcomes.
 *
 * @throws RoutesmithError `usage` where the run does not have a selected model or the baseline,
 * `insufficient_data` where none of its answers has a grade
 */
export async function loadRun(path: string, selection: RunSelection = {}): Promise<Run> {
  const { readRun } = await import('../../measure/outcomes/run-folder.js');
  const run = await readRun(path);
  for (const [reason, count] of run.leftOut) {
    printNotice(`${path}: skipped, ${reason}: ${formatWhole(count)}`);
  }
  printReadingNotes(path, run.notes ?? []);
  checkGraded(run, path);
  return narrowRun(run, selection);
}

function printReadingNotes(path: string, notes: readonly string[]): void {
  for (const note of notes) printNotice(escapeControls(`${path}: ${note}`));
  if (!notes.some((note) => note.includes('--'))) return;
  printNotice(
    escapeControls(`${path}: these options belong to "routesmith import ${quoteWord(path)}"`),
  );
}

/** @throws RoutesmithError `insufficient_data` where none of a run's answers has a grade */
export function checkGraded({ table, ungraded = [] }: Run, path: string): void {
  if (table.quality.some((quality) => !Number.isNaN(quality))) return;
  const [first] = ungraded;
  if (first === undefined) return;
  throw new RoutesmithError(
    'insufficient_data',
    `none of the answers has a grade; ${formatCount(first.answers, 'answer')}: ${first.reason}`,
    { where: path, fix: `Grade them: ${suggestGrading(path, ungraded)}` },
  );
}

/** The command that grades these answers, with the options for what they lack. */
export function suggestGrading(run: string, ungraded: readonly UngradedAnswers[]): string {
  const lacks = (tool: GraderTool): boolean => ungraded.some((one) => one.lacks === tool);
  const options = [
    ...(lacks('judge') ? [' --judge judge.yaml'] : []),
    ...(lacks('sandbox') ? [' --allow-code'] : []),
  ];
  return `routesmith grade ${quoteWord(run)}${options.join('')}`;
}

/**
 * A run with the selected models, and its tasks balanced where that is asked for.
 *
 * @throws RoutesmithError `usage` where the run does not have a selected model or the baseline
 */
export async function narrowRun(
  run: Run,
  { baseline, models, balance }: RunSelection,
): Promise<Run> {
  const { recorded = run.table } = run;
  let selected = models === undefined ? run : await selectFrom(run, models);
  if (balance === 'task') {
    selected = { ...selected, table: balanceTasks(selected.table) };
    printNotice('Every task counts equally, however many prompts it has.');
  }
  if (baseline !== undefined) checkOptionValue('--baseline', baseline, selected.table.models);
  return selected.table === recorded ? selected : { ...selected, recorded };
}

async function selectFrom(run: Run, list: string): Promise<Run> {
  const names = parseNames('--models', list, run.table.models);
  const { selectModels } = await import('../../measure/outcomes/select-models.js');
  return { ...run, table: selectModels(run.table, names) };
}
