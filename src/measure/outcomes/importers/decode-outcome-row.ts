import type { Prompt } from '../../../llm/chat.js';
import type { JsonObject } from '../../../util/json.js';
import { decoded, undecodable, type Decoded } from '../../../util/decoded.js';
import { decodePrompt } from '../decode-prompt.js';
import { decodeCell, decodeLabel, decodeNestedCells, type OutcomeRow } from '../outcome-row.js';
import { decodeWeight } from '../prompt-weights.js';
import { convertToolDocuments } from './convert-tool-documents.js';

/** Members of a row that hold a number. */
export const numericMembers: ReadonlySet<string> = new Set([
  'quality',
  'correct',
  'score',
  'cost_usd',
  'latency_ms',
  'latency_s',
  'ttft_ms',
  'ttft_s',
  'input_tokens',
  'output_tokens',
  'weight',
]);

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
  /** True when the row has tools that could not be converted. */
  readonly toolsLeftOut: boolean;
}

/**
 * Decodes a row of the exchange form, by the names of its members: `prompt_id` or `id`; `prompt`,
 * `question` or `messages`; `tools` or `function`; `task` or `category`; `group`; `weight`; and either
 * `model` with its numbers, or an object `models` or `scores`.
 */
export function decodeOutcomeRow(row: JsonObject, ignoreTools: boolean): Decoded<ImportedRow> {
  const id = decodeLabel('id', row['prompt_id'] ?? row['id']);
  if (!id.ok) return id;
  const task = decodeLabel('task', row['task'] ?? row['category']);
  if (!task.ok) return task;
  const group = decodeLabel('group', row['group']);
  if (!group.ok) return group;
  const weight = decodeWeight(row['weight']);
  if (!weight.ok) return weight;

  const documents = ignoreTools ? null : (row['tools'] ?? row['function'] ?? null);
  const tools = documents === null ? undefined : convertToolDocuments(documents);
  const prompt = decodeRowPrompt(row, tools, id.value !== undefined);
  if (!prompt.ok) return prompt;
  const cells = 'model' in row ? decodeLongCell(row) : decodeNestedCells(row);
  if (!cells.ok) return cells;
  if (cells.value.cells.length === 0) return undecodable('no model has a score');
  return decoded({
    id: id.value,
    prompt: prompt.value,
    task: task.value,
    group: group.value,
    ...weight.value,
    ...cells.value,
    toolsLeftOut: documents !== null && tools === undefined,
  });
}

/** Rows of one model each may leave the prompt to an earlier row with the same id. */
function decodeRowPrompt(
  row: JsonObject,
  tools: readonly JsonObject[] | undefined,
  hasId: boolean,
): Decoded<Prompt | undefined> {
  const prompt = row['prompt'] ?? row['question'] ?? null;
  const messages = row['messages'] ?? null;
  if (prompt === null && messages === null && hasId) return decoded(undefined);
  return decodePrompt({ prompt, messages, tools });
}

function decodeLongCell(row: JsonObject): Decoded<Pick<OutcomeRow, 'cells' | 'missingCells'>> {
  const model = row['model'];
  if (typeof model !== 'string') return undecodable('the model is not a text');
  const cell = decodeCell(model, row);
  if (!cell.ok) return cell;
  if (cell.value === undefined) return undecodable(`model ${model.slice(0, 80)} has no quality`);
  return decoded({ cells: [cell.value], missingCells: 0 });
}
