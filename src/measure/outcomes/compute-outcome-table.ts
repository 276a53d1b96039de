import type { ChatRequest, PromptWithMembers } from '../../llm/chat.js';
import {
  checkKnownName,
  checkMembers,
  checkSetting,
  type MemberTypes,
} from '../../util/check-members.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { findValueProblem } from './outcome-table-builder.js';
import { decodeLabel, decodePrompt, decodeWeight } from './outcome-row.js';
import {
  costBases,
  outcomeColumns,
  type CostBasis,
  type OutcomeColumn,
  type OutcomeTable,
  type PromptRecord,
} from './outcome-table.js';

/**
 * A value for each prompt and model: a row for each prompt, with its values in the order of the
 * models. A missing value is null, undefined or NaN. Rows may be arrays or typed arrays.
 */
export type OutcomeMatrix = readonly ArrayLike<number | null | undefined>[];

/** Outcomes as plain arrays. Every list has an entry for each prompt, in the order of `prompts`. */
export interface OutcomeArrays {
  /** Names of the models, each once. */
  readonly models: readonly string[];
  readonly prompts: readonly PromptWithMembers[];
  /** Graded quality, from 0 to 1. */
  readonly quality: OutcomeMatrix;
  /** @default unknown; without costs, no objective can save money */
  readonly costUsd?: OutcomeMatrix;
  /** Time to the whole answer. @default unknown */
  readonly latencyMs?: OutcomeMatrix;
  /** Time to the first token. @default unknown */
  readonly ttftMs?: OutcomeMatrix;
  /** @default unknown */
  readonly inputTokens?: OutcomeMatrix;
  /** @default unknown */
  readonly outputTokens?: OutcomeMatrix;
  /** Task labels; empty, null or undefined where unknown. @default none is known */
  readonly tasks?: readonly (string | null | undefined)[];
  /** How many prompts each one represents; positive. @default 1 */
  readonly weights?: readonly number[];
  /**
   * Prompts with the same key (empty, null or undefined for none) are never split between training and held-out data. Near-duplicates
   * are grouped in any case. @default no further groups
   */
  readonly groups?: readonly (string | null | undefined)[];
  /** Distinct names of the prompts. @default `prompt-1`, `prompt-2` and so on */
  readonly ids?: readonly string[];
  /** Where the costs come from. @default `recorded`, or `none` without any cost */
  readonly costBasis?: CostBasis;
  /** Whether any of the outcomes is made up; policies and reports say so. @default false */
  readonly simulated?: boolean;
}

const memberTypes: MemberTypes<keyof OutcomeArrays> = {
  models: 'list',
  prompts: 'list',
  quality: 'list',
  costUsd: 'list',
  latencyMs: 'list',
  ttftMs: 'list',
  inputTokens: 'list',
  outputTokens: 'list',
  tasks: 'list',
  weights: 'list',
  groups: 'list',
  ids: 'list',
  costBasis: 'string',
  simulated: 'boolean',
};

/**
 * Makes an outcome table of plain arrays. A cell without a quality is no outcome: its other values
 * are ignored.
 *
 * @throws RoutesmithError `invalid_outcomes` for lists of different lengths, a repeated model or id,
 * an empty prompt, a quality outside [0, 1], or another value that is negative or not finite;
 * `usage` for a missing or an unknown member, and for one of another type
 */
export function computeOutcomeTable(arrays: OutcomeArrays): OutcomeTable {
  checkMembers(arrays, memberTypes, 'arrays');
  for (const name of ['models', 'prompts', 'quality'] as const) {
    const given = (arrays as Partial<OutcomeArrays> | undefined)?.[name];
    checkSetting(given !== undefined, `${name} must be given`, 'arrays');
  }
  const { models, prompts, costBasis = 'recorded', simulated = false } = arrays;
  checkKnownName(costBasis, costBases, 'arrays, costBasis');
  checkNames('models', models);
  checkLengths(arrays);
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, fillColumn(arrays, name)]),
  ) as Record<OutcomeColumn, Float32Array>;
  const hasCosts = columns.costUsd.some((value) => !Number.isNaN(value));
  return {
    models: [...models],
    prompts: prompts.map((prompt, row) => describePrompt(arrays, prompt, row)),
    ...columns,
    costBasis: hasCosts ? costBasis : 'none',
    simulated,
  };
}

const listsByPrompt = ['tasks', 'weights', 'groups', 'ids'] as const;

function checkLengths(arrays: OutcomeArrays): void {
  const { models, prompts } = arrays;
  for (const name of [...outcomeColumns.map((column) => column.name), ...listsByPrompt]) {
    const found = arrays[name]?.length;
    if (found === undefined || found === prompts.length) continue;
    throw invalid(name, `there are ${found} entries for ${prompts.length} prompts`);
  }
  for (const { name } of outcomeColumns) {
    arrays[name]?.forEach((values, row) => {
      const found = (values as typeof values | null)?.length ?? 'no';
      if (found === models.length) return;
      throw invalid(`${name}[${row}]`, `there are ${found} values for ${models.length} models`);
    });
  }
  if (arrays.ids !== undefined) checkNames('ids', arrays.ids);
}

function checkNames(list: string, names: readonly string[]): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const place = `${list}[${index}]`;
    if (typeof name !== 'string' || name.trim() === '') throw invalid(place, 'the name is empty');
    if (seen.has(name)) throw invalid(place, `"${name.slice(0, 80)}" is there twice`);
    seen.add(name);
  });
}

function fillColumn(arrays: OutcomeArrays, name: OutcomeColumn): Float32Array {
  const width = arrays.models.length;
  const column = new Float32Array(arrays.prompts.length * width).fill(Number.NaN);
  arrays[name]?.forEach((values, row) => {
    for (let model = 0; model < width; model++) {
      const value = values[model];
      if (isMissing(value) || isMissing(arrays.quality[row]?.[model])) continue;
      const problem = findValueProblem(name, value);
      if (problem !== undefined) throw invalid(`${name}[${row}][${model}]`, problem);
      column[row * width + model] = value;
    }
  });
  return column;
}

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

function describePrompt(
  arrays: OutcomeArrays,
  prompt: PromptWithMembers,
  row: number,
): PromptRecord {
  checkPrompt(prompt, row);
  const weight = decodeWeight(arrays.weights?.[row]);
  if (!weight.ok) throw invalid(`weights[${row}]`, weight.problem);
  return {
    id: arrays.ids?.[row] ?? `prompt-${row + 1}`,
    prompt,
    task: readLabel(arrays, 'tasks', row),
    group: readLabel(arrays, 'groups', row),
    ...weight.value,
  };
}

function readLabel(
  arrays: OutcomeArrays,
  list: 'tasks' | 'groups',
  row: number,
): string | undefined {
  const label = decodeLabel('the label', arrays[list]?.[row]);
  if (!label.ok) throw invalid(`${list}[${row}]`, label.problem);
  return label.value?.trim() === '' ? undefined : label.value;
}

function checkPrompt(prompt: PromptWithMembers, row: number): void {
  const isChat = isJsonObject(prompt as unknown);
  const { messages, tools }: Partial<ChatRequest> = isChat ? (prompt as ChatRequest) : {};
  const decoded = decodePrompt(isChat ? { messages, tools } : { prompt: prompt as unknown });
  if (!decoded.ok) throw invalid(`prompts[${row}]`, decoded.problem);
}

function invalid(where: string, what: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', what, {
    where,
    fix: 'Correct the arrays: a row for each prompt, a value for each model, null where missing.',
  });
}
