import { RoutesmithError } from '../../../util/errors.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { listColumns, quoteColumn } from '../../tables/column-map.js';
import { normalizeColumnName } from '../../tables/column-names.js';
import type { Table } from '../../tables/table.js';

const usDollars = /^(?:usd|us[ -]?\$|\$|us[ -]?dollars?)$/i;
const dollarName = /(?:^|[^a-z])(?:usd|dollars?)(?:$|[^a-z])|\$/;
const otherMoney =
  /(?:^|[^a-z])(?:eur|euros?|gbp|jpy|yen|chf|inr|cny|rmb|krw|brl|cad|aud|sek|nok|dkk|pln|czk|cents?|ct)(?:$|[^a-z])|[€£¥₹₩]/;
const currencyName =
  /^(?:(?:cost|costs|price|total|billing)_)?(?:currency|wahrung|waehrung|devise|moneda|valuta)(?:_code)?$/;

/** Whether a text that states a currency means US dollars. */
export function isUsDollars(text: string): boolean {
  return usDollars.test(text.trim());
}

/** Whether the name of a column says that its amounts are of another currency, or in cents. */
export function namesOtherMoney(column: string): boolean {
  return otherMoney.test(normalizeColumnName(column));
}

/** What to do with such a column. */
export function describeOtherMoney(wanted: string): string {
  return `costs are US dollars: convert it, and name it ${wanted}`;
}

/** A column that is read as costs in US dollars. */
export interface CostColumn {
  readonly column: string;
  /** What its name says besides the name of a model, which may hold anything. */
  readonly words: string;
}

/**
 * Refuses costs of another currency, by the names of their columns or by a column that states it.
 *
 * @param read all columns that are read
 * @param wanted the name that a column of costs should have
 * @throws RoutesmithError `invalid_outcomes`
 */
export function checkUsDollars(
  { columns, rows, file }: Table,
  costs: readonly CostColumn[],
  { read, wanted }: { readonly read: ReadonlySet<string>; readonly wanted: string },
): void {
  const refuse = (what: string): RoutesmithError =>
    new RoutesmithError('invalid_outcomes', what, {
      where: file,
      fix: `Convert the costs to US dollars, and name their column ${wanted}.`,
    });
  const other = costs.find(({ words }) => namesOtherMoney(words));
  if (other !== undefined) throw refuse(`${quoteColumn(other.column)} is not in US dollars`);
  // Where the name says it, a currency beside it is that of something else.
  const unstated = costs.filter(({ words }) => !dollarName.test(normalizeColumnName(words)));
  if (unstated.length === 0) return;
  for (const column of columns) {
    if (read.has(column) || !currencyName.test(normalizeColumnName(column))) continue;
    const found = new Set(
      rows.flatMap(({ members }) => {
        const cell = members.ok ? members.value[column] : null;
        return isBlankCell(cell) ? [] : [String(cell).trim()];
      }),
    );
    const others = [...found].filter((currency) => !isUsDollars(currency));
    if (others.length === 0) continue;
    const listed = listColumns(others.slice(0, 5));
    throw refuse(
      `${quoteColumn(column)} holds ${listed}, so ${quoteColumn(unstated[0]?.column ?? '')} is not in US dollars`,
    );
  }
}
