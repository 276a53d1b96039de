import type { Prompt } from '../../llm/chat.js';
import { shareProblem } from '../../util/checks.js';
import { isPlainName, plainNameProblem } from '../../util/escape-controls.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';
import { success, failure, type Result } from '../../util/result.js';
import { findValueProblem } from './outcome-table-builder.js';
import { outcomeColumns, type OutcomeValues, type PromptRecord } from './outcome-table.js';
import { parseExampleFields } from '../tasks/example-schema.js';
import { unreadGrade, unreadMeasure, type RowFault } from './unread-value.js';

/** One model's outcome in a row. */
export interface OutcomeCell {
  readonly model: string;
  readonly values: OutcomeValues;
}

/** A row of a file of outcomes: a prompt, and the outcomes of one or more models. */
export interface OutcomeRow {
  readonly id: string | undefined;
  /** Undefined if an earlier row with the same id has the prompt. */
  readonly prompt: Prompt | undefined;
  readonly task: string | undefined;
  readonly group: string | undefined;
  /** As in `PromptRecord`. */
  readonly weight?: number;
  readonly cells: readonly OutcomeCell[];
  /** Number of models that the row names without a quality. */
  readonly missingCells: number;
}

/** The members of a row that can hold the quality. */
export const qualityMembers = ['quality', 'correct', 'score'] as const;

/** The optional numbers of a cell: column, name in files, and factor to the column's unit. */
const optionalMembers = outcomeColumns.flatMap((column) => {
  if (column.name === 'quality') return [];
  const { name, member } = column;
  const whole = { name, member, factor: 1 };
  if (!('secondsMember' in column)) return [whole];
  return [whole, { name, member: column.secondsMember, factor: 1000 }];
});

/** Members of a row with a numeric value. */
export const numericMembers: ReadonlySet<string> = new Set([
  ...qualityMembers,
  ...optionalMembers.map(({ member }) => member),
  'weight',
]);

/** Those of them that count something. */
export const countMembers: ReadonlySet<string> = new Set(['input_tokens', 'output_tokens']);

/**
 * Decodes the cells of a nested row: `models`, an object per model, or `scores`, a number (or
 * boolean) per model. A null is a missing cell.
 */
export function decodeNestedCells(
  row: JsonObject,
): Result<Pick<OutcomeRow, 'cells' | 'missingCells'>, RowFault> {
  const byModel = row['models'] ?? row['scores'];
  if (!isJsonObject(byModel))
    return failure('the row has no "model", and no object "models" or "scores"');
  const cells: OutcomeCell[] = [];
  let missingCells = 0;
  for (const [model, recorded] of Object.entries(byModel)) {
    const cell = decodeCell(model, isJsonObject(recorded) ? recorded : { quality: recorded });
    if (!cell.ok) return cell;
    if (cell.value === undefined) missingCells++;
    else cells.push(cell.value);
  }
  return success({ cells, missingCells });
}

/**
 * Decodes one cell from its members in a file.
 *
 * @returns undefined for a cell without a quality, which is a missing cell
 */
export function decodeCell(
  model: string,
  members: JsonObject,
): Result<OutcomeCell | undefined, RowFault> {
  const describe = (problem: string): string =>
    `model ${model.slice(0, 80)}: ${problem.slice(0, 200)}`;
  const failMeasure = (problem: string, value: unknown): Result<never, RowFault> =>
    failure(unreadMeasure(describe(problem), value));
  if (model.trim() === '') return failure('a model has an empty name');
  const recorded = qualityMembers.map((name) => members[name] ?? null).filter((v) => v !== null);
  if (recorded.length > 1) {
    const problem = describe(`use only one of ${qualityMembers.join(', ')}`);
    return failure(unreadGrade(problem, recorded.map(String).join(' and ')));
  }
  const quality = typeof recorded[0] === 'boolean' ? Number(recorded[0]) : recorded[0];
  if (quality === undefined) return success(undefined);
  if (typeof quality !== 'number') {
    const problem = `quality ${shareProblem}, not ${JSON.stringify(quality)}`;
    return failure(unreadGrade(describe(problem), quality));
  }
  const qualityProblem = findValueProblem('quality', quality);
  if (qualityProblem !== undefined) return failure(unreadGrade(describe(qualityProblem), quality));
  const values: { -readonly [Name in keyof OutcomeValues]: OutcomeValues[Name] } = {
    quality,
  };
  for (const { name, member, factor } of optionalMembers) {
    const value = members[member] ?? null;
    if (value === null || values[name] !== undefined) continue;
    if (typeof value !== 'number') return failMeasure(`${member} must be a number`, value);
    const problem = findValueProblem(name, value * factor);
    if (problem !== undefined) return failMeasure(problem, value);
    values[name] = value * factor;
  }
  return success({ model, values });
}

/** Decodes a label of a row: a string or a number. Null and the empty string mean no label. */
export function decodeLabel(name: string, value: unknown): Result<string | undefined> {
  if (value === undefined || value === null || value === '') return success(undefined);
  if (typeof value === 'string') return success(value);
  if (typeof value === 'number') return success(String(value));
  return failure(`${name} must be a string`);
}

/** Decodes the label of a task: a label that is a plain name. */
export function decodeTaskLabel(value: unknown): Result<string | undefined> {
  const label = decodeLabel('task', value);
  return label.ok && !isPlainName(label.value ?? '') ? failure(`task ${plainNameProblem}`) : label;
}

/** The members of a prompt, not yet validated. */
export interface PromptMembers {
  readonly prompt?: unknown;
  readonly messages?: unknown;
  readonly tools?: unknown;
}

/**
 * Decodes a prompt: a text, or messages in OpenAI's format, by the rules of task sets. With tools, a
 * text becomes one user message. Null members count as absent, and so does an empty list of tools.
 */
export function decodePrompt({ prompt, messages, tools }: PromptMembers): Result<Prompt> {
  const someTools = Array.isArray(tools) && tools.length === 0 ? null : (tools ?? null);
  // Most prompts are plain text and need no schema.
  if (typeof prompt === 'string' && (messages ?? null) === null && someTools === null) {
    return /\S/.test(prompt) ? success(prompt) : failure('the prompt is empty');
  }
  const members = { prompt: prompt ?? null, messages: messages ?? null, tools: someTools };
  const parsed = parseExampleFields(members);
  if (!parsed.ok) return parsed;
  const fields = parsed.value;
  const request = {
    messages: fields.messages ?? [{ role: 'user' as const, content: fields.prompt ?? '' }],
  };
  return success(fields.tools === undefined ? request : { ...request, tools: fields.tools });
}

/** Decodes the weight of a prompt to a member of its record. A weight of 1 is omitted. */
export function decodeWeight(value: unknown): Result<Pick<PromptRecord, 'weight'>> {
  if (value === undefined || value === null || value === 1) return success({});
  if (typeof value === 'number' && value > 0 && value < Infinity) return success({ weight: value });
  return failure(
    `weight must be a positive number, not ${JSON.stringify(value)?.slice(0, 40) ?? typeof value}`,
  );
}
