import type { z } from 'zod';
import { describeIssues } from '../../util/describe-issues.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import type { Grade, GradeInput, Grader, GraderTool, GradingTools, PureGrader } from './grade.js';
import { readAnswer } from './texts/read-answer.js';

/** A reference and options made ready to judge answers, or what is wrong with them. */
export type Preparation<Judge = PureJudge> =
  | { readonly kind: 'ready'; readonly judge: Judge }
  | { readonly kind: 'problem'; readonly problem: string };

interface CommonDefinition<Options> {
  readonly name: string;
  readonly version: number;
  /** A strict object schema: unknown option names are problems. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** A right answer, where the reference gives one. */
  example?(reference: JsonValue | undefined, options: Options): string | undefined;
}

export interface GraderDefinition<Options> extends CommonDefinition<Options> {
  /** Checks what the schema cannot, and builds the judge. Must not throw. */
  prepare(reference: JsonValue | undefined, options: Options): Preparation<PureJudge>;
}

/** Judges an answer, given whether it was cut off at the token limit. */
export type PureJudge = (answer: string, isCutOff: boolean) => Grade;

/** Judges an answer with the tools at hand. */
export type AsyncJudge = (input: GradeInput, tools: GradingTools) => Promise<Grade>;

export interface AsyncGraderDefinition<Options> extends CommonDefinition<Options> {
  readonly needs?: Grader['needs'];
  readonly findLoader?: Grader['findLoader'];
  /** Checks what the schema cannot, and builds the judge. Must not throw. */
  prepare(reference: JsonValue | undefined, options: Options): Preparation<AsyncJudge>;
}

/**
 * Makes a grader of a definition, so that checking a task and grading an answer can never disagree:
 * both prepare the task in the same way, and a task that cannot be prepared stays ungraded.
 */
export function createGrader<Options>(definition: GraderDefinition<Options>): PureGrader {
  const { prepare, ...common } = createCommon(definition, definition.prepare);
  return {
    ...common,
    grade({ answer, reference, options, isCutOff = false }) {
      const prepared = prepare(reference, options);
      if (prepared.kind === 'problem') return { kind: 'ungraded', reason: prepared.problem };
      const reading = readAnswer(answer);
      return reading.kind === 'nothing'
        ? graded(false, reading.reason)
        : prepared.judge(reading.text, isCutOff);
    },
  };
}

/** Makes a grader that waits for something: a sandbox, a model, a library that is loaded late. */
export function createAsyncGrader<Options>(definition: AsyncGraderDefinition<Options>): Grader {
  const { prepare, ...common } = createCommon(definition, definition.prepare);
  return {
    ...common,
    ...(definition.needs !== undefined && { needs: definition.needs }),
    ...(definition.findLoader !== undefined && { findLoader: definition.findLoader }),
    async grade(input, tools = {}) {
      const prepared = prepare(input.reference, input.options);
      if (prepared.kind === 'problem') return { kind: 'ungraded', reason: prepared.problem };
      const reading = readAnswer(input.answer);
      if (reading.kind === 'nothing') return graded(false, reading.reason);
      return gradeSafely(() => prepared.judge({ ...input, answer: reading.text }, tools));
    },
  };
}

const lackTexts: Readonly<Record<GraderTool, string>> = {
  judge: 'no model was given to judge: name one with --judge',
  sandbox: 'the code was not run: allow it with --allow-code',
};

/** The grade of an answer where the tool that grades it was not given. */
export function lacking(tool: GraderTool): Extract<Grade, { kind: 'ungraded' }> {
  return { kind: 'ungraded', reason: lackTexts[tool], retryable: true, lacks: tool };
}

/** Grades. What a grader throws is its own fault, and says nothing about the answer. */
export async function gradeSafely(grade: () => Grade | Promise<Grade>): Promise<Grade> {
  try {
    return await grade();
  } catch (cause) {
    const reason = `the grader failed: ${String(cause).slice(0, 200)}`;
    return { kind: 'ungraded', reason, retryable: true };
  }
}

function createCommon<Options, Judge>(
  definition: CommonDefinition<Options>,
  prepareParsed: (reference: JsonValue | undefined, options: Options) => Preparation<Judge>,
): Pick<Grader, 'name' | 'version' | 'checkTask' | 'exampleAnswer'> & {
  prepare(reference: JsonValue | undefined, options: JsonObject): Preparation<Judge>;
} {
  const optionNames = Object.keys(definition.options.shape);

  function prepare(reference: JsonValue | undefined, options: JsonObject): Preparation<Judge> {
    const parsed = definition.options.safeParse(options);
    if (parsed.success) return prepareParsed(reference, parsed.data);
    return problem(`options: ${describeIssues(parsed.error.issues, optionNames)}`);
  }

  return {
    name: definition.name,
    version: definition.version,
    prepare,
    checkTask(reference, options) {
      const prepared = prepare(reference, options);
      return prepared.kind === 'problem' ? prepared.problem : undefined;
    },
    exampleAnswer(reference, options) {
      const parsed = definition.options.safeParse(options);
      return parsed.success ? definition.example?.(reference, parsed.data) : undefined;
    },
  };
}

export function ready<Judge>(judge: Judge): Preparation<Judge> {
  return { kind: 'ready', judge };
}

export function problem(text: string): Preparation<never> {
  return { kind: 'problem', problem: text };
}

/** Right is 1, wrong is 0, with the reason where the answer alone does not show it. */
export function graded(right: boolean, detail?: string): Grade {
  return gradedShare(right ? 1 : 0, detail);
}

/** A quality between 0 and 1, with what kept it from 1. */
export function gradedShare(quality: number, detail?: string): Grade {
  return detail === undefined ? { kind: 'graded', quality } : { kind: 'graded', quality, detail };
}

/** An answer that was cut off at the token limit before it stated anything. */
export function cutOffEarly(): Grade {
  return graded(false, 'cut off before an answer');
}

/**
 * The grade of an answer that may go on where it was cut off, or may not stand: right only in one
 * reading, and in the other cut off before an answer.
 */
export function gradeUnfinished(grade: Grade, read: readonly string[]): Grade {
  if (grade.kind === 'ungraded') return grade;
  return grade.quality > 0 ? ambiguous([...read, 'cut off']) : cutOffEarly();
}

/** Two or more answers of which one is right, and no ground to prefer one. */
export function ambiguous(candidates: readonly string[]): Grade {
  return {
    kind: 'ungraded',
    reason: `ambiguous: ${candidates.join(' or ')}`,
    ambiguous: candidates,
  };
}
