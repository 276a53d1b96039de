/** A thread that grades answers by the graders that need no tools. */
import type { JsonObject, JsonValue } from '../../../util/json.js';
import { loadInThread, serveThread } from '../../../util/serve-thread.js';
import { gradeSafely } from '../create-grader.js';
import type { Grade } from '../grade.js';
import { findGrader } from '../registry.js';

/** An answer to grade in a thread. */
export interface GradingRequest {
  /** The grader's name. */
  readonly grader: string;
  /** The task's options and reference as JSON, by which what is compiled for a task is found again. */
  readonly task: string;
  readonly answer: string;
}

interface Task {
  readonly options: JsonObject;
  readonly reference?: JsonValue;
}

/** Enough for the task that all models are asked at the moment, and its neighbors. */
const maxTasks = 200;
const maxTaskCharacters = 4_000_000;

await serveThread(async () => {
  const findTask = createTaskCache();
  return async ({ grader: name, task, answer }: GradingRequest): Promise<Grade> => {
    const grader = findGrader(name);
    if (grader === undefined) return { kind: 'ungraded', reason: `there is no grader "${name}"` };
    const { options, reference } = findTask(task);
    return gradeSafely(async () => {
      const load = grader.findLoader?.(options);
      if (load !== undefined) await loadInThread(load);
      return grader.grade({ answer, reference, options });
    });
  };
});

/** Parses a task once: graders keep what they compile by the identity of a reference. */
function createTaskCache(): (text: string) => Task {
  const tasks = new Map<string, Task>();
  let characters = 0;
  return (text) => {
    const known = tasks.get(text);
    if (known !== undefined) return known;
    if (tasks.size >= maxTasks || characters > maxTaskCharacters) {
      tasks.clear();
      characters = 0;
    }
    const task = JSON.parse(text) as Task;
    tasks.set(text, task);
    characters += text.length;
    return task;
  };
}
