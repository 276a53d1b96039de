import { canonicalJson } from '../../../util/canonical-json.js';
import type { Prompt } from '../../../llm/chat.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { sha256OfJson } from '../../../util/sha256.js';
import { failure, success, type Result } from '../../../util/result.js';
import { numericMembers, type OutcomeRow } from '../outcome-row.js';
import { decodeOutcomeRow, knownMembers } from './decode-outcome-row.js';
import type { ImportTarget } from './import-target.js';
import { parseOutcomesCsv } from './parse-outcomes-csv.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';
import { parseDecimal } from './parse-score.js';

export interface OutcomeRowsOptions {
  /** The label of all prompts, in place of the rows' own labels. */
  readonly task?: string | undefined;
  /** Omit the tools of rows. Default: false, they are part of the prompt. */
  readonly ignoreTools?: boolean | undefined;
}

/** A prompt of an earlier row. */
interface SeenPrompt {
  /** The id in the table; undefined if the prompt is excluded. */
  readonly id: string | undefined;
  readonly prompt: Prompt;
  readonly weight: number | undefined;
}

/**
 * Imports outcomes in the exchange format: CSV or JSONL with one row per prompt and model, or JSONL
 * with one row per prompt and an object `models` or `scores`. Rows with the same id are one prompt;
 * rows without an id are one prompt if their prompts are equal. The weight is that of the first row;
 * later rows may omit it.
 */
export async function importOutcomeRows(
  files: readonly string[],
  options: OutcomeRowsOptions,
  target: ImportTarget,
): Promise<void> {
  const seen = new Map<string, SeenPrompt>();
  const unreadMembers = new Set<string>();
  let missingCells = 0;
  let unconvertedTools = 0;

  function addMembers(members: JsonObject): string | undefined {
    for (const name of Object.keys(members)) {
      if (unreadMembers.size < 20 && !knownMembers.has(name)) unreadMembers.add(name);
    }
    const row = decodeOutcomeRow(members, options.ignoreTools ?? false);
    if (!row.ok) return row.problem;
    if (row.value.toolsLeftOut) unconvertedTools++;
    const opened = openPrompt(row.value, options.task, seen, target);
    if (!opened.ok) return opened.problem;
    missingCells += row.value.missingCells;
    if (opened.value === undefined) return undefined;
    for (const { model, values } of row.value.cells) target.addOutcome(opened.value, model, values);
    return undefined;
  }

  for (const file of files) {
    const text = await readTextFile(file);
    const take = (line: number, members: Result<JsonObject>): void => {
      target.countRow();
      const problem = members.ok ? addMembers(members.value) : members.problem;
      if (problem !== undefined) target.reject({ file, line, problem });
    };
    if (/\.(csv|tsv)(\.gz)?$/i.test(file)) readCsv(text, file, take);
    else readJsonLines(text, take);
  }
  if (missingCells > 0) target.note(`${missingCells} cells have no quality and count as missing`);
  if (unconvertedTools > 0) {
    target.note(
      `${unconvertedTools} rows have tools that cannot be converted; the tools are omitted`,
    );
  }
  if (unreadMembers.size > 0) {
    const names = [...unreadMembers].map((name) => JSON.stringify(name.slice(0, 40)));
    target.note(`ignored columns: ${names.join(', ')}`);
  }
}

type TakeRow = (line: number, members: Result<JsonObject>) => void;

function readJsonLines(text: string, take: TakeRow): void {
  for (const parsed of parseJsonLines(text)) {
    if (!parsed.ok) take(parsed.line, parsed);
    else if (isJsonObject(parsed.value)) take(parsed.line, success(parsed.value));
    else take(parsed.line, failure('the line is not a JSON object'));
  }
}

function readCsv(text: string, file: string, take: TakeRow): void {
  let names: readonly string[] = [];
  parseOutcomesCsv(text, file, {
    onHeader(header) {
      names = header;
    },
    onRow({ line, cells }) {
      take(line, cells.ok ? decodeCells(names, cells.value) : cells);
    },
  });
}

function decodeCells(names: readonly string[], cells: readonly string[]): Result<JsonObject> {
  const members: [string, JsonValue][] = [];
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    if (!numericMembers.has(name)) {
      members.push([name, cell]);
      continue;
    }
    const word = cell.trim().toLowerCase();
    const number = word === 'true' ? 1 : word === 'false' ? 0 : parseDecimal(cell);
    if (number === undefined) {
      return failure(`${name}: "${cell.slice(0, 40)}" is not a number`);
    }
    members.push([name, number]);
  }
  return success(Object.fromEntries(members));
}

/** @returns the id of the row's prompt in the table, or undefined if it is excluded */
function openPrompt(
  row: OutcomeRow,
  task: string | undefined,
  seen: Map<string, SeenPrompt>,
  target: ImportTarget,
): Result<string | undefined> {
  const id = row.id ?? (row.prompt === undefined ? '' : sha256OfJson(row.prompt).slice(0, 16));
  const known = seen.get(id);
  if (known !== undefined) {
    if (row.prompt !== undefined && !isSamePrompt(row.prompt, known.prompt)) {
      return failure(`the id ${id.slice(0, 80)} already belongs to another prompt`);
    }
    if (row.weight !== undefined && row.weight !== known.weight) {
      return failure(`weight ${row.weight}, but the prompt already has ${known.weight ?? 1}`);
    }
    return success(known.id);
  }
  if (row.prompt === undefined) return failure('the row has no prompt');
  const added = target.addPrompt({
    id,
    prompt: row.prompt,
    task: task ?? row.task,
    group: row.group,
    ...(row.weight !== undefined && { weight: row.weight }),
  });
  seen.set(id, { id: added, prompt: row.prompt, weight: row.weight });
  return success(added);
}

function isSamePrompt(a: Prompt, b: Prompt): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
