import type { z } from 'zod';
import { describeIssues } from '../util/describe-issues.js';
import type { JsonObject, JsonValue } from '../util/json.js';
import type { Grade, Grader } from './grade.js';

/** A reference and options made ready to judge answers, or what is wrong with them. */
export type Preparation =
  | { readonly kind: 'ready'; readonly judge: (answer: string) => Grade }
  | { readonly kind: 'problem'; readonly problem: string };

export interface GraderDefinition<Options> {
  readonly name: string;
  readonly version: number;
  /** A strict object schema: unknown option names are problems. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** Checks what the schema cannot, and builds the judge. Must not throw. */
  prepare(reference: JsonValue | undefined, options: Options): Preparation;
}

/**
 * Makes a grader of a definition, so that checking a task and grading an answer can never disagree:
 * both prepare the task in the same way, and a task that cannot be prepared stays ungraded.
 */
export function createGrader<Options>(definition: GraderDefinition<Options>): Grader {
  const optionNames = Object.keys(definition.options.shape);

  function prepare(reference: JsonValue | undefined, options: JsonObject): Preparation {
    const parsed = definition.options.safeParse(options);
    if (parsed.success) return definition.prepare(reference, parsed.data);
    return problem(`options: ${describeIssues(parsed.error.issues, optionNames)}`);
  }

  return {
    name: definition.name,
    version: definition.version,
    checkTask(reference, options) {
      const prepared = prepare(reference, options);
      return prepared.kind === 'problem' ? prepared.problem : undefined;
    },
    grade({ answer, reference, options }) {
      const prepared = prepare(reference, options);
      if (prepared.kind === 'problem') return { kind: 'ungraded', reason: prepared.problem };
      return prepared.judge(answer);
    },
  };
}

export function ready(judge: (answer: string) => Grade): Preparation {
  return { kind: 'ready', judge };
}

export function problem(text: string): Preparation {
  return { kind: 'problem', problem: text };
}

/** Right is 1, wrong is 0, with the reason where the answer alone does not show it. */
export function graded(right: boolean, detail?: string): Grade {
  const quality = right ? 1 : 0;
  return detail === undefined ? { kind: 'graded', quality } : { kind: 'graded', quality, detail };
}
