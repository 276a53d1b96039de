import { type Prompt, promptMessages } from '../../llm/chat.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { sha256OfJson } from '../../util/sha256.js';

/** A grader's name with its options, as a task set names it. */
export interface GraderSpec {
  readonly name: string;
  readonly options: JsonObject;
}

/** One labelled prompt. */
export interface Example {
  /** Unique in its set; derived from the content where the file gives none. */
  readonly id: string;
  readonly prompt: Prompt;
  /** The label: "summarise", "sql", ... */
  readonly task: string | undefined;
  /** What a right answer is; its form is the grader's business. */
  readonly reference: JsonValue | undefined;
  /** Undefined where the file names none: such a task can be swept, and stays ungraded. */
  readonly grader: GraderSpec | undefined;
  readonly metadata: JsonObject;
  /** How many prompts it stands for; positive. @default 1 */
  readonly weight?: number;
}

/** A file of tasks, read and validated. */
export interface TaskSet {
  readonly name: string;
  readonly file: string;
  readonly examples: readonly Example[];
  /** SHA-256 over the canonical JSON of the tasks: what was swept, whatever the file format. */
  readonly fingerprint: string;
}

/**
 * SHA-256 of what a prompt sends, in hexadecimal. A text has the hash of the conversation that
 * holds nothing but this text as the user's message, because the same is sent.
 */
export function computePromptHash(prompt: Prompt): string {
  return sha256OfJson({
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
  });
}

/**
 * SHA-256 over the canonical JSON of tasks, in hexadecimal: the same for the same tasks in the same
 * order, whatever the format of the file they were read from.
 */
export function computeTaskSetFingerprint(examples: readonly Example[]): string {
  return sha256OfJson(examples);
}
