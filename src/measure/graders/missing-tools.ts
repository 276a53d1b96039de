import type { Example } from '../tasks/example.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
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
  return (['judge', 'sandbox'] as const).flatMap((tool) => {
    if (given[tool]) return [];
    const count = examples.filter(
      ({ grader }) => findGrader(grader?.name ?? '')?.needs === tool,
    ).length;
    if (count === 0) return [];
    const some = `${formatWhole(count)} of ${formatCount(examples.length, 'example')}`;
    return [
      `${some} ${count === 1 ? 'needs' : 'need'} ${toolTexts[tool].what}: without it, all answers to ` +
        `${count === 1 ? 'it' : 'them'} stay ungraded. Add ${toolTexts[tool].option}, now or later with ` +
        `routesmith grade RUN ${toolTexts[tool].option}.`,
    ];
  });
}

const toolTexts = {
  judge: { what: 'a judge', option: '--judge FILE' },
  sandbox: { what: 'a sandbox for code', option: '--allow-code' },
} as const;
