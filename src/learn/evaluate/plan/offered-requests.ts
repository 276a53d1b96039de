import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import { joinNames } from '../../../util/join-names.js';
import { listRows, viewMatrix } from '../../../util/numeric-arrays.js';
import { isMeasured } from '../strategies/chosen-outcomes.js';
import { findNeededMeasure, type ObjectiveRequest } from './objective-request.js';

/** The objectives that every plan of an evaluation can fit. */
export interface OfferedRequests {
  readonly offered: readonly ObjectiveRequest[];
  /** A message for each reason to leave objectives out, with their names. */
  readonly leftOut: readonly string[];
}

/**
 * Finds the objectives whose measure is known for every model in every training part. Otherwise
 * some folds would plan an objective and others would not, or would plan it on a few prompts.
 *
 * @param parts rows that a plan is made from; the whole table is always one of them
 */
export function findOfferedRequests(
  table: OutcomeTable,
  requests: readonly ObjectiveRequest[],
  parts: readonly Int32Array[],
): OfferedRequests {
  const all = [listRows(table.prompts.length), ...parts];
  const problems = {
    cost: findProblem(table, table.costUsd, all),
    latency: findProblem(table, table.latencyMs, all),
  };
  const problemOf = (request: ObjectiveRequest): string | undefined => {
    const needed = findNeededMeasure(request);
    return needed === undefined ? undefined : problems[needed];
  };
  return {
    offered: requests.filter((request) => problemOf(request) === undefined),
    leftOut: (['cost', 'latency'] as const).flatMap((measure) => {
      const names = requests
        .filter((request) => findNeededMeasure(request) === measure)
        .map(({ name }) => `"${name}"`);
      const problem = problems[measure];
      if (problem === undefined || names.length === 0) return [];
      const objectives = names.length === 1 ? 'objective' : 'objectives';
      return [`No ${objectives} ${joinNames(names)}: the ${measure} ${problem}.`];
    }),
  };
}

/** What keeps a measure from being planned with, after "the cost"; undefined if nothing does. */
function findProblem(
  { models, quality }: OutcomeTable,
  values: Float32Array,
  parts: readonly Int32Array[],
): string | undefined {
  if (values.every(Number.isNaN)) return 'of every model is unknown';
  const graded = viewMatrix(quality, models.length);
  const measured = viewMatrix(values, models.length);
  for (const [part, rows] of parts.entries()) {
    for (const [model, id] of models.entries()) {
      if (isMeasured(graded.column(model, rows), measured.column(model, rows))) continue;
      const outcomes = rows.filter((row) => !Number.isNaN(graded.at(row, model)));
      const known = outcomes.filter((row) => !Number.isNaN(measured.at(row, model))).length;
      const where = part === 0 ? '' : ' that a fold trains on';
      return `of ${id} is known for only ${formatWhole(known)} of ${formatCount(outcomes.length, 'outcome')}${where}`;
    }
  }
  return undefined;
}
