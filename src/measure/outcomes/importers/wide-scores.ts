import { RoutesmithError } from '../../../util/errors.js';
import type { JsonValue } from '../../../util/json.js';
import { listColumns, writeMapping } from '../../tables/column-map.js';
import { normalizeColumnName } from '../../tables/column-names.js';
import { isExpectedWord, namesExpectedAnswer } from '../../tables/expected-names.js';
import type { Table } from '../../tables/table.js';
import { decodeQualityCell } from './decode-cells.js';
import {
  findModelColumns,
  listColumnsBeside,
  listScoredModels,
  splitColumn,
  type ModelColumns,
} from './model-columns.js';
import { isMissingNumber, readVerdict } from './parse-score.js';

/**
 * What the cells of a column hold, where all of them can be read as scores from 0 to 1: numbers, words that
 * only grade, such as `pass`, or words such as `yes`, which are often answers.
 */
type ScoreKind = 'numbers' | 'grades' | 'words';

/**
 * What to do where it is not clear which columns are models: the likely ones, by the columns that hold scores
 * from 0 to 1. One column of these may hold anything, such as a difficulty.
 *
 * @param free the columns that hold no field of the prompt
 */
export function describeLikelyModels(table: Table, free: readonly string[]): string {
  const { numbers, grades, words } = listLikelyModels(table, free);
  const groups = [numbers, grades, words].filter((group) => group.length > 0);
  const several = groups.filter((group) => group.length > 1);
  const [likely] = several.length > 0 ? several : groups;
  if (likely === undefined) {
    return `No column holds only scores from 0 to 1. The columns are ${listColumns(table.columns)}.`;
  }
  const mapping = writeMapping('models', likely.join(','));
  const isSure = likely === numbers && numbers.length > 1 && grades.length === 0;
  if (isSure || groups.length === 1) {
    return `These hold scores from 0 to 1; if they are models, add ${mapping}.`;
  }
  const listed = [
    ...(numbers.length > 0 ? [`numbers in ${listColumns(numbers)}`] : []),
    ...(grades.length + words.length > 0 ? [`words in ${listColumns([...grades, ...words])}`] : []),
  ];
  return `There are scores from 0 to 1 as ${listed.join(', and as ')}; name those that are models, such as ${mapping}.`;
}

function listLikelyModels(
  table: Table,
  free: readonly string[],
): Readonly<Record<ScoreKind, readonly string[]>> {
  const named = new Set(listScoredModels(free));
  const found = { numbers: new Set<string>(), grades: new Set<string>(), words: new Set<string>() };
  for (const column of free) {
    const kind = findScoreKind(table, column);
    const split = splitColumn(column);
    if (kind === undefined || split?.holds === 'measure') continue;
    if (split === undefined) found[kind].add(column);
    else if (named.has(split.model)) found[kind].add(split.model);
  }
  return { numbers: [...found.numbers], grades: [...found.grades], words: [...found.words] };
}

/**
 * Refuses a model whose column holds words that are likely its answers: words such as `yes` while another
 * column that begins with its name holds scores, or words that a column such as `expected` holds, too.
 *
 * @throws RoutesmithError `invalid_outcomes`
 */
export function checkBareScores(table: Table, models: readonly ModelColumns[]): void {
  const read = new Set(models.flatMap(({ score, measures }) => [score, ...measures.values()]));
  const free = table.columns.filter((column) => !read.has(column));
  for (const { model, score } of models) {
    if (score !== model) continue;
    checkAnswerWords(table, score, free);
    if (findScoreKind(table, score) !== 'words') continue;
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

/** Refuses scores that are words which a column of expected answers holds as well. */
function checkAnswerWords(table: Table, score: string, free: readonly string[]): void {
  const words = listVerdicts(table, score);
  if (words.size === 0) return;
  const same = free.filter(isExpected).find((column) => {
    const found = listVerdicts(table, column);
    return found.size > 1 && [...words].every((word) => found.has(word));
  });
  if (same === undefined) return;
  throw new RoutesmithError(
    'invalid_outcomes',
    `"${score}" and "${same}" hold the same words, so "${score}" may hold answers`,
    { where: table.file, fix: `Put the scores into "${score}_score".` },
  );
}

/** Whether the name of a column in a wide table, of which scores are read, says that it holds what is expected. */
function isExpected(column: string): boolean {
  const name = normalizeColumnName(column);
  return (
    isExpectedWord(name) || namesExpectedAnswer(name) || /^(?:answer|label|solution)$/.test(name)
  );
}

/** The words that grade in a column, in lower case; none if it holds anything else. */
function listVerdicts(table: Table, column: string): ReadonlySet<string> {
  const words = new Set(listCells(table, column).map((cell) => String(cell).trim().toLowerCase()));
  return [...words].every((word) => readVerdict(word) !== undefined) ? words : new Set();
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

/** The cells of a column that hold something. */
function listCells({ rows }: Table, column: string): readonly JsonValue[] {
  return rows.flatMap(({ members }) => {
    const value = members.ok ? (members.value[column] ?? null) : null;
    return value === null || (typeof value === 'string' && isMissingNumber(value)) ? [] : [value];
  });
}

function findScoreKind(table: Table, column: string): ScoreKind | undefined {
  const kinds = new Set(listCells(table, column).map(findCellKind));
  if (kinds.size === 0 || kinds.has(undefined)) return undefined;
  if (kinds.has('words')) return 'words';
  return kinds.has('grades') ? 'grades' : 'numbers';
}

/** Words that grade an answer, and are none. */
const gradeWord =
  /^(?:pass(?:ed)?|fail(?:ed)?|(?:in)?correct|thumbs[ _-]?(?:up|down)|[👍👎]\p{Emoji_Modifier}?)$/iu;

function findCellKind(cell: JsonValue): ScoreKind | undefined {
  if (typeof cell !== 'string') {
    const number = typeof cell === 'boolean' ? Number(cell) : cell;
    return typeof number === 'number' && number >= 0 && number <= 1 ? 'numbers' : undefined;
  }
  const value = decodeQualityCell(cell, { decimalComma: true });
  if (!value.ok || value.value === null || value.value < 0 || value.value > 1) return undefined;
  if (/\d/.test(cell)) return 'numbers';
  return gradeWord.test(cell.trim()) ? 'grades' : 'words';
}
