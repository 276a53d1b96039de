import type { Sandbox } from './sandbox/sandbox.js';
import type { Prompt } from '../../llm/chat.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import type { Judge, JudgeRecord } from './judge/judge-model.js';

/** What decides an answer in which a grader finds several: see `--ambiguous`. */
export const ambiguousRules = ['judge', 'wrong', 'ungraded'] as const;
/** One of the `ambiguousRules`. */
export type AmbiguousRule = (typeof ambiguousRules)[number];

/** What a grader may need beyond the answer. Ledgers of newer versions may name others. */
export const graderTools = ['judge', 'sandbox'] as const;
/** One of the `graderTools`. */
export type GraderTool = (typeof graderTools)[number];

/** What a grader says of an answer. There is no default: what cannot be judged is ungraded. */
export type Grade =
  | {
      readonly kind: 'graded';
      readonly quality: number;
      readonly detail?: string;
      /** The answers between which the grader did not choose, where `--ambiguous` decided. */
      readonly ambiguous?: readonly string[];
      /** Which model judged, where one did. */
      readonly judge?: JudgeRecord;
    }
  | {
      readonly kind: 'ungraded';
      readonly reason: string;
      /**
       * True where something was lacking or failed that says nothing about task and answer: such a
       * cell is graded again as soon as it can be.
       */
      readonly retryable?: boolean;
      /** The tool that was not given, where that is the reason. */
      readonly lacks?: GraderTool;
      /** The answers between which the grader found no ground to choose. */
      readonly ambiguous?: readonly string[];
      readonly judge?: JudgeRecord;
    };

/** What a grader sees of an answer and its example. */
export interface GradeInput {
  readonly answer: string;
  readonly reference: JsonValue | undefined;
  /** The grader's options, as the task set gives them. */
  readonly options: JsonObject;
  /** Whether the answer was cut off at the token limit: what it weighs is no answer. @default false */
  readonly isCutOff?: boolean | undefined;
  /** What was asked; only a judge looks at it. */
  readonly prompt?: Prompt;
}

/** The program in an answer, or why it was not looked for. */
export type ExtractedCode =
  { readonly kind: 'code'; readonly code: string } | Extract<Grade, { kind: 'ungraded' }>;

/** Reads answers in threads, so that none blocks the process. */
export interface GraderPool {
  /**
   * Grades an answer within the pool's limits; beyond them it is ungraded. Never rejects.
   *
   * @param grader the name of a grader that needs no tools
   */
  grade(grader: string, input: GradeInput): Promise<Grade>;
  /** Finds the program in an answer within the same limits; see `extractCode`. Never rejects. */
  extractCode(
    answer: string,
    language: string,
    functionName: string | undefined,
  ): Promise<ExtractedCode>;
  /** Ends the threads. Answers that are still being graded stay ungraded. */
  close(): Promise<void>;
}

/** What some graders need beyond the answer. What is absent leaves their tasks ungraded. */
export interface GradingTools {
  /** Runs model-written code; absent unless that was asked for. */
  readonly sandbox?: Sandbox;
  /** Asks a model for its verdict. */
  readonly judge?: Judge;
  /** The threads that answers are read in. @default threads that the process shares */
  readonly graderPool?: GraderPool;
  /**
   * What decides where a grader finds several answers. Without it, they are left ungraded, and
   * recorded decisions stand.
   */
  readonly ambiguous?: AmbiguousRule;
}

export interface Grader {
  readonly name: string;
  /** Raised whenever the same answer could get another grade; part of the grade key. */
  readonly version: number;
  /** Which of the tools it cannot do without. */
  readonly needs?: GraderTool;
  /** What loads a part that takes long to load; undefined where the options do not need it. */
  findLoader?(options: JsonObject): (() => Promise<void>) | undefined;
  /**
   * Says what is wrong with a task's reference or options, or undefined when they will do. Called
   * when a task set is read, so that a mistake costs no calls.
   */
  checkTask(reference: JsonValue | undefined, options: JsonObject): string | undefined;
  /** A right answer as the reference gives it, where it gives one; for checking task sets. */
  exampleAnswer(reference: JsonValue | undefined, options: JsonObject): string | undefined;
  /** Never throws or rejects, whatever the answer. Quality is in [0, 1]. */
  grade(input: GradeInput, tools?: GradingTools): Grade | Promise<Grade>;
}

/** A grader that needs nothing but the answer, and grades at once. */
export interface PureGrader extends Grader {
  grade(input: GradeInput): Grade;
}
