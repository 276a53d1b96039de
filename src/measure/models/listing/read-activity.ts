import { RoutesmithError } from '../../../util/errors.js';
import { parseCellCount, parseCellNumber } from '../../tables/parse-cell-number.js';
import { readTable } from '../../tables/read-table.js';
import type { JsonObject } from '../../../util/json.js';

/** What a model was used for, by an account's own record. */
export interface ModelActivity {
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** The columns of OpenRouter's export: one row per request, or one per day and model. */
const columns = {
  model: ['model_permaslug', 'model', 'model_slug'],
  costUsd: ['cost_total', 'usage'],
  ownKeyCostUsd: ['byok_usage_inference'],
  inputTokens: ['tokens_prompt', 'prompt_tokens'],
  outputTokens: ['tokens_completion', 'completion_tokens'],
  requests: ['requests'],
} as const;

/**
 * Reads OpenRouter's activity export (CSV or JSON), and sums it by model, most expensive first.
 * Canceled requests count: they are charged for. So does what requests with a provider's key of your
 * own cost there, which OpenRouter does not charge. It holds no prompts and no grades.
 *
 * @throws RoutesmithError `invalid_input` for another file, or a cell that is not a number
 */
export async function readActivity(file: string): Promise<readonly ModelActivity[]> {
  const { rows, columns: names } = await readTable(file);
  const find = (wanted: readonly string[]): string | undefined =>
    wanted.find((name) => names.includes(name));
  const model = find(columns.model);
  const cost = find(columns.costUsd);
  if (model === undefined || cost === undefined) {
    throw new RoutesmithError('invalid_input', "this is not OpenRouter's activity export", {
      where: file,
      fix: 'It has the columns model_permaslug and cost_total. Export it at openrouter.ai/activity.',
    });
  }
  const sums = new Map<string, ModelActivity>();
  for (const { line, members } of rows) {
    if (!members.ok) throw invalidRow(file, line, members.problem);
    const row = members.value;
    const name = String(row[model] ?? '').trim();
    const read = (column: string | undefined): number => readNumber(row, column, file, line);
    if (name === '') continue;
    const sum = sums.get(name) ?? {
      model: name,
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 0,
    };
    const requests = find(columns.requests);
    sums.set(name, {
      model: name,
      requests: sum.requests + (requests === undefined ? 1 : read(requests)),
      inputTokens: sum.inputTokens + read(find(columns.inputTokens)),
      outputTokens: sum.outputTokens + read(find(columns.outputTokens)),
      costUsd: sum.costUsd + read(cost) + read(find(columns.ownKeyCostUsd)),
    });
  }
  return [...sums.values()].sort((a, b) => b.costUsd - a.costUsd);
}

function readNumber(
  row: JsonObject,
  column: string | undefined,
  file: string,
  line: number,
): number {
  const cell = column === undefined ? undefined : row[column];
  if (cell === undefined || cell === null || cell === '') return 0;
  if (typeof cell === 'number') return cell;
  const isCost = [...columns.costUsd, ...columns.ownKeyCostUsd].some((name) => name === column);
  const parse = isCost ? parseCellNumber : parseCellCount;
  const parsed = parse(String(cell), { decimalComma: false });
  if (!parsed.ok) throw invalidRow(file, line, `${column}: ${parsed.problem}`);
  return parsed.value;
}

function invalidRow(file: string, line: number, what: string): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where: `${file}:${line}`,
    fix: 'Export the file again.',
  });
}
