import type { Sandbox, SandboxResult } from '../sandbox/sandbox.js';
import type { JsonValue } from '../../../util/json.js';
import type { CodeRules } from './code-rules.js';
import type { QueryReference } from './code-reference.js';
import { graded, gradedShare } from '../create-grader.js';
import type { Grade } from '../grade.js';
import { isSameValue } from '../texts/same-value.js';

/** Runs SQL on every set-up of the data and compares the rows with the reference's. */
export async function gradeQuery(
  code: string,
  { setups, solution, rows, check }: QueryReference,
  rules: CodeRules,
  sandbox: Sandbox,
): Promise<Grade> {
  const run = (setup: string, query: string): Promise<SandboxResult> =>
    sandbox.run({ language: 'sql', setup, code: query, check, limits: rules.limits });
  const problems: (string | undefined)[] = [];
  for (const setup of setups) {
    let wanted: JsonValue | undefined = rows;
    if (solution !== undefined) {
      const expected = await run(setup, solution);
      if (isUnprepared(expected)) return ungraded(expected);
      const found = readRows(expected);
      if (found.kind === 'problem') {
        const reason = `the reference's own solution fails: ${found.problem}`;
        return { kind: 'ungraded', reason };
      }
      wanted = found.rows;
    }
    const given = await run(setup, code);
    if (isUnprepared(given)) return ungraded(given);
    if (given.kind === 'stopped' && solution === undefined) {
      // A thread that had to be ended does not tell which of the two it was busy with.
      const failure = await trySetup(setup, rules, sandbox);
      if (failure !== undefined) return failure;
    }
    const found = readRows(given);
    problems.push(
      found.kind === 'problem' ? found.problem : compareRows(wanted ?? [], found.rows, rules),
    );
  }
  const wrong = problems.filter((problem) => problem !== undefined);
  if (rules.credit === 'all') return graded(wrong.length === 0, wrong[0]);
  return gradedShare(1 - wrong.length / problems.length, wrong[0]);
}

/**
 * Runs the set-ups of a query alone.
 *
 * @returns the ungraded grade that every answer would get, or undefined where all of them work
 */
export async function trySetups(
  { setups }: QueryReference,
  rules: CodeRules,
  sandbox: Sandbox,
): Promise<Grade | undefined> {
  for (const setup of setups) {
    const failure = await trySetup(setup, rules, sandbox);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function trySetup(
  setup: string,
  { limits }: CodeRules,
  sandbox: Sandbox,
): Promise<Grade | undefined> {
  const tried = await sandbox.run({ language: 'sql', setup, code: '', check: undefined, limits });
  if (tried.kind === 'ran') return undefined;
  return ungraded(
    tried.kind === 'stopped' ? { kind: 'setup_failed', reason: tried.reason } : tried,
  );
}

type Unprepared = Extract<SandboxResult, { kind: 'unavailable' | 'setup_failed' }>;

function isUnprepared(result: SandboxResult): result is Unprepared {
  return result.kind === 'unavailable' || result.kind === 'setup_failed';
}

/** A broken set-up stays broken, but a sandbox may be there the next time. */
function ungraded({ kind, reason }: Unprepared): Grade {
  return kind === 'unavailable'
    ? { kind: 'ungraded', reason, retryable: true }
    : { kind: 'ungraded', reason: `the reference's set-up fails: ${reason}` };
}

type Rows =
  | { readonly kind: 'rows'; readonly rows: JsonValue }
  | { readonly kind: 'problem'; readonly problem: string };

function readRows(result: Exclude<SandboxResult, Unprepared>): Rows {
  if (result.kind === 'stopped') return { kind: 'problem', problem: result.reason };
  if (result.error !== undefined) return { kind: 'problem', problem: result.error.slice(0, 200) };
  const [first] = result.results;
  return { kind: 'rows', rows: first?.kind === 'returned' ? first.value : [] };
}

function compareRows(wanted: JsonValue, given: JsonValue, rules: CodeRules): string | undefined {
  if (!Array.isArray(wanted) || !Array.isArray(given)) return 'no rows';
  if (wanted.length !== given.length) return `${given.length} rows, and not ${wanted.length}`;
  const { tolerance } = rules;
  const comparison = { tolerance, exactText: true, ordered: true };
  const [left, right] = rules.ordered ? [wanted, given] : [sortRows(wanted), sortRows(given)];
  return isSameValue(left, right, comparison) ? undefined : 'other rows';
}

/** Sorted by their text, fractions rounded, so that rows in any order can be compared in turn. */
function sortRows(rows: readonly JsonValue[]): readonly JsonValue[] {
  const keyOf = (row: JsonValue): string =>
    JSON.stringify(row, (_, value: unknown) =>
      typeof value === 'number' && !Number.isSafeInteger(value)
        ? Number(value.toPrecision(12))
        : value,
    );
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ row }) => row);
}
