import { RoutesmithError } from '../../util/errors.js';
import { quoteWord } from '../../util/quote-word.js';
import { guessColumn } from './column-names.js';

/** Columns of a file by the fields that they hold, as the user gave them. */
export type ColumnMap = ReadonlyMap<string, readonly string[]>;

/** The only field that several columns hold. */
const listField = 'models';

/**
 * Parses `field=column` texts. Only `models` is a list, separated by commas, of columns whose names hold
 * none: the names of others may.
 *
 * @param fields the fields that can be mapped
 * @throws RoutesmithError `usage` for a text without `=`, an unknown field, or a field given twice
 */
export function parseColumnMap(texts: readonly string[], fields: readonly string[]): ColumnMap {
  const map = new Map<string, readonly string[]>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const field = text.slice(0, at);
    const named = text.slice(at + 1);
    const columns = (field === listField ? named.split(',') : [named]).map((name) => name.trim());
    if (at === -1 || columns.some((name) => name === '')) {
      throw usage(`"${text.slice(0, 60)}" is not a mapping`);
    }
    if (fields.length === 0) throw usage('this format has nothing to map');
    if (!fields.includes(field)) {
      throw usage(
        `"${field.slice(0, 60)}" is not a field that can be mapped: ${fields.join(', ')}`,
      );
    }
    if (map.has(field)) throw usage(`"${field}" is mapped twice`);
    map.set(field, columns);
  }
  return map;
}

/**
 * Checks that the mapped columns exist in a file.
 *
 * @throws RoutesmithError `usage`, with the columns of the file and the nearest one
 */
export function checkMappedColumns(map: ColumnMap, columns: readonly string[], file: string): void {
  for (const [field, wanted] of map) {
    const missing = wanted.find((name) => !columns.includes(name));
    if (missing === undefined) continue;
    const parts = missing.split(',').map((name) => name.trim());
    if (field !== listField && parts.length > 1 && parts.every((name) => columns.includes(name))) {
      throw usage(`${field} is one column; you named ${parts.length}`);
    }
    const nearest = guessColumn(missing, columns);
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    throw new RoutesmithError('usage', `--map ${field}: there is no column "${missing}"`, {
      where: file,
      fix: `The columns are ${listColumns(columns)}.${hint}`,
    });
  }
}

/** How to map a column, for a shell: `--map cost_usd=cost`, `--map 'cost_usd=Cost (USD)'`. */
export function writeMapping(field: string, column: string): string {
  return `--map ${quoteWord(`${field}=${column}`)}`;
}

export function quoteColumn(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}

/** Names of columns for a message: the first twenty, in quotes or described otherwise. */
export function listColumns(columns: readonly string[], describeColumn = quoteColumn): string {
  const shown = columns.slice(0, 20).map((name) => describeColumn(name));
  const more = columns.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function usage(what: string): RoutesmithError {
  return new RoutesmithError('usage', `--map: ${what}`, {
    fix: 'Write --map FIELD=COLUMN, such as --map task=category.',
  });
}
