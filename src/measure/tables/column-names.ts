import { distance } from 'fastest-levenshtein';
import { findNearestName } from '../../util/describe-issues.js';
import { isExpectedWord, namesExpectedAnswer } from './expected-names.js';

/** Names of columns of answers, which a model may have given as well as a person. */
const plainAnswers: readonly string[] = [
  'answer',
  'solution',
  'output',
  'outputs',
  'completion',
  'antwort',
  'reponse',
  'respuesta',
];

/** Other names of fields, in files of other tools and in spreadsheets; the likeliest first. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  prompt: [
    'input',
    'inputs',
    'question',
    'query',
    'instruction',
    'user_input',
    'text',
    'message',
    'request',
    'messages',
    'conversations',
    'question_stem',
    'stem',
    'sentence',
    'ctx',
    'frage',
    'pregunta',
  ],
  reference: [
    'expected',
    'expected_output',
    'expected_answer',
    'expected_result',
    'reference_output',
    'reference_answer',
    'reference_outputs',
    'ground_truth',
    'target',
    'targets',
    'ideal',
    'gold',
    'correct_answer',
    'referenz',
    'referencia',
    ...plainAnswers,
  ],
  task: [
    'category',
    'label',
    'topic',
    'intent',
    'use_case',
    'type',
    'tag',
    'dataset',
    'group',
    'kategorie',
    'categorie',
    'categoria',
    'thema',
    'theme',
    'tema',
  ],
  id: ['prompt_id', 'example_id', 'item_id', 'uuid', 'key'],
  model: ['model_name', 'model_id', 'llm', 'engine', 'provider'],
  quality: ['score', 'correct', 'is_correct', 'accuracy', 'grade', 'pass', 'passed', 'success'],
  cost_usd: ['cost', 'price', 'total_cost', 'cost_total', 'usd'],
  latency_ms: ['latency', 'duration', 'duration_ms', 'elapsed_ms', 'response_time_ms'],
  ttft_ms: ['ttft', 'time_to_first_token', 'time_to_first_token_ms'],
  input_tokens: ['prompt_tokens', 'tokens_prompt', 'tokens_in'],
  output_tokens: ['completion_tokens', 'tokens_completion', 'tokens_out'],
};

/** All names of a field, beginning with its own; the likeliest first. */
export function listFieldNames(field: string): readonly string[] {
  return [field, ...(otherNames[field] ?? [])];
}

/** Whether a column has the name of a field, or another one that is common for it. */
export function isFieldName(column: string): boolean {
  const name = normalizeColumnName(column);
  return Object.keys(otherNames).some((field) => listFieldNames(field).includes(name));
}

/**
 * The form in which names of columns are compared: `Cost USD` and `costUsd` are `cost_usd`, and
 * `Réponse` is `reponse`.
 */
export function normalizeColumnName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .trim()
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[\s._-]+/g, '_')
    .replace(/^_|_$/g, '');
}

/** `inputs.question` and `output_answer`, as exports flatten objects, without what is around. */
function stripPrefix(name: string): string {
  return normalizeColumnName(name).replace(/^(?:inputs?|outputs?|reference_outputs?)_/, '');
}

/** `Prompt (user input)` without what explains it. */
export function stripRemark(name: string): string {
  return normalizeColumnName(name.replace(/\([^)]*\)/g, ' '));
}

/**
 * The column that most likely holds a field: one with its name, with another name that is common for
 * it, or with a name that is nearly the same.
 *
 * @param taken columns that hold something else
 */
export function guessColumn(
  field: string,
  columns: readonly string[],
  taken: ReadonlySet<string> = new Set(),
): string | undefined {
  const free = columns.filter((column) => !taken.has(column) && !isReservedName(column));
  const names = listFieldNames(field);
  const find = (
    normalize: (name: string) => string,
    among: readonly string[] = free,
    of: readonly string[] = names,
  ): string | undefined => {
    const found = of.find((name) => among.some((column) => normalize(column) === name));
    return among.find((column) => normalize(column) === found);
  };
  if (field === 'reference') {
    const named = names.filter((name) => !plainAnswers.includes(name));
    const known = find(normalizeColumnName, free, named);
    if (known !== undefined) return known;
    const expected = listExpectedColumns(free);
    // Answers beside what is expected are those of a model.
    if (expected.length > 0)
      return expected.length === 1 ? expected[0] : find(stripPrefix, expected);
  }
  const found = find(normalizeColumnName) ?? find(stripPrefix) ?? find(stripRemark);
  return found ?? findNearColumn(field, free);
}

/** A column whose name is nearly a field's: short names are near to anything, and `preference` is no `reference`. */
function findNearColumn(field: string, columns: readonly string[]): string | undefined {
  if (field.length < 4) return undefined;
  const near = columns.filter((column) => {
    const name = normalizeColumnName(column);
    if (field === 'task') return name === 'tasks';
    return field !== 'reference' || (name.startsWith('r') && distance(name, field) === 1);
  });
  return findNearestName(field, near);
}

/** `__expected`, `__prefix`: what a tool reads as its own, and in its own form. */
export function isReservedName(column: string): boolean {
  return column.trim().startsWith('__');
}

/** A column of promptfoo's tests with an assertion in each cell, such as "contains: Paris". */
export function isAssertionColumn(column: string): boolean {
  return /^__expected\d*$/.test(column.trim());
}

/**
 * The columns that are named after what is expected, whole or one member each: `gold_answer`,
 * `reference_outputs`, beside which LangSmith keeps the outputs of a model, and `reference_outputs.answer`.
 */
export function listExpectedColumns(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => {
    if (isReservedName(column)) return false;
    const [whole = ''] = column.split('.');
    const last = column.replace(/^.*\//, '');
    const name = normalizeColumnName(column);
    return (
      isExpectedWord(name) ||
      namesExpectedAnswer(stripRemark(last)) ||
      /^(?:reference|expected)_outputs?$/.test(stripRemark(whole)) ||
      // Not "expected_output_format".
      name.startsWith('reference_outputs_')
    );
  });
}

/** The field that a column most likely holds, by its name; the reverse of `guessColumn`. */
export function guessField(column: string, fields: readonly string[]): string | undefined {
  const name = normalizeColumnName(column);
  const known = fields.find((field) => listFieldNames(field).includes(name));
  return known ?? findNearestName(name, fields);
}
