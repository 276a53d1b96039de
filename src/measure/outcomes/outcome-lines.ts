import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import {
  decodePrompt,
  decodeLabel,
  decodeTaskLabel,
  decodeNestedCells,
  type OutcomeCell,
  decodeWeight,
} from './outcome-row.js';
import { success, failure, type Result } from '../../util/result.js';
import { outcomeColumns, type OutcomeTable, type PromptRecord } from './outcome-table.js';
import { RoutesmithError } from '../../util/errors.js';
import { readTextFile } from '../../util/read-text-file.js';
import { createOutcomeTableBuilder } from './outcome-table-builder.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import type { RunInfo } from './run.js';
import { describeFault } from './unread-value.js';

/** A line of a run's `outcomes.jsonl`: a prompt with the outcomes of all models. */
export interface OutcomeLine {
  readonly prompt: PromptRecord;
  readonly cells: readonly OutcomeCell[];
}

/**
 * Yields one JSON line per prompt, with its line break: `id`, `prompt` (or `messages` and `tools`),
 * `task`, `group`, `weight`, and `models` with the cells that have a quality.
 */
export function* encodeOutcomeLines(table: OutcomeTable): Generator<string> {
  for (const [row, { id, prompt, task, group, weight }] of table.prompts.entries()) {
    const models: [string, JsonObject][] = [];
    for (const [column, model] of table.models.entries()) {
      const cell = row * table.models.length + column;
      if (!Number.isNaN(table.quality[cell])) models.push([model, encodeCell(table, cell)]);
    }
    const line = {
      id,
      ...(typeof prompt === 'string' ? { prompt } : prompt),
      ...(task === undefined ? {} : { task }),
      ...(group === undefined ? {} : { group }),
      ...(weight === undefined ? {} : { weight }),
      models: Object.fromEntries(models),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** Decodes a line that `encodeOutcomeLines` wrote. */
export function decodeOutcomeLine(line: unknown): Result<OutcomeLine> {
  if (!isJsonObject(line)) return failure('the line is not a JSON object');
  const { id } = line;
  if (typeof id !== 'string') return failure('the line has no id');
  const prompt = decodePrompt(line);
  if (!prompt.ok) return prompt;
  const task = decodeTaskLabel(line['task']);
  if (!task.ok) return task;
  const group = decodeLabel('group', line['group']);
  if (!group.ok) return group;
  const weight = decodeWeight(line['weight']);
  if (!weight.ok) return weight;
  const cells = decodeNestedCells(line);
  if (!cells.ok) return failure(describeFault(cells.problem));
  return success({
    prompt: { id, prompt: prompt.value, task: task.value, group: group.value, ...weight.value },
    cells: cells.value.cells,
  });
}

function encodeCell(table: OutcomeTable, cell: number): JsonObject {
  const members: [string, JsonValue][] = [];
  for (const { name, member } of outcomeColumns) {
    const value = table[name][cell] as number;
    if (!Number.isNaN(value)) members.push([member, shortestDecimal(value)]);
  }
  return Object.fromEntries(members);
}

/** The shortest decimal with the same 32-bit value: 0.1 instead of 0.10000000149011612. */
function shortestDecimal(value: number): number {
  if (Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/**
 * Reads the table of an imported run from its `outcomes.jsonl`.
 *
 * @throws RoutesmithError `invalid_outcomes`, with file and line, for any invalid line: unlike an
 * import, a file that Routesmith wrote has no bad rows
 */
export async function readImportedTable(file: string, info: RunInfo): Promise<OutcomeTable> {
  const builder = createOutcomeTableBuilder(info);
  for (const { id } of info.models) builder.addModel(id);
  const ids = new Set<string>();
  for (const parsed of parseJsonLines(await readTextFile(file))) {
    const row: Result<OutcomeLine> = parsed.ok ? decodeOutcomeLine(parsed.value) : parsed;
    const where = `${file}:${parsed.line}`;
    if (!row.ok) throw invalid(where, row.problem);
    const { prompt, cells } = row.value;
    if (ids.has(prompt.id)) throw invalid(where, `the id ${prompt.id.slice(0, 80)} is used twice`);
    ids.add(prompt.id);
    builder.addPrompt(prompt);
    for (const { model, values } of cells) builder.addOutcome(prompt.id, model, values);
  }
  return builder.build();
}

function invalid(where: string, problem: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', problem, {
    where,
    fix: 'Import the outcomes again.',
  });
}
