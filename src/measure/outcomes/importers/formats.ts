import { normalizeColumnName } from '../../tables/column-names.js';
import { tableEndings } from '../../tables/read-table.js';
import type { FileHead } from './file-head.js';
import { formatNames, type OutcomeFormat } from './format-names.js';
import { importEmbedllm } from './import-embedllm.js';
import type { ImportFormat } from './import-format.js';
import { importInspect, inspectFields } from './import-inspect.js';
import { importLlmrouterbench } from './import-llmrouterbench.js';
import { importLmEval, lmEvalFields } from './import-lm-eval.js';
import { importOutcomeRows } from './import-outcome-rows.js';
import { importPromptfoo, promptfooFields } from './import-promptfoo.js';
import { importRouterbench } from './import-routerbench.js';
import { hasOnlyResponsePairs, importRoutellm } from './import-routellm.js';
import { importWide, wideFields } from './import-wide.js';
import { hasModelCosts } from './model-columns.js';
import { mappableMembers } from './resolve-columns.js';

/** A folder of tables often has a JSON file that describes them. */
const folderEndings = tableEndings.filter((ending) => ending !== 'json');

const has = ({ columns }: FileHead, ...names: readonly string[]): boolean =>
  names.every((name) => columns.has(name));

/** How each format is recognized and imported. */
export const formats: Readonly<Record<OutcomeFormat, ImportFormat>> = {
  routerbench: {
    title: 'RouterBench',
    endings: ['csv', 'tsv'],
    fields: [],
    matches: (head) =>
      has(head, 'prompt') && [...head.columns].some((name) => name.endsWith('|total_cost')),
    importFiles: (files, { task }, target) => importRouterbench(files, task, target),
  },
  embedllm: {
    title: 'EmbedLLM',
    endings: folderEndings,
    fields: [],
    matches: (head) => has(head, 'prompt_id', 'model_name', 'label', 'prompt'),
    importFiles: importEmbedllm,
  },
  llmrouterbench: {
    title: 'LLMRouterBench',
    endings: ['jsonl', 'ndjson', 'parquet', 'json'],
    fields: [],
    matches: (head) =>
      has(head, 'dataset_id', 'model_name', 'origin_query', 'score') ||
      has(head, 'dataset_name', 'model_name', 'records'),
    importFiles: importLlmrouterbench,
  },
  'lm-eval': {
    title: "lm-evaluation-harness's samples",
    endings: ['jsonl', 'ndjson'],
    fields: lmEvalFields,
    matches: (head) => has(head, 'doc_id', 'resps', 'arguments'),
    importFiles: importLmEval,
  },
  promptfoo: {
    title: "promptfoo's results",
    endings: ['json', 'jsonl', 'ndjson'],
    fields: promptfooFields,
    // Results of before 2024 have no "evalId".
    matches: (head) =>
      (has(head, 'results') && (has(head, 'evalId') || has(head, 'config', 'shareableUrl'))) ||
      has(head, 'promptIdx', 'provider', 'vars'),
    importFiles: importPromptfoo,
  },
  inspect: {
    title: "Inspect's logs",
    endings: ['eval', 'json'],
    fields: inspectFields,
    matches: (head) =>
      head.kind === 'archive' || has(head, 'eval', 'samples') || has(head, 'eval', 'plan'),
    importFiles: importInspect,
  },
  routellm: {
    title: 'RouteLLM',
    endings: ['csv', 'tsv'],
    fields: [],
    matches: ({ columns }) => columns.has('prompt') && hasOnlyResponsePairs([...columns]),
    importFiles: (files, { task }, target) => importRoutellm(files, task, target),
  },
  outcomes: {
    title: 'one row per prompt and model',
    endings: folderEndings,
    fileEndings: ['json'],
    fields: mappableMembers,
    matches: ({ columns }) =>
      [...columns].some((name) =>
        ['model', 'models', 'scores'].includes(normalizeColumnName(name)),
      ),
    importFiles: importOutcomeRows,
  },
  wide: {
    title: 'one row per prompt, one column of scores per model',
    endings: folderEndings,
    fileEndings: ['json'],
    fields: wideFields,
    matches: ({ columns }) => hasModelCosts([...columns]),
    importFiles: importWide,
  },
};

/** The format that a file is likely in, from what it starts with; undefined if none is likely. */
export function detectFormat(head: FileHead): OutcomeFormat | undefined {
  return formatNames.find((name) => formats[name].matches(head));
}
