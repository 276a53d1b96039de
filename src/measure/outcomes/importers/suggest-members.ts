import { quoteColumn, writeMapping } from '../../tables/column-map.js';
import { guessField, listFieldNames, normalizeColumnName } from '../../tables/column-names.js';
import { outcomeColumns } from '../outcome-table.js';
import { describeOtherMoney, namesOtherMoney } from './us-dollars.js';

/** Times, which files hold in one of two units. */
const times = outcomeColumns.flatMap((column) =>
  'secondsMember' in column ? [{ ms: column.member, s: column.secondsMember }] : [],
);

const suggested = [
  'task',
  'cost_usd',
  ...times.map(({ ms }) => ms),
  'input_tokens',
  'output_tokens',
];

const unitAtEnd =
  /^(?<base>.+?)(?:_in)?_?[_([/](?:(?<ms>ms|msecs?|millis|milliseconds?)|s|secs?|seconds?|sek|sekunden)[)\]]?$/;

/** What a column that is not read may be meant as, by its name: a time in either unit, if it names none. */
function suggestMembers(column: string, taken: ReadonlySet<string>): readonly string[] {
  const name = normalizeColumnName(column);
  const { base = name, ms } = unitAtEnd.exec(name)?.groups ?? {};
  const time =
    times.find(({ ms: member }) => isNameOf(base, member)) ??
    times.find(({ ms: member }) => member === guessField(column, suggested));
  if (time === undefined) {
    const member = guessField(
      column,
      suggested.filter((other) => !taken.has(other)),
    );
    return member === undefined ? [] : [member];
  }
  if (taken.has(time.ms) || taken.has(time.s)) return [];
  if (base === name) return [time.ms, time.s];
  return [ms === undefined ? time.s : time.ms];
}

function isNameOf(base: string, member: string): boolean {
  const names = listFieldNames(member);
  return names.includes(base) || names.includes(`${base}_ms`);
}

/** An ignored column in quotes, with what it may be meant as, and how to map it. */
export function describeIgnored(column: string, taken: ReadonlySet<string>): string {
  const members = suggestMembers(column, taken);
  if (members.includes('cost_usd') && namesOtherMoney(column)) {
    return addRemark(quoteColumn(column), describeOtherMoney('cost_usd'));
  }
  const mappings = members.map((member) => `if it is ${member}: ${writeMapping(member, column)}`);
  return addRemark(quoteColumn(column), mappings.join('; '));
}

/**
 * The same of what no mapping reaches, and must be renamed.
 *
 * @param taken what is read of the same model
 * @param prefix what stands before the names of measures. @default nothing
 */
export function describeUnmappable(
  column: string,
  taken: ReadonlySet<string>,
  prefix = '',
): string {
  const name = column.startsWith(prefix) ? column.slice(prefix.length) : column;
  const members = suggestMembers(name, taken).filter((member) => member !== 'task');
  if (members.includes('cost_usd') && namesOtherMoney(name)) {
    return addRemark(quoteColumn(column), describeOtherMoney(`${prefix}cost_usd`));
  }
  const names = members.map((member) => prefix + member);
  return addRemark(
    quoteColumn(column),
    names.length === 0 ? '' : `if it is ${names.join(' or ')}: rename it`,
  );
}

function addRemark(quoted: string, remark: string): string {
  return remark === '' ? quoted : `${quoted} (${remark})`;
}
