import type { Example } from '../tasks/example.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { RoutesmithError } from '../../util/errors.js';
import { findGrader } from './registry.js';

/** What graders may use. */
export interface GivenTools {
  readonly judge: boolean;
  readonly sandbox: boolean;
}

/** How many examples have a grader, and what it needs. */
export function countGradable(examples: readonly Example[], given: GivenTools): number {
  return examples.filter(({ grader }) => {
    if (grader === undefined) return false;
    const needs = findGrader(grader.name)?.needs;
    return needs === undefined || given[needs];
  }).length;
}

/**
 * Says which examples are going to stay ungraded, because their grader needs what it is not given.
 *
 * @param given what graders may use
 * @returns a sentence for each missing tool, none where nothing is missing
 */
export function describeMissingTools(
  examples: readonly Example[],
  given: GivenTools,
): readonly string[] {
  return listMissing(examples, given).map(({ count, needs, option }) => {
    const them = count === 1 ? 'it' : 'them';
    return (
      `${needs}: without it, all answers to ${them} stay ungraded. Add ${option}, now or later with ` +
      `routesmith grade RUN ${option}.`
    );
  });
}

/**
 * Checks that all examples can be graded, for a sweep that decides by grades what it calls: without any,
 * it would go on asking.
 *
 * @param what the kind of the sweep, to begin a message with
 * @throws RoutesmithError `usage` where a grader needs what it is not given
 */
export function checkHasTools(examples: readonly Example[], given: GivenTools, what: string): void {
  const missing = listMissing(examples, given);
  if (missing.length === 0) return;
  const needs = missing.map((one) => one.needs).join(', and ');
  throw new RoutesmithError('usage', `${what} decides by grades, and ${needs}`, {
    fix: `Add ${missing.map(({ option }) => option).join(' and ')}, or leave these examples out.`,
  });
}

interface MissingTool {
  /** Examples that need it. */
  readonly count: number;
  /** How many need what, as the beginning of a sentence. */
  readonly needs: string;
  readonly option: string;
}

function listMissing(examples: readonly Example[], given: GivenTools): readonly MissingTool[] {
  return (['judge', 'sandbox'] as const).flatMap((tool) => {
    if (given[tool]) return [];
    const count = examples.filter(
      ({ grader }) => findGrader(grader?.name ?? '')?.needs === tool,
    ).length;
    if (count === 0) return [];
    const { what, option } = toolTexts[tool];
    const some = `${formatWhole(count)} of ${formatCount(examples.length, 'example')}`;
    return [{ count, needs: `${some} ${count === 1 ? 'needs' : 'need'} ${what}`, option }];
  });
}

const toolTexts = {
  judge: { what: 'a judge', option: '--judge FILE' },
  sandbox: { what: 'a sandbox for code', option: '--allow-code' },
} as const;
