import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { decodePrompt } from './decode-prompt.js';
import { decoded, undecodable, type Decoded } from '../../util/decoded.js';
import { decodeLabel, decodeNestedCells, type OutcomeCell } from './outcome-row.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';
import { decodeWeight } from './prompt-weights.js';

/** A line of a run's `outcomes.jsonl`: a prompt with the outcomes of all models. */
export interface OutcomeLine {
  readonly prompt: PromptRecord;
  readonly cells: readonly OutcomeCell[];
}

/**
 * One JSON line per prompt, each with its newline: `id`, `prompt` (or `messages` and `tools`),
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

/** Decodes what `encodeOutcomeLines` wrote. */
export function decodeOutcomeLine(line: unknown): Decoded<OutcomeLine> {
  if (!isJsonObject(line)) return undecodable('the line is not a JSON object');
  const { id } = line;
  if (typeof id !== 'string') return undecodable('the line has no id');
  const prompt = decodePrompt(line);
  if (!prompt.ok) return prompt;
  const task = decodeLabel('task', line['task']);
  if (!task.ok) return task;
  const group = decodeLabel('group', line['group']);
  if (!group.ok) return group;
  const weight = decodeWeight(line['weight']);
  if (!weight.ok) return weight;
  const cells = decodeNestedCells(line);
  if (!cells.ok) return cells;
  return decoded({
    prompt: { id, prompt: prompt.value, task: task.value, group: group.value, ...weight.value },
    cells: cells.value.cells,
  });
}

function encodeCell(table: OutcomeTable, cell: number): JsonObject {
  const members: [string, JsonValue][] = [];
  const add = (name: string, column: Float32Array): void => {
    const value = column[cell] as number;
    if (!Number.isNaN(value)) members.push([name, shortestDecimal(value)]);
  };
  add('quality', table.quality);
  add('cost_usd', table.costUsd);
  add('latency_ms', table.latencyMs);
  add('ttft_ms', table.ttftMs);
  add('input_tokens', table.inputTokens);
  add('output_tokens', table.outputTokens);
  return Object.fromEntries(members);
}

/** The shortest number that is the same one in 32 bits: 0.1 instead of 0.10000000149011612. */
function shortestDecimal(value: number): number {
  if (Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
