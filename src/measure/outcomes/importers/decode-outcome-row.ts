import type { Prompt } from '../../../llm/chat.js';
import { type JsonObject, type JsonValue, isJsonObject } from '../../../util/json.js';
import { tidyName } from '../../../util/escape-controls.js';
import { success, failure, type Result } from '../../../util/result.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import {
  decodePrompt,
  decodeCell,
  decodeLabel,
  decodeTaskLabel,
  decodeNestedCells,
  decodeWeight,
  numericMembers,
  qualityMembers,
  type OutcomeRow,
} from '../outcome-row.js';
import type { RowFault } from '../unread-value.js';

/** All members of a row that are read. */
export const knownMembers: ReadonlySet<string> = new Set([
  ...numericMembers,
  'prompt_id',
  'id',
  'prompt',
  'question',
  'messages',
  'tools',
  'function',
  'task',
  'category',
  'group',
  'model',
  'models',
  'scores',
]);

export interface ImportedRow extends OutcomeRow {
  /** True if the row has tools that could not be converted. */
  readonly toolsLeftOut: boolean;
}

export type RowLabels = Pick<OutcomeRow, 'id' | 'task' | 'group'>;

/**
 * Decodes a row of the exchange format by the names of its members: `prompt_id` or `id`; `prompt`,
 * `question` or `messages`; `tools` or `function`; `task` or `category`; `group`; `weight`; and either
 * `model` with its numbers, or an object `models` or `scores`.
 */
export function decodeOutcomeRow(
  row: JsonObject,
  ignoreTools: boolean,
): Result<ImportedRow, RowFault> {
  const labels = decodeRowLabels(row);
  if (!labels.ok) return labels;
  const weight = decodeWeight(row['weight']);
  if (!weight.ok) return weight;

  const documents = ignoreTools ? null : (row['tools'] ?? row['function'] ?? null);
  const tools = documents === null ? undefined : convertToolDocuments(documents);
  const prompt = decodeRowPrompt(row, tools, labels.value.id !== undefined);
  if (!prompt.ok) return prompt;
  const decoded = 'model' in row ? decodeLongCell(row) : decodeNestedCells(row);
  if (!decoded.ok) return decoded;
  const cells = decoded.value.cells.map(({ model, values }) => ({ model: model.trim(), values }));
  if (cells.length === 0 && !('model' in row)) return failure('no model has a score');
  return success({
    ...labels.value,
    prompt: prompt.value,
    ...weight.value,
    cells,
    missingCells: decoded.value.missingCells,
    toolsLeftOut: documents !== null && tools === undefined,
  });
}

/** Decodes the id and the labels of a row. Blank ones are omitted. */
export function decodeRowLabels(row: JsonObject): Result<RowLabels> {
  const id = decodeLabel('id', clean(row['prompt_id'] ?? row['id']));
  if (!id.ok) return id;
  const label = clean(row['task'] ?? row['category']);
  const task = decodeTaskLabel(typeof label === 'string' ? tidyName(label) : label);
  if (!task.ok) return task;
  const group = decodeLabel('group', clean(row['group']));
  if (!group.ok) return group;
  return success({ id: id.value, task: task.value, group: group.value });
}

/** Spreadsheets leave spaces around names, which would make two names of one. */
function clean(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  return isBlankCell(value) ? null : value.trim();
}

/** A row may omit the prompt if an earlier row with the same id has it. */
function decodeRowPrompt(
  row: JsonObject,
  tools: readonly JsonObject[] | undefined,
  hasId: boolean,
): Result<Prompt | undefined> {
  const prompt = row['prompt'] ?? row['question'] ?? null;
  const messages = row['messages'] ?? null;
  if (prompt === null && messages === null) {
    return hasId ? success(undefined) : failure('the row has no prompt');
  }
  return decodePrompt({ prompt, messages, tools });
}

function decodeLongCell(
  row: JsonObject,
): Result<Pick<OutcomeRow, 'cells' | 'missingCells'>, RowFault> {
  const model = row['model'];
  if (typeof model !== 'string') return failure('the model is not a string');
  if (isBlankCell(model)) return failure(`the model is blank (${JSON.stringify(model)})`);
  const cell = decodeCell(model, row);
  if (!cell.ok) return cell;
  if (cell.value === undefined) {
    const isMissing = qualityMembers.some((name) => row[name] === null);
    if (!isMissing) return failure(`model ${model.slice(0, 80)} has no quality`);
    return success({ cells: [], missingCells: 1 });
  }
  return success({ cells: [cell.value], missingCells: 0 });
}

/**
 * Converts function descriptions (one, or a list; each with a name, a description and parameters)
 * to tools in OpenAI's format. Parameters are kept even if they are not valid JSON Schema
 * (`"type": "dict"`), because the recorded models received them in this form. Tools that are
 * already in OpenAI's format are kept.
 *
 * @returns undefined if any of them is something else: with fewer tools it is a different prompt
 */
function convertToolDocuments(documents: unknown): readonly JsonObject[] | undefined {
  const list: readonly unknown[] = Array.isArray(documents) ? documents : [documents];
  const tools: JsonObject[] = [];
  for (const document of list) {
    const tool = convertOne(document);
    if (tool === undefined) return undefined;
    tools.push(tool);
  }
  return tools;
}

function convertOne(document: unknown): JsonObject | undefined {
  if (!isJsonObject(document)) return undefined;
  if (typeof document['type'] === 'string') return document;
  const { name, description, parameters } = document;
  if (typeof name !== 'string' || name === '') return undefined;
  if (description !== undefined && typeof description !== 'string') return undefined;
  if (!isJsonObject(parameters)) return undefined;
  return {
    type: 'function',
    function: { name, ...(description === undefined ? {} : { description }), parameters },
  };
}
