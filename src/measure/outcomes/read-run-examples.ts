import type { GraderSpec, Example } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import { decodePrompt, decodeLabel } from './outcome-row.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';

/**
 * Reads a sweep's `tasks.jsonl` by id, with references and graders. Of several lines of one id the
 * last one counts, as it does for outcomes.
 *
 * @throws RoutesmithError `invalid_task_set` with file and line, `invalid_input` for a missing file
 */
export async function readRunExamples(file: string): Promise<ReadonlyMap<string, Example>> {
  const tasks = new Map<string, Example>();
  for (const parsed of parseJsonLines(await readTextFile(file))) {
    const task = parsed.problem === undefined ? decodeTask(parsed.value) : parsed.problem;
    if (typeof task === 'string') {
      throw new RoutesmithError('invalid_task_set', task, {
        where: `${file}:${parsed.line}`,
        fix: 'Restore the file as the sweep wrote it.',
      });
    }
    tasks.set(task.id, task);
  }
  return tasks;
}

/** The task, or what is wrong with it. */
function decodeTask(value: unknown): Example | string {
  if (!isJsonObject(value)) return 'the line is not a JSON object';
  const { id, prompt, reference, grader, metadata } = value;
  if (typeof id !== 'string') return 'the task has no id';
  const request = decodePrompt(isJsonObject(prompt) ? prompt : { prompt });
  if (!request.ok) return request.problem;
  const label = decodeLabel('task', value['task']);
  if (!label.ok) return label.problem;
  return {
    id,
    prompt: request.value,
    task: label.value,
    reference,
    grader: decodeGrader(grader),
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}

function decodeGrader(grader: JsonValue | undefined): GraderSpec | undefined {
  if (!isJsonObject(grader) || typeof grader['name'] !== 'string') return undefined;
  const options: JsonObject = isJsonObject(grader['options']) ? grader['options'] : {};
  return { name: grader['name'], options };
}
