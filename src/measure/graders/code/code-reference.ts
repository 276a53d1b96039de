import { z } from 'zod';
import { describeIssues } from '../../../util/describe-issues.js';
import type { JsonValue } from '../../../util/json.js';

/** What one call must come to. */
export interface ProgramCase {
  readonly arguments?: readonly JsonValue[];
  readonly expression?: string;
  readonly returns?: JsonValue;
  readonly throws?: true;
}

/** What a program must do. */
export interface ProgramReference {
  readonly function?: string;
  readonly cases: readonly ProgramCase[];
  readonly prints?: string;
}

/** What a query must find, or what it must leave behind. */
export interface QueryReference {
  readonly setups: readonly string[];
  readonly solution: string | undefined;
  readonly rows: readonly (readonly JsonValue[])[] | undefined;
  readonly check: string | undefined;
}

export type ParsedReference<Reference> =
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'problem'; readonly problem: string };

const text = z.string().regex(/\S/, 'must not be blank');
const value = z.custom<JsonValue>((given) => given !== undefined);

const caseSchema = z
  .strictObject({
    arguments: z.array(value).optional(),
    expression: text.optional(),
    returns: value.optional(),
    throws: z.literal(true).optional(),
  })
  .refine(
    (given) => (given.arguments === undefined) !== (given.expression === undefined),
    'needs either "arguments" or "expression"',
  )
  .refine(
    (given) => (given.returns === undefined) !== (given.throws === undefined),
    'needs either "returns" or "throws": true',
  );

const programSchema = z
  .strictObject({
    function: z
      .string()
      .regex(/^[A-Za-z_$][\w$]*$/, 'must be the name of a function')
      .optional(),
    cases: z.array(caseSchema).min(1).max(1000).optional(),
    prints: z.string().optional(),
  })
  .refine(
    (given) => given.cases !== undefined || given.prints !== undefined,
    'needs "cases", or "prints"',
  )
  .refine(
    (given) =>
      given.function !== undefined ||
      (given.cases ?? []).every((one) => one.arguments === undefined),
    'needs "function", the name of what is called with the arguments',
  );

const querySchema = z
  .strictObject({
    setup: z.union([text, z.array(text).min(1).max(20)]),
    solution: text.optional(),
    rows: z.array(z.array(value)).optional(),
    check: text.optional(),
  })
  .refine(
    (given) => (given.solution === undefined) !== (given.rows === undefined),
    'needs either "solution", a query, or "rows"',
  );

/** Reads the reference of a JavaScript or Python task. */
export function parseProgramReference(
  reference: JsonValue | undefined,
): ParsedReference<ProgramReference> {
  const parsed = programSchema.safeParse(reference);
  if (!parsed.success) return describe(parsed.error.issues, Object.keys(programSchema.shape));
  const { cases = [], ...rest } = parsed.data;
  return { kind: 'reference', reference: { ...rest, cases } as ProgramReference };
}

/** Reads the reference of an SQL task. */
export function parseQueryReference(
  reference: JsonValue | undefined,
): ParsedReference<QueryReference> {
  const parsed = querySchema.safeParse(reference);
  if (!parsed.success) return describe(parsed.error.issues, Object.keys(querySchema.shape));
  const { setup, solution, rows, check } = parsed.data;
  const setups = typeof setup === 'string' ? [setup] : setup;
  return { kind: 'reference', reference: { setups, solution, rows, check } };
}

function describe(
  issues: Parameters<typeof describeIssues>[0],
  names: readonly string[],
): { readonly kind: 'problem'; readonly problem: string } {
  return { kind: 'problem', problem: `reference: ${describeIssues(issues.slice(0, 3), names)}` };
}
