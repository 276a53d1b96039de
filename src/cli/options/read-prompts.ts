import { stat } from 'node:fs/promises';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import type { LabelledPrompt } from '../../learn/evaluate/compare/diff-policies.js';
import type { Prompt } from '../../llm/chat.js';
import { RoutesmithError } from '../../util/errors.js';
import { openRun } from '../open-run.js';

/**
 * Reads the prompts of a run's folder, of a task set, or of a file of outcomes. A file is taken for
 * a task set where it is a valid one.
 *
 * @throws RoutesmithError `invalid_input` where it is none of them
 */
export async function readPrompts(path: string): Promise<Prompt[]> {
  return (await readLabelledPrompts(path)).map(({ prompt }) => prompt);
}

/** As `readPrompts`, each with the label of its task where it has one. */
export async function readLabelledPrompts(path: string): Promise<LabelledPrompt[]> {
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
        `this is neither a task set nor a file of outcomes\n  as a task set: ${takeLines(taskError)}\n  as outcomes: ${takeLines(runError)}`,
        { where: path, fix: 'Correct the file, or name another one.', cause: taskError },
      );
    }
  }
}

async function readRunPrompts(path: string): Promise<LabelledPrompt[]> {
  const { table } = await openRun(path);
  return table.prompts.map(({ prompt, task }) => ({ prompt, task }));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What a message begins with: the summary, and the first of its places. */
function takeLines({ message }: RoutesmithError): string {
  return message.split('\n', 2).join(' ').slice(0, 300);
}
