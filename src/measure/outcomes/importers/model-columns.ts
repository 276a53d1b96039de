import { isFieldName, listFieldNames, normalizeColumnName } from '../../tables/column-names.js';

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

const scoreNames = listFieldNames('quality');

/** The longest first: `gpt_is_correct` belongs to "gpt", not to "gpt_is". */
const longestNames = [...Object.keys(measureNames), ...scoreNames].toSorted(
  (a, b) => b.length - a.length,
);

/** "correct_answer" is what a model should have answered, and no score of a model "answer". */
const expectedAnswer =
  /^correct[ _|.:/-](?:answers?|choice|label|option|output|response|index|idx|letter|key)(?:[ _|.:/-](?:index|idx|letter|key))?$/i;

/** "avg_score" is a figure of all models. */
const aggregate =
  /^(?:all|avg|average|averages|mean|median|(?:grand )?totals?|sum|overall|gesamt(?:ergebnis)?|mittelwert|durchschnitt|summe|moyenne|promedio|media)$/i;

/** Whether a name is that of a figure of all models or prompts, such as "Total". */
export function isAggregateName(name: string): boolean {
  return aggregate.test(name.trim());
}

/** What grades answers, and is no model that gives them. */
const grader = /^(?:judge|grader|evaluator|rater|annotator)(?:[ _-]?\d+)?$/i;

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
  return listScoredModels(columns).filter(
    (model) => (findModelColumns(model, columns)?.measures.size ?? 0) > 0,
  );
}

/** What the columns of scores name beside their scores: models, unless it is something that was graded. */
export function listScoredModels(columns: readonly string[]): readonly string[] {
  const names = new Set(columns.flatMap((column) => splitColumn(column)?.model ?? []));
  return [...names].filter(
    (name) =>
      !isAggregateName(name) &&
      !grader.test(name) &&
      !isFieldName(name) &&
      findModelColumns(name, columns) !== undefined,
  );
}

/**
 * Whether a table has one row per prompt, with scores of its models and the costs of one or more: of two
 * models, since a judge's score and cost look like those of one, or of one that has a column of its own.
 * A table with a column that names the model has one row per prompt and model.
 */
export function hasModelCosts(columns: readonly string[]): boolean {
  const priced = listMeasuredModels(columns).filter(
    (model) => findModelColumns(model, columns)?.measures.has('cost_usd') === true,
  );
  const isOne = listScoredModels(columns).length < 2;
  if (priced.length === 0 || (isOne && !priced.some((model) => columns.includes(model)))) {
    return false;
  }
  // Beside the costs of two models, "provider" is the provider of all of them.
  const modelNames = new Set(
    listFieldNames('model').filter((name) => name !== 'provider' || priced.length < 2),
  );
  const ofModels = new Set(listColumnsOf(priced, columns));
  return !columns.some(
    (column) =>
      !ofModels.has(column) &&
      !priced.includes(column) &&
      // No similar names: "mode" is a column of its own.
      modelNames.has(normalizeColumnName(column)),
  );
}

function listColumnsOf(models: readonly string[], columns: readonly string[]): readonly string[] {
  return models.flatMap((model) => {
    const found = findModelColumns(model, columns);
    return found === undefined ? [] : [found.score, ...found.measures.values()];
  });
}

/** The columns with scores or measures of a model that has a column with its bare name. */
export function listMeasureColumns(columns: readonly string[]): readonly string[] {
  const names = new Set(columns);
  return columns.filter((column) => listSplitNames(column).some((model) => names.has(model)));
}

/** The model that a column likely belongs to, and whether it holds its scores or a measure. */
export function splitColumn(
  column: string,
): { readonly model: string; readonly holds: 'scores' | 'measure' } | undefined {
  for (const split of [splitEnd, splitStart]) {
    for (const name of longestNames) {
      const model = expectedAnswer.test(column) ? undefined : split(column, name);
      if (model === undefined) continue;
      return { model, holds: scoreNames.includes(name) ? 'scores' : 'measure' };
    }
  }
  return undefined;
}

/** Columns that begin or end with the name of a model, such as `gpt_text`. */
export function listColumnsBeside(model: string, columns: readonly string[]): readonly string[] {
  return columns.filter(
    (column) => splitEnd(column, model) !== undefined || splitStart(column, model) !== undefined,
  );
}

/** Whether a column is named after a model and something of its calls, such as `gpt_error`. */
export function isColumnOf(model: string, column: string, name: string): boolean {
  return splitName(column, name) === model;
}

/** The models that a column may belong to. */
function listSplitNames(column: string): readonly string[] {
  return longestNames.flatMap((name) => splitName(column, name) ?? []);
}

/** The model that a column such as `gpt_cost` or `cost_gpt` names beside a measure. */
function splitName(column: string, measure: string): string | undefined {
  if (expectedAnswer.test(column)) return undefined;
  return splitEnd(column, measure) ?? splitStart(column, measure);
}

function splitEnd(column: string, end: string): string | undefined {
  return new RegExp(`^(.+?)[ _|.:/-]${toPattern(end)}$`, 'i').exec(column)?.[1];
}

function splitStart(column: string, start: string): string | undefined {
  return new RegExp(`^${toPattern(start)}[ _|.:/-](.+)$`, 'i').exec(column)?.[1];
}

/** Matches a name, also with spaces in place of underscores. */
function toPattern(name: string): string {
  return name.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`).replaceAll('_', '[ _]');
}
