import { RoutesmithError } from '../../../util/errors.js';
import type { JsonValue } from '../../../util/json.js';
import { listColumns, writeMapping } from '../../tables/column-map.js';
import type { Table } from '../../tables/table.js';
import { decodeQualityCell } from './decode-cells.js';
import {
  findModelColumns,
  listColumnsBeside,
  listScoredModels,
  splitColumn,
  type ModelColumns,
} from './model-columns.js';
import { isMissingNumber } from './parse-score.js';

/** What the cells of a column hold, where all of them can be read as scores from 0 to 1. */
type ScoreKind = 'numbers' | 'words';

/**
 * The models that a wide table likely has, by the columns that hold scores from 0 to 1: numbers, or
 * words such as `yes` where no column holds numbers, since words are often answers.
 *
 * @param free the columns that hold no field of the prompt
 */
export function listLikelyModels(table: Table, free: readonly string[]): readonly string[] {
  const named = new Set(listScoredModels(free));
  const scored = free.flatMap((column) => {
    const kind = findScoreKind(table, column);
    const split = splitColumn(column);
    if (kind === undefined || split?.holds === 'measure') return [];
    if (split === undefined) return [{ model: column, kind }];
    return named.has(split.model) ? [{ model: split.model, kind }] : [];
  });
  const numbers = scored.filter(({ kind }) => kind === 'numbers');
  return [...new Set((numbers.length > 0 ? numbers : scored).map(({ model }) => model))];
}

/**
 * Refuses a model whose column holds words such as `yes`, while another column that begins with its name
 * holds scores: then the words are likely its answers.
 *
 * @throws RoutesmithError `invalid_outcomes`
 */
export function checkBareScores(table: Table, models: readonly ModelColumns[]): void {
  const read = new Set(models.flatMap(({ score, measures }) => [score, ...measures.values()]));
  const free = table.columns.filter((column) => !read.has(column));
  for (const { model, score } of models) {
    if (score !== model || findScoreKind(table, score) !== 'words') continue;
    const grades = listColumnsBeside(model, free).find(
      (column) => !isNoScore(column) && findScoreKind(table, column) === 'numbers',
    );
    if (grades === undefined) continue;
    throw new RoutesmithError(
      'invalid_outcomes',
      `it is not clear whether "${score}" or "${grades}" holds the scores of the model "${model}"`,
      {
        where: table.file,
        fix: `"${score}" holds words, which may be its answers. Rename the column of its scores to "${model}_score".`,
      },
    );
  }
}

/** Whether a column is named for a measure or a setting of calls, whose numbers may be from 0 to 1, too. */
function isNoScore(column: string): boolean {
  return splitColumn(column)?.holds === 'measure' || setting.test(column);
}

const setting =
  /(?:^|[ _|.:/-])(?:temperature|temp|top[ _-]?[pk]|min[ _-]?p|seed|(?:frequency|presence|repetition)[ _-]penalty|retries|attempts?|errors?|timeouts?|cached?|refused)(?:$|[ _|.:/-])/i;

/** A sentence about the columns of scores that are not read, since nothing shows that they are of models. */
export function describeUnmeasured(
  table: Table,
  models: readonly ModelColumns[],
  free: readonly string[],
): readonly string[] {
  const known = new Set(models.map(({ model }) => model));
  const others = listScoredModels(free).flatMap((model) => {
    const score = known.has(model) ? undefined : findModelColumns(model, free)?.score;
    return score !== undefined && findScoreKind(table, score) !== undefined
      ? [{ model, score }]
      : [];
  });
  if (others.length === 0) return [];
  const all = [...known, ...others.map(({ model }) => model)].join(',');
  return [
    'columns of scores without a cost, latency or tokens are not read: ' +
      `${listColumns(others.map(({ score }) => score))} (if they are of models: ${writeMapping('models', all)})`,
  ];
}

function findScoreKind({ rows }: Table, column: string): ScoreKind | undefined {
  const cells = rows.flatMap(({ members }) => {
    const value = members.ok ? (members.value[column] ?? null) : null;
    return value === null || (typeof value === 'string' && isMissingNumber(value)) ? [] : [value];
  });
  const kinds = new Set(cells.map(findCellKind));
  if (kinds.size === 0 || kinds.has(undefined)) return undefined;
  return kinds.has('words') ? 'words' : 'numbers';
}

function findCellKind(cell: JsonValue): ScoreKind | undefined {
  if (typeof cell !== 'string') {
    const number = typeof cell === 'boolean' ? Number(cell) : cell;
    return typeof number === 'number' && number >= 0 && number <= 1 ? 'numbers' : undefined;
  }
  const value = decodeQualityCell(cell, { decimalComma: true });
  if (!value.ok || value.value === null || value.value < 0 || value.value > 1) return undefined;
  return /\d/.test(cell) ? 'numbers' : 'words';
}
