import { z } from 'zod';
import type { ChatMessage } from '../../llm/chat.js';
import { describeIssues } from '../../util/describe-issues.js';
import { isPlainName, plainNameProblem } from '../../util/escape-controls.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';

/** The fields of a row as they are in the file; absent ones are omitted. */
export interface ExampleFields {
  readonly id?: string;
  readonly prompt?: string;
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly JsonObject[];
  readonly task?: string;
  readonly reference?: JsonValue;
  readonly grader?: string | (JsonObject & { readonly name: string });
  readonly metadata?: JsonObject;
  readonly weight?: number;
}

/** The fields that can be set for all rows of a file at once. */
export type ExampleDefaults = Pick<ExampleFields, 'task' | 'grader' | 'tools' | 'metadata'>;

const notBlank = z.string().regex(/\S/, 'must not be blank');
const object = z.custom<JsonObject>(isJsonObject, 'must be an object');

const part = z.looseObject({ type: z.string() }).superRefine((value, context) => {
  if (value.type === 'text' && typeof value['text'] !== 'string') {
    context.addIssue({ code: 'custom', message: 'a text part needs "text"' });
  }
  // A chat would be sent and counted without the text of such a part.
  if (/^(?:in|out)put_(?:text|image|file)$/.test(value.type)) {
    const message = `"${value.type}" is a part of OpenAI's Responses; write "text", "image_url" or "file"`;
    context.addIssue({ code: 'custom', message });
  }
  const image = value['image_url'];
  if (value.type === 'image_url' && !(isJsonObject(image) && typeof image['url'] === 'string')) {
    context.addIssue({ code: 'custom', message: 'an image part needs "image_url": {"url": ...}' });
  }
});

const message = z
  .looseObject({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
    content: z.union([z.string(), z.array(part).min(1), z.null()]).optional(),
    name: z.string().optional(),
    tool_calls: z.array(z.unknown()).optional(),
    tool_call_id: z.string().optional(),
  })
  .refine(
    (value) => typeof value.content === 'string' || value.content || value.tool_calls,
    'needs "content": a string, or a list of text and image parts',
  );

const defaultsSchema = z.strictObject({
  task: notBlank.refine(isPlainName, plainNameProblem).optional(),
  grader: z.custom(isGrader, 'must be a name, or an object with "name" and options').optional(),
  tools: z.array(object).min(1).optional(),
  metadata: object.optional(),
});

const exampleSchema = defaultsSchema.extend({
  id: z
    .string('must be a string; put it in quotes')
    .regex(/\S/, 'must not be blank')
    .max(200)
    .optional(),
  prompt: notBlank.optional(),
  messages: z.array(message).min(1).optional(),
  reference: z.unknown().optional(),
  weight: z.number('must be a number').positive('must be more than 0').optional(),
});

/** The names of a row's fields, in the order in which messages list them. */
export const exampleFieldNames: readonly string[] = [
  'id',
  'prompt',
  'messages',
  'tools',
  'task',
  'reference',
  'grader',
  'metadata',
  'weight',
];

const defaultNames = Object.keys(defaultsSchema.shape);

/** Validates one row. Null means absent. Unknown fields and a missing prompt are problems. */
export function parseExampleFields(value: unknown): Result<ExampleFields> {
  const result = parseFields<ExampleFields>(value, exampleSchema, exampleFieldNames);
  if (!result.ok) return result;
  const { prompt, messages } = result.value;
  if (prompt === undefined && messages === undefined) {
    return failure('neither prompt nor messages; give one of them');
  }
  if (prompt !== undefined && messages !== undefined) {
    return failure('both prompt and messages; give one of them');
  }
  return result;
}

/** Validates the defaults of a file. */
export function parseExampleDefaults(value: unknown): Result<ExampleDefaults> {
  return parseFields<ExampleDefaults>(value, defaultsSchema, defaultNames);
}

/**
 * Takes the fields from the value itself, because zod's copy silently drops keys such as
 * `__proto__`.
 */
function parseFields<Fields>(
  value: unknown,
  schema: z.ZodObject,
  knownNames: readonly string[],
): Result<Fields> {
  if (!isJsonObject(value)) {
    const what = `must be an object with any of: ${knownNames.join(', ')}`;
    return failure(what);
  }
  const jsonProblem = findJsonProblem(value);
  if (jsonProblem !== undefined) return failure(jsonProblem);
  const given = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    return failure(describeIssues(parsed.error.issues, knownNames));
  }
  return success(given as Fields);
}

function isGrader(value: unknown): boolean {
  const name = isJsonObject(value) ? value['name'] : value;
  return typeof name === 'string' && name.trim() !== '';
}

const maximumDepth = 64;

/**
 * Why JSON cannot represent a value; undefined if it can. YAML allows numbers and objects that JSON
 * does not have, and unlimited nesting would overflow the stack later.
 */
function findJsonProblem(value: unknown, depth = 0): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : `JSON cannot represent the number ${value}`;
  }
  if (typeof value !== 'object') return `JSON cannot represent a ${typeof value}`;
  if (depth >= maximumDepth) return `nested more than ${maximumDepth} levels deep`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return 'contains a value of a special type; write it as a string';
  }
  for (const [key, member] of Object.entries(value)) {
    const problem = findJsonProblem(member, depth + 1);
    if (problem !== undefined) return `${key.slice(0, 60)}: ${problem}`;
  }
  return undefined;
}
