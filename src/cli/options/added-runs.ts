import type { Run } from '../../measure/outcomes/run.js';
import { formatCount } from '../../util/format-number.js';
import { escapeControls, printNotice } from '../print/print.js';
import { parseNames } from './check-arguments.js';
import { narrowRun, loadRun, type RunSelection } from './run-options.js';

/** What a command asks of a run, and of those that are added to it. */
export interface AddedRuns extends RunSelection {
  readonly run: string;
  /** Paths of runs, separated by commas, as `--add` gives them. @default none */
  readonly add?: string | undefined;
  /** Called with the path of each added run, and the run that it is added to. */
  readonly onAdded?: (path: string, run: Run) => Promise<void>;
}

/**
 * Reads a run and those that are added, as one run.
 *
 * @throws RoutesmithError as `loadRun`, and `usage` where `add` names nothing
 */
export async function openWithAdded(selection: AddedRuns): Promise<Run> {
  const { run: path, add, onAdded } = selection;
  if (add === undefined) return loadRun(path, selection);
  const paths = parseNames('--add', add);
  const { mergeRuns } = await import('../../measure/outcomes/merge-runs.js');
  const run = await loadRun(path);
  const added: Run[] = [];
  for (const one of paths) {
    const opened = await loadRun(one);
    added.push(opened);
    const prompts = formatCount(opened.table.prompts.length, 'prompt');
    printNotice(`Added ${prompts} of ${escapeControls(one)}.`);
    await onAdded?.(one, run);
  }
  return narrowRun(mergeRuns(run, added), selection);
}
