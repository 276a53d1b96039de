import { z } from 'zod';
import type { Sandbox } from './sandbox/sandbox.js';
import type { JsonValue } from '../../util/json.js';
import type { Example } from '../tasks/example.js';
import { createAsyncGrader, graded, lacking, problem, ready } from './create-grader.js';
import { gradeProgram } from './code/grade-program.js';
import { gradeQuery, trySetups } from './code/grade-query.js';
import { extractCodeWithinLimits } from './pool/grade-within-limits.js';
import { chooseTolerance } from './numbers/same-number.js';
import type { CodeRules } from './code/code-rules.js';
import type { Grade } from './grade.js';
import { parseProgramReference, parseQueryReference } from './code/code-reference.js';

const megabyte = 1024 * 1024;
/** The Python interpreter alone takes 40 MB, and starts slowly on a busy machine. */
const defaultTimeMs = { javascript: 5000, python: 15_000, sql: 5000 } as const;
const defaultMegabytes = { javascript: 64, python: 256, sql: 64 } as const;

const codeOptions = z.strictObject({
  language: z.enum(['javascript', 'python', 'sql']),
  credit: z.enum(['all', 'share']).default('all'),
  ordered: z.boolean().optional(),
  tolerance: z.number().nonnegative().optional(),
  timeLimitMs: z.int().min(100).max(120_000).optional(),
  memoryMegabytes: z.int().min(16).max(1024).optional(),
});

/**
 * The answer is code that does what the reference says. It runs in a sandbox, in a fresh instance,
 * without files, network, environment or processes of the machine; and only where that was asked
 * for: without a sandbox the answer stays ungraded. What is expected never enters the sandbox: it
 * returns values, and the grader compares them, so that code cannot claim to have passed.
 *
 * Reference of JavaScript and Python: `{"function": "add", "cases": [{"arguments": [1, 2],
 * "returns": 3}]}`; a case may have `"expression": "add(1, 2)"` instead of arguments, and
 * `"throws": true` instead of `returns`. `{"prints": "..."}`, alone or besides, is what the program
 * must print. Reference of SQL: `{"setup": "CREATE TABLE ...", "solution": "SELECT ..."}`; `setup`
 * may be a list, and the answer must be right on each; `rows` may stand instead of `solution`; with
 * `"check": "SELECT ..."` the rows of this query are compared, once the answer has changed the data.
 *
 * Options: `language` ("javascript", "python" or "sql"), `credit` ("all": 1 where every case is
 * right, and 0 otherwise; "share": the share of cases; default "all"), `ordered` (whether the order
 * counts in lists, default true, and of SQL's rows, default false), `tolerance` (of numbers,
 * absolute or relative; by default whole numbers must be equal, and others within 1e-9), `timeLimitMs` (default 5000; Python 15000),
 * `memoryMegabytes` (default 64; Python 256).
 */
export const codeGrader = createAsyncGrader({
  name: 'code',
  version: 10,
  needs: 'sandbox',
  options: codeOptions,
  example(reference, { language }) {
    const query = language === 'sql' ? parseQueryReference(reference) : undefined;
    return query?.kind === 'reference' ? query.reference.solution : undefined;
  },
  prepare(reference, options) {
    const rules = createRules(options);
    const { language } = rules;
    const run = prepareRun(reference, rules);
    if (run.kind === 'problem') return problem(run.problem);
    return ready(async ({ answer }, { sandbox, graderPool }): Promise<Grade> => {
      if (sandbox === undefined) return lacking('sandbox');
      const { functionName } = run;
      const found = await extractCodeWithinLimits(answer, language, functionName, graderPool);
      if (found.kind === 'ungraded') return found;
      const { code } = found;
      if (code.trim() === '') return graded(false, 'no code found');
      return run.grade(code, sandbox);
    });
  },
});

/**
 * Runs the set-ups of an SQL task alone, so that broken ones are found before any answer is paid for.
 *
 * @returns why every answer would be left ungraded, or undefined where the set-ups work or there are none
 */
export async function findSetupProblem(
  { reference, grader }: Pick<Example, 'reference' | 'grader'>,
  sandbox: Sandbox,
): Promise<string | undefined> {
  const options = codeOptions.safeParse(grader?.options);
  if (grader?.name !== 'code' || !options.success || options.data.language !== 'sql') {
    return undefined;
  }
  const parsed = parseQueryReference(reference);
  if (parsed.kind === 'problem') return parsed.problem;
  const failure = await trySetups(parsed.reference, createRules(options.data), sandbox);
  return failure?.kind === 'ungraded' && !failure.retryable ? failure.reason : undefined;
}

function createRules(options: z.infer<typeof codeOptions>): CodeRules {
  const { language, credit, tolerance, ordered, timeLimitMs, memoryMegabytes } = options;
  return {
    language,
    credit,
    tolerance: chooseTolerance(tolerance, 1e-9),
    ordered: ordered ?? language !== 'sql',
    limits: {
      timeMs: timeLimitMs ?? defaultTimeMs[language],
      memoryBytes: (memoryMegabytes ?? defaultMegabytes[language]) * megabyte,
      outputBytes: megabyte,
    },
  };
}

type Run =
  | {
      readonly kind: 'ready';
      readonly functionName: string | undefined;
      readonly grade: (code: string, sandbox: Sandbox) => Promise<Grade>;
    }
  | { readonly kind: 'problem'; readonly problem: string };

function prepareRun(reference: JsonValue | undefined, rules: CodeRules): Run {
  if (rules.language === 'sql') {
    const parsed = parseQueryReference(reference);
    if (parsed.kind === 'problem') return parsed;
    return {
      kind: 'ready',
      functionName: undefined,
      grade: (code, sandbox) => gradeQuery(code, parsed.reference, rules, sandbox),
    };
  }
  const { language } = rules;
  const parsed = parseProgramReference(reference);
  if (parsed.kind === 'problem') return parsed;
  return {
    kind: 'ready',
    functionName: parsed.reference.function,
    grade: (code, sandbox) => gradeProgram(code, parsed.reference, { ...rules, language }, sandbox),
  };
}
