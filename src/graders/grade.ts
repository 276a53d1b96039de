import type { JsonObject, JsonValue } from '../util/json.js';

/** What a grader says of an answer. There is no default: what cannot be judged is ungraded. */
export type Grade =
  | { readonly kind: 'graded'; readonly quality: number; readonly detail?: string }
  | { readonly kind: 'ungraded'; readonly reason: string };

export interface GradeInput {
  readonly answer: string;
  readonly reference: JsonValue | undefined;
  /** The grader's options, as the task set gives them. */
  readonly options: JsonObject;
}

export interface Grader {
  readonly name: string;
  /** Raised whenever the same answer could get another grade; part of the grade key. */
  readonly version: number;
  /**
   * Says what is wrong with a task's reference or options, or undefined when they will do. Called
   * when a task set is read, so that a mistake costs no calls.
   */
  checkTask(reference: JsonValue | undefined, options: JsonObject): string | undefined;
  /** Never throws, whatever the answer. Quality is in [0, 1]. */
  grade(input: GradeInput): Grade;
}
