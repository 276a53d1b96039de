import { stat } from 'node:fs/promises';
import type { LabeledPrompt } from '../../learn/evaluate/compare/diff-policies.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import { RoutesmithError } from '../../util/errors.js';
import { loadRun } from './run-options.js';

/**
 * Reads the prompts of a run folder, a task set, or a file of outcomes, with their task labels. A
 * file that is a valid task set is read as one.
 *
 * @throws RoutesmithError `invalid_input` for any other file
 */
export async function readLabeledPrompts(path: string): Promise<LabeledPrompt[]> {
  if (!(await isFile(path))) return readRunPrompts(path);
  try {
    return (await readTaskSet(path)).examples.map(({ prompt, task }) => ({ prompt, task }));
  } catch (taskError) {
    if (!RoutesmithError.isInstance(taskError) || taskError.code !== 'invalid_task_set') {
      throw taskError;
    }
    try {
      return await readRunPrompts(path);
    } catch (runError) {
      if (!RoutesmithError.isInstance(runError)) throw runError;
      throw new RoutesmithError(
        'invalid_input',
        `this is neither a task set nor a file of outcomes\n  as a task set: ${summarize(taskError)}\n  as outcomes: ${summarize(runError)}`,
        { where: path, fix: 'Correct the file, or use another one.', cause: taskError },
      );
    }
  }
}

async function readRunPrompts(path: string): Promise<LabeledPrompt[]> {
  const { table } = await loadRun(path);
  return table.prompts.map(({ prompt, task }) => ({ prompt, task }));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The first two lines of a message: the summary and the first place. */
function summarize({ message }: RoutesmithError): string {
  return message.split('\n', 2).join(' ').slice(0, 300);
}
