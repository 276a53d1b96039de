/** The ends of names of measures, by the member that they are read as. */
const measureNames: Readonly<Record<string, string>> = {
  cost_usd: 'cost_usd',
  cost: 'cost_usd',
  total_cost: 'cost_usd',
  latency_ms: 'latency_ms',
  latency_s: 'latency_s',
  ttft_ms: 'ttft_ms',
  ttft_s: 'ttft_s',
  input_tokens: 'input_tokens',
  prompt_tokens: 'input_tokens',
  output_tokens: 'output_tokens',
  completion_tokens: 'output_tokens',
};

const scoreNames: readonly string[] = ['score', 'quality', 'correct'];

/** "correct_answer" is what a model should have answered, and no score of a model "answer". */
const expectedAnswer = /^correct[ _|.:/-](?:answers?|choice|label|option|output|response)$/i;

/** A model's columns of a wide table: its scores, and its measures by the member that they are read as. */
export interface ModelColumns {
  readonly model: string;
  readonly score: string;
  readonly measures: ReadonlyMap<string, string>;
}

/**
 * The score column and the measures of a model, or undefined if it has no scores. A column that is
 * named a score is preferred to the one with the bare name of the model, which then holds its answers.
 */
export function findModelColumns(
  model: string,
  columns: readonly string[],
): ModelColumns | undefined {
  const find = (name: string): string | undefined =>
    columns.find((column) => splitName(column, name) === model);
  const score = scoreNames.map(find).find(Boolean) ?? columns.find((column) => column === model);
  if (score === undefined) return undefined;
  const measures = new Map<string, string>();
  for (const [name, member] of Object.entries(measureNames)) {
    const column = find(name);
    if (column !== undefined && !measures.has(member)) measures.set(member, column);
  }
  return { model, score, measures };
}

/** The models that have both a column of scores and a measure. */
export function listMeasuredModels(columns: readonly string[]): readonly string[] {
  const models = new Set(columns.flatMap(listSplitNames));
  return [...models].filter((model) => findModelColumns(model, columns) !== undefined);
}

/** Whether a table has a model with a column of scores and one of costs. */
export function hasModelCosts(columns: readonly string[]): boolean {
  return listMeasuredModels(columns).some(
    (model) => findModelColumns(model, columns)?.measures.has('cost_usd') === true,
  );
}

/** The columns with scores or measures of a model that has a column with its bare name. */
export function listMeasureColumns(columns: readonly string[]): readonly string[] {
  const names = new Set(columns);
  return columns.filter((column) => listSplitNames(column).some((model) => names.has(model)));
}

/** The models that a column may belong to. */
function listSplitNames(column: string): readonly string[] {
  const names = [...Object.keys(measureNames), ...scoreNames];
  return names.flatMap((name) => splitName(column, name) ?? []);
}

/** The model that a column such as `gpt_cost` or `cost_gpt` names beside a measure. */
function splitName(column: string, measure: string): string | undefined {
  if (expectedAnswer.test(column)) return undefined;
  const escaped = measure.replaceAll('_', '[ _]');
  const match =
    new RegExp(`^(.+?)[ _|.:/-]${escaped}$`, 'i').exec(column) ??
    new RegExp(`^${escaped}[ _|.:/-](.+)$`, 'i').exec(column);
  return match?.[1];
}
