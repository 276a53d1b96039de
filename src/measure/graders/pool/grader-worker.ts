/** A thread that reads answers: for the graders that need no tools, and for the programs in them. */
import type { JsonObject, JsonValue } from '../../../util/json.js';
import { loadInThread, serveThread } from '../../../util/serve-thread.js';
import { gradeSafely } from '../create-grader.js';
import { extractCode } from '../code/extract-code.js';
import type { Grade } from '../grade.js';
import { findGrader } from '../registry.js';
import type { GradingReply, GradingRequest } from './grading-request.js';

interface Task {
  readonly options: JsonObject;
  readonly reference?: JsonValue;
}

/** Enough for the task that all models are asked at the moment, and its neighbors. */
const maxTasks = 200;
const maxTaskCharacters = 4_000_000;

await serveThread(async () => {
  const findTask = createTaskCache();
  return async (request: GradingRequest): Promise<GradingReply> => {
    if (request.kind === 'grade') return grade(request, findTask(request.task));
    const { answer, language, functionName } = request;
    return { kind: 'code', code: extractCode(answer, language, functionName) };
  };
});

function grade(
  { grader: name, answer, isCutOff }: Extract<GradingRequest, { kind: 'grade' }>,
  { options, reference }: Task,
): Promise<Grade> {
  return gradeSafely(async () => {
    const grader = findGrader(name);
    if (grader === undefined) return { kind: 'ungraded', reason: `there is no grader "${name}"` };
    const load = grader.findLoader?.(options);
    if (load !== undefined) await loadInThread(load);
    return grader.grade({ answer, reference, options, isCutOff });
  });
}

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
