import { type PromptWithMembers, promptMessages } from '../../llm/chat.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { sha256OfJson } from '../../util/sha256.js';

/** A grader's name and options, as in a task set. */
export interface GraderSpec {
  readonly name: string;
  readonly options: JsonObject;
}

/** One labeled prompt. */
export interface Example {
  /** Unique in its set; derived from the prompt if the file has none. */
  readonly id: string;
  readonly prompt: PromptWithMembers;
  /** The label: "summarise", "sql", ... */
  readonly task: string | undefined;
  /** The right answer, in the form that the grader expects. */
  readonly reference: JsonValue | undefined;
  /** Undefined if the file names none: the example can be swept, but stays ungraded. */
  readonly grader: GraderSpec | undefined;
  readonly metadata: JsonObject;
  /** How many prompts it represents; positive. @default 1 */
  readonly weight?: number;
  /** As in `PromptRecord`: the conversation of an audited prompt. @default none */
  readonly group?: string;
}

/** A file of examples, read and validated. */
export interface TaskSet {
  readonly name: string;
  readonly file: string;
  readonly examples: readonly Example[];
  /** Where each example starts in the file, by id; lines from 1. */
  readonly lines: ReadonlyMap<string, number>;
  /** Lines whose example is the same as an earlier one, and was left out. */
  readonly repeatedLines: readonly number[];
  /** See `computeTaskSetFingerprint`. */
  readonly fingerprint: string;
}

/**
 * SHA-256 of a prompt's messages, tools and other members, in hexadecimal. A text has the hash of a conversation
 * with the text as its only user message, because the same request is sent.
 */
export function computePromptHash(prompt: PromptWithMembers): string {
  return sha256OfJson({
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
    members: typeof prompt === 'string' ? undefined : prompt.members,
  });
}

/**
 * SHA-256 of the canonical JSON of examples, in hexadecimal: equal for the same examples in the
 * same order, regardless of the file format.
 */
export function computeTaskSetFingerprint(examples: readonly Example[]): string {
  return sha256OfJson(examples);
}
