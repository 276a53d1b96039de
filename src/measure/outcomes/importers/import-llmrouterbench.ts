import { formatCount } from '../../../util/format-number.js';
import { listObjects, type JsonObject } from '../../../util/json.js';
import { parsePythonObject } from '../../../util/parse-json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { success } from '../../../util/result.js';
import { readTable } from '../../tables/read-table.js';
import type { Table } from '../../tables/table.js';
import type { ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import { importOutcomeRows } from './import-outcome-rows.js';
import type { ImportTarget } from './import-target.js';

const aliases = new Map([
  ['prompt', 'prompt'],
  ['task', 'dataset_id'],
  ['model', 'model_name'],
  ['score', 'score'],
  ['cost_usd', 'cost'],
  ['input_tokens', 'prompt_tokens'],
  ['output_tokens', 'completion_tokens'],
]);

const unused = [
  'split',
  'record_index',
  'origin_query',
  'prediction',
  'raw_output',
  'ground_truth',
  'index',
];

/**
 * Imports LLMRouterBench's records (github.com/ynulihao/LLMRouterBench, baselines/schema.py): JSON
 * Lines with one record per prompt and model, or its result files (`results/bench/.../*.json`) with
 * the records of one model on one dataset. A record without an answer is a failed call. A cost of 0
 * is unknown: the benchmark has no prices for the small models.
 */
export async function importLlmrouterbench(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  let unpriced = 0;
  function prepare(record: JsonObject): ConvertedRow {
    const { cost, ...rest } = record;
    const output = record['raw_output'];
    const hasAnswer = typeof output === 'string' ? output.trim() !== '' : output !== null;
    if (!hasAnswer) return { kind: 'failed', reason: 'the record has no answer' };
    const isPriced = typeof cost === 'number' && cost > 0;
    if (!isPriced) unpriced++;
    return { kind: 'row', members: isPriced ? record : rest };
  }
  await importOutcomeRows(files, { ...options, aliases, unused, prepare, readRows }, target);
  if (unpriced > 0)
    target.note(`unknown cost of ${formatCount(unpriced, 'record')}: none is given, or 0`);
}

/** The records of a file, each with the dataset and the model, which result files name once. */
async function readRows(file: string): Promise<Table> {
  const isResult = /\.json(\.gz)?$/i.test(file);
  const content = isResult ? parsePythonObject(await readTextFile(file)) : undefined;
  const records = content?.['records'];
  if (content === undefined || !Array.isArray(records)) return readTable(file);
  const { dataset_name: dataset_id = null, model_name = null } = content;
  const rows = listObjects(records).map((record, index) => ({
    line: index + 1,
    members: success({ ...record, dataset_id, model_name }),
  }));
  const columns = new Set(rows.flatMap(({ members }) => Object.keys(members.value)));
  return { file, kind: 'json', columns: [...columns], rows, emptyRows: 0, notes: [] };
}
