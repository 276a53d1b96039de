import { RoutesmithError } from '../../../util/errors.js';
import {
  checkMappedColumns,
  listColumns,
  writeMapping,
  type ColumnMap,
} from '../../tables/column-map.js';
import { guessColumn, normalizeColumnName } from '../../tables/column-names.js';
import type { Table } from '../../tables/table.js';
import { qualityMembers } from '../outcome-row.js';
import { knownMembers } from './decode-outcome-row.js';
import { findAnswerColumn } from './failed-calls.js';
import { describeIgnored } from './suggest-members.js';

/** The members that `--map` can name in the exchange format. */
export const mappableMembers: readonly string[] = [...knownMembers];

/** The member of the exchange format that each column holds. */
export interface ResolvedColumns {
  readonly memberOf: ReadonlyMap<string, string>;
  /** Columns that are not read, each with what it may be meant as. */
  readonly ignored: readonly { readonly column: string; readonly described: string }[];
}

/**
 * Finds the member that each column holds: as mapped, as the aliases of a tool's format say, by its name, or by its name in another
 * spelling (`Cost USD` is `cost_usd`). Nothing else is guessed; a similar name is only suggested.
 *
 * @throws RoutesmithError `invalid_outcomes` if a column for the prompt, the model or the quality is
 * missing, with the columns of the file and the one that is likely meant
 */
export function resolveColumns(
  table: Table,
  map: ColumnMap,
  aliases: ReadonlyMap<string, string> = new Map(),
): ResolvedColumns {
  const { columns, file } = table;
  checkMappedColumns(map, columns, file);
  if ((map.get('models')?.length ?? 0) > 1) {
    throw new RoutesmithError('usage', '--map models: here it is one column with an object', {
      where: file,
      fix: 'For one column of scores per model, use --format wide.',
    });
  }
  const memberOf = new Map<string, string>();
  for (const [member, [column]] of map) if (column !== undefined) memberOf.set(column, member);
  for (const [member, column] of aliases) {
    if (columns.includes(column) && !memberOf.has(column)) memberOf.set(column, member);
  }
  const isTaken = (member: string): boolean =>
    [...memberOf.values()].includes(member) || listReplaced(map).has(member);
  for (const column of columns) {
    if (knownMembers.has(column) && !memberOf.has(column) && !isTaken(column)) {
      memberOf.set(column, column);
    }
  }
  for (const column of columns) {
    const name = normalizeColumnName(column);
    if (knownMembers.has(name) && !memberOf.has(column) && !isTaken(name)) {
      memberOf.set(column, name);
    }
  }
  if (!map.has('scores')) checkScores(table, memberOf);
  checkColumns(table, memberOf);
  const taken = new Set(memberOf.values());
  const ignored = columns
    .filter((column) => !memberOf.has(column))
    .map((column) => ({ column, described: describeIgnored(column, taken) }));
  return { memberOf, ignored };
}

/** Members that say the same of a row: where one is mapped, no other is read beside it. */
const synonyms: readonly (readonly string[])[] = [
  ['prompt_id', 'id'],
  ['prompt', 'question', 'messages'],
  ['tools', 'function'],
  ['task', 'category'],
  qualityMembers,
  ['model', 'models', 'scores'],
  ['latency_ms', 'latency_s'],
  ['ttft_ms', 'ttft_s'],
];

/** The members that are not read under their own names, because a synonym is mapped. */
function listReplaced(map: ColumnMap): ReadonlySet<string> {
  return new Set(synonyms.filter((names) => names.some((name) => map.has(name))).flat());
}

/** What a file needs at least one of, and the member that a suggestion names. */
const needed = [
  { what: 'the prompt', member: 'prompt', names: ['prompt', 'question', 'messages'] },
  { what: 'the model', member: 'model', names: ['model', 'models', 'scores'] },
  { what: 'the quality', member: 'quality', names: [...qualityMembers, 'models', 'scores'] },
] as const;

function checkColumns({ columns, rows, file }: Table, memberOf: ReadonlyMap<string, string>): void {
  if (rows.every(({ members }) => !members.ok)) return;
  const members = new Set(memberOf.values());
  const free = columns.filter((column) => !memberOf.has(column));
  for (const { what, member, names } of needed) {
    if (names.some((name) => members.has(name))) continue;
    const meant = guessColumn(member, free);
    throw new RoutesmithError('invalid_outcomes', `there is no column for ${what}`, {
      where: file,
      fix:
        `The columns are ${listColumns(columns)}. ` +
        (meant === undefined
          ? describeWide(member, names)
          : `Did you mean "${meant}"? Then add ${writeMapping(member, meant)}.`),
    });
  }
}

/** Logs of evaluations have several scores of one answer, and their names are not models. */
function checkScores({ columns, file }: Table, memberOf: ReadonlyMap<string, string>): void {
  const members = new Set(memberOf.values());
  const answer = findAnswerColumn(columns);
  if (!members.has('scores') || members.has('model') || members.has('models')) return;
  if (answer === undefined) return;
  throw new RoutesmithError(
    'invalid_outcomes',
    `a row has one answer ("${answer}"), so its "scores" are not those of several models`,
    {
      where: file,
      fix:
        'Give each row the model that answered and one of the scores, as "model" and "quality". ' +
        'If the names in "scores" are models, add --map scores=scores.',
    },
  );
}

function describeWide(member: string, names: readonly string[]): string {
  const named = `Name one ${names.map((name) => `"${name}"`).join(' or ')}, or add --map ${member}=COLUMN.`;
  if (member !== 'model') return named;
  return `${named} For a file with one column of scores per model, use --format wide.`;
}
