import type { Prompt } from '../../llm/chat.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';
import { decoded, undecodable, type Decoded } from '../../util/decoded.js';
import { findValueProblem, type CellOutcomeValues } from './outcome-table-builder.js';

/** One model's outcome in a row. */
export interface OutcomeCell {
  readonly model: string;
  readonly values: CellOutcomeValues;
}

/** A row of a file of outcomes: a prompt, and what one or several models made of it. */
export interface OutcomeRow {
  readonly id: string | undefined;
  /** Undefined where the row leaves it to an earlier row of the same id. */
  readonly prompt: Prompt | undefined;
  readonly task: string | undefined;
  readonly group: string | undefined;
  /** As in `PromptRecord`. */
  readonly weight?: number;
  readonly cells: readonly OutcomeCell[];
  /** Models that the row names without a quality. */
  readonly missingCells: number;
}

/** Optional numbers of a cell, their names in files, and what to multiply them by. */
const fileMembers = [
  { name: 'costUsd', member: 'cost_usd', factor: 1 },
  { name: 'latencyMs', member: 'latency_ms', factor: 1 },
  { name: 'latencyMs', member: 'latency_s', factor: 1000 },
  { name: 'ttftMs', member: 'ttft_ms', factor: 1 },
  { name: 'ttftMs', member: 'ttft_s', factor: 1000 },
  { name: 'inputTokens', member: 'input_tokens', factor: 1 },
  { name: 'outputTokens', member: 'output_tokens', factor: 1 },
] as const;

const qualityMembers = ['quality', 'correct', 'score'] as const;

/**
 * Decodes the cells of a nested row: `models`, an object per model, or `scores`, a number (or
 * boolean) per model. A null is a missing cell.
 */
export function decodeNestedCells(
  row: JsonObject,
): Decoded<Pick<OutcomeRow, 'cells' | 'missingCells'>> {
  const byModel = row['models'] ?? row['scores'];
  if (!isJsonObject(byModel))
    return undecodable('the row has no "model", and no object "models" or "scores"');
  const cells: OutcomeCell[] = [];
  let missingCells = 0;
  for (const [model, recorded] of Object.entries(byModel)) {
    const cell = decodeCell(model, isJsonObject(recorded) ? recorded : { quality: recorded });
    if (!cell.ok) return cell;
    if (cell.value === undefined) missingCells++;
    else cells.push(cell.value);
  }
  return decoded({ cells, missingCells });
}

/**
 * Decodes one cell from members as they are named in files.
 *
 * @returns undefined for a cell without a quality, which is a missing cell
 */
export function decodeCell(model: string, members: JsonObject): Decoded<OutcomeCell | undefined> {
  const fail = (problem: string): Decoded<never> =>
    undecodable(`model ${model.slice(0, 80)}: ${problem.slice(0, 200)}`);
  if (model.trim() === '') return undecodable('a model has an empty name');
  const recorded = qualityMembers.map((name) => members[name] ?? null).filter((v) => v !== null);
  if (recorded.length > 1) return fail(`use only one of ${qualityMembers.join(', ')}`);
  const quality = typeof recorded[0] === 'boolean' ? Number(recorded[0]) : recorded[0];
  if (quality === undefined) return decoded(undefined);
  if (typeof quality !== 'number') {
    return fail(`quality must be a number from 0 to 1, not ${JSON.stringify(quality)}`);
  }
  const qualityProblem = findValueProblem('quality', quality);
  if (qualityProblem !== undefined) return fail(qualityProblem);
  const values: { -readonly [Name in keyof CellOutcomeValues]: CellOutcomeValues[Name] } = {
    quality,
  };
  for (const { name, member, factor } of fileMembers) {
    const value = members[member] ?? null;
    if (value === null || values[name] !== undefined) continue;
    if (typeof value !== 'number') return fail(`${member} must be a number`);
    const problem = findValueProblem(name, value * factor);
    if (problem !== undefined) return fail(problem);
    values[name] = value * factor;
  }
  return decoded({ model, values });
}

/** A label of a row: a text, or a number written as one; null and the empty text are none. */
export function decodeLabel(name: string, value: unknown): Decoded<string | undefined> {
  if (value === undefined || value === null || value === '') return decoded(undefined);
  if (typeof value === 'string') return decoded(value);
  if (typeof value === 'number') return decoded(String(value));
  return undecodable(`${name} must be a text`);
}
