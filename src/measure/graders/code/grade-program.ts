import type { Sandbox, SandboxCall, SandboxCallResult, SandboxResult } from '../sandbox/sandbox.js';
import type { CodeRules } from './code-rules.js';
import type { ProgramCase, ProgramReference } from './code-reference.js';
import { graded, gradedShare } from '../create-grader.js';
import type { Grade } from '../grade.js';
import { isSameValue } from '../texts/same-value.js';

type RanResult = Extract<SandboxResult, { kind: 'ran' }>;

/** Runs a JavaScript or Python program and compares what its function returns and it prints. */
export async function gradeProgram(
  code: string,
  reference: ProgramReference,
  rules: CodeRules & { readonly language: 'javascript' | 'python' },
  sandbox: Sandbox,
): Promise<Grade> {
  const { cases } = reference;
  const calls = cases.map((one): SandboxCall => {
    if (one.expression !== undefined) return { expression: one.expression };
    return { function: reference.function ?? '', arguments: one.arguments ?? [] };
  });
  const { language, limits } = rules;
  const result = await sandbox.run({ language, code, calls, limits });
  if (result.kind === 'unavailable' || result.kind === 'setup_failed') {
    return { kind: 'ungraded', reason: result.reason, retryable: true };
  }
  if (result.kind === 'stopped') return graded(false, result.reason);
  const grade = compareResult(result, reference, rules);
  const [lack] = result.lacks ?? [];
  const isRight = grade.kind === 'graded' && grade.quality === 1;
  // What it throws for lack of something is not what a case wants it to throw.
  const isShown = isRight && !cases.some((one, index) => one.throws && isOfLack(result, index));
  if (lack === undefined || isShown) return grade;
  return { kind: 'ungraded', reason: `the sandbox does not have ${lack}` };
}

/** Whether an error may be that something was lacking. */
function isOfLack({ results }: RanResult, index: number): boolean {
  const result = results[index];
  return result?.kind === 'threw' && lackErrors.test(result.message);
}

const lackErrors =
  /^(?:TypeError|Error: there is no module|(?:Import|ModuleNotFound|Attribute|Runtime|OS|ZoneInfoNotFound)Error)/;

function compareResult(
  result: RanResult,
  { cases, prints }: ProgramReference,
  rules: CodeRules,
): Grade {
  if (result.error !== undefined) return graded(false, `throws ${shorten(result.error)}`);
  const problems = cases.map((one, index) => findProblem(one, result.results[index], rules));
  if (prints !== undefined) {
    const isRight = trimLines(result.output) === trimLines(prints);
    problems.push(isRight ? undefined : `prints ${shorten(JSON.stringify(result.output))}`);
  }
  const wrong = problems.filter((problem) => problem !== undefined);
  const [first] = wrong;
  const detail =
    first === undefined ? undefined : `${wrong.length} of ${problems.length} cases fail: ${first}`;
  if (rules.credit === 'all') return graded(first === undefined, detail);
  return gradedShare(1 - wrong.length / problems.length, detail);
}

function findProblem(
  wanted: ProgramCase,
  result: SandboxCallResult | undefined,
  rules: CodeRules,
): string | undefined {
  const call = shorten(wanted.expression ?? JSON.stringify(wanted.arguments));
  if (result === undefined) return `${call} was not reached`;
  if (result.kind === 'failed') return `${call}: ${shorten(result.message)}`;
  if (result.kind === 'threw') {
    return wanted.throws === true ? undefined : `${call} throws ${shorten(result.message)}`;
  }
  if (wanted.returns === undefined) return `${call} does not throw`;
  const { tolerance, ordered } = rules;
  const isRight = isSameValue(wanted.returns, result.value, {
    tolerance,
    exactText: true,
    ordered,
  });
  return isRight ? undefined : `${call} gives ${shorten(JSON.stringify(result.value))}`;
}

/** What is printed is compared line by line, without white space at their ends. */
function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
