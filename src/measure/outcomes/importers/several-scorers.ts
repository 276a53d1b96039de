import { RoutesmithError } from '../../../util/errors.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { listColumns, quoteColumn } from '../../tables/column-map.js';
import { normalizeColumnName } from '../../tables/column-names.js';
import type { JsonObject } from '../../../util/json.js';
import type { ReadRow } from './check-calls.js';
import { holdsNoGrade } from './decode-cells.js';

/** Columns that say what graded an answer, or what was graded. */
const scorerName =
  /^(?:(?:grader|scorer|evaluator|metric|criteri(?:on|a)|dimension|aspect)(?:_(?:name|key|type))?|(?:score|feedback)_(?:name|key|type))$/;
const maxScorers = 20;

/**
 * Refuses a table with the grades of several scorers for one answer: their scales differ, and a mean of a
 * score of correctness and one of toxicity is neither.
 *
 * @param columns those that are not read
 * @throws RoutesmithError `invalid_outcomes`
 */
export function checkScorers(
  file: string,
  rows: readonly ReadRow[],
  columns: readonly string[],
): void {
  for (const column of columns) {
    if (!scorerName.test(normalizeColumnName(column))) continue;
    const scorers = listScorers(rows, column);
    if (scorers.size < 2 || scorers.size > maxScorers) continue;
    if ([...scorers].some((name) => Number.isFinite(Number(name)))) continue;
    throw new RoutesmithError(
      'invalid_outcomes',
      `the rows of a prompt and a model differ in ${quoteColumn(column)}: ${listColumns([...scorers].slice(0, 5))}`,
      {
        where: file,
        fix: 'Keep the rows of one of them. If all grade on one scale, remove the column: then they are averaged.',
      },
    );
  }
}

/** What stands in a column beside answers that have several rows there with different texts. */
function listScorers(rows: readonly ReadRow[], column: string): ReadonlySet<string> {
  const byCell = new Map<string, Set<string>>();
  for (const { cells, row } of rows) {
    if (row.kind !== 'row' || isBlankCell(cells[column]) || holdsNoGrade(row.members)) continue;
    const key = computeCellKey(row.members);
    byCell.set(key, (byCell.get(key) ?? new Set()).add(String(cells[column]).trim()));
  }
  return new Set([...byCell.values()].flatMap((found) => (found.size > 1 ? [...found] : [])));
}

/** The prompt and the model of a row. An `id` may count the rows; a text of two tasks is two prompts. */
function computeCellKey(members: JsonObject): string {
  const {
    prompt,
    question,
    messages,
    prompt_id: promptId,
    id,
    task,
    category,
    group,
    model,
  } = members;
  const asked = prompt ?? question ?? messages ?? id ?? null;
  const labeled = [asked, task ?? category ?? null, group ?? null];
  return JSON.stringify([promptId ?? labeled, model ?? null]);
}
