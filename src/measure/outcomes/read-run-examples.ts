import type { PromptWithMembers } from '../../llm/chat.js';
import type { Example, GraderSpec } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import { readTextFile } from '../../util/read-text-file.js';
import { failure, success, type Result } from '../../util/result.js';
import { decodeLabel, decodePrompt, decodeTaskLabel, decodeWeight } from './outcome-row.js';

/**
 * Reads a sweep's `tasks.jsonl` by id, in file order. If an id has several lines, the last one
 * counts.
 *
 * @throws RoutesmithError `invalid_task_set` with file and line, `invalid_input` for a missing file
 */
export async function readRunExamples(file: string): Promise<ReadonlyMap<string, Example>> {
  const examples = new Map<string, Example>();
  for (const parsed of parseJsonLines(await readTextFile(file))) {
    const example = parsed.ok ? decodeExample(parsed.value) : parsed;
    if (!example.ok) {
      throw new RoutesmithError('invalid_task_set', example.problem, {
        where: `${file}:${parsed.line}`,
        fix: 'Restore the file that the sweep wrote.',
      });
    }
    examples.set(example.value.id, example.value);
  }
  return examples;
}

function decodeExample(value: unknown): Result<Example> {
  if (!isJsonObject(value)) return failure('the line is not a JSON object');
  const { id, prompt, reference, grader, metadata } = value;
  if (typeof id !== 'string') return failure('the line has no id');
  const request = decodePrompt(isJsonObject(prompt) ? prompt : { prompt });
  if (!request.ok) return request;
  const task = decodeTaskLabel(value['task']);
  if (!task.ok) return task;
  const group = decodeLabel('group', value['group']);
  if (!group.ok) return group;
  const weight = decodeWeight(value['weight']);
  if (!weight.ok) return weight;
  return success({
    id,
    prompt: withMembers(request.value, prompt),
    task: task.value,
    reference,
    grader: decodeGrader(grader),
    metadata: isJsonObject(metadata) ? metadata : {},
    ...weight.value,
    ...(group.value !== undefined && { group: group.value }),
  });
}

/** Only prompts that are no plain text have other members. */
function withMembers(request: PromptWithMembers, prompt: JsonValue | undefined): PromptWithMembers {
  const members = getMember(prompt, 'members');
  if (typeof request === 'string' || !isJsonObject(members)) return request;
  return { ...request, members };
}

function decodeGrader(grader: JsonValue | undefined): GraderSpec | undefined {
  if (!isJsonObject(grader) || typeof grader['name'] !== 'string') return undefined;
  const options: JsonObject = isJsonObject(grader['options']) ? grader['options'] : {};
  return { name: grader['name'], options };
}
