import { readFile } from 'node:fs/promises';
import type { ModelEffort, Price } from '../../models/model.js';
import { describeLowPrices } from '../../models/token-price.js';
import { RoutesmithError } from '../../../util/errors.js';
import { joinNames } from '../../../util/join-names.js';
import { sha256 } from '../../../util/sha256.js';
import type { OutcomeTable } from '../outcome-table.js';
import type { ModelInfo, RunInfo } from '../run.js';
import { listColumns, parseColumnMap } from '../../tables/column-map.js';
import { readFileHead } from './file-head.js';
import { formatNames, type OutcomeFormat } from './format-names.js';
import { detectFormat, formats } from './formats.js';
import type { ImportReport } from './import-reporter.js';
import { ImportTarget } from './import-target.js';
import { listDataFiles } from './list-data-files.js';
import { priceOutcomeTable } from './price-outcome-table.js';
import { readPriceFile } from './read-price-file.js';
import { describeTableDoubts } from './table-doubts.js';
import { describeUnlikelyTimes } from './unlikely-times.js';
import { isJsonObject } from '../../../util/json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';

export type { OutcomeFormat };

/** Which files are imported, and how they are read. */
export interface ImportOptions {
  /** @default detected from the content of the first file */
  readonly format?: OutcomeFormat | undefined;
  /** Files, and folders whose data files are imported in order of their names. */
  readonly files: readonly string[];
  /** JSONL files with the prompts to exclude, as `eval_prompt`. */
  readonly exclude?: readonly string[] | undefined;
  /** A JSON file of prices in USD per million tokens, for outcomes without costs. */
  readonly prices?: string | undefined;
  /** The date of the prices, ISO 8601; required with `prices`. */
  readonly priceDate?: string | undefined;
  /** Output tokens of answers without recorded tokens. @default their costs stay missing */
  readonly assumeOutputTokens?: number | undefined;
  /** Keep only the first of several identical prompts. @default false */
  readonly dropDuplicatePrompts?: boolean | undefined;
  /** The largest share of bad rows that is tolerated. @default 0.05, and 0 of rows with unread values */
  readonly maxBadShare?: number | undefined;
  /** The task label of all prompts, in place of the files' own labels. */
  readonly task?: string | undefined;
  /** Omit the tools of rows, which are part of the prompt otherwise. @default false */
  readonly ignoreTools?: boolean | undefined;
  /** Columns by the fields that they hold, as `field=column`. Which fields depends on the format. */
  readonly map?: readonly string[] | undefined;
}

/** The outcomes of all files as one table, and what was skipped. */
export interface ImportedOutcomes {
  /** The given format, or the detected one. */
  readonly format: OutcomeFormat;
  readonly table: OutcomeTable;
  /** The table's models, with the price from the price file if it has one, and the effort if known. */
  readonly models: readonly ModelInfo[];
  readonly report: ImportReport;
  /** Every file that was read, with the SHA-256 of its bytes. */
  readonly sources: RunInfo['sources'];
}

/**
 * Imports recorded outcomes. Bad rows are skipped, counted and reported. It is an error if their
 * share is above `maxBadShare`, and without it if any has a grade or a measure that cannot be read.
 *
 * @throws RoutesmithError `invalid_outcomes` for bad data, `invalid_input` for files that cannot be
 * read, `usage` for options that do not go together
 */
export async function importOutcomes(options: ImportOptions): Promise<ImportedOutcomes> {
  checkOptions(options);
  const exclude = options.exclude ?? [];
  const format = options.format ?? (await findFormat(options));
  const { endings, fileEndings = [], fields, importFiles } = formats[format];
  const map = parseColumnMap(options.map ?? [], fields);
  const { files, ignored, subfolders } = await listDataFiles(options.files, endings, fileEndings);
  const target = new ImportTarget({
    ...(exclude.length === 0 ? {} : { exclusions: await readExclusionList(exclude) }),
    dropDuplicatePrompts: options.dropDuplicatePrompts ?? false,
    maxBadShare: options.maxBadShare,
  });
  if (subfolders.length > 0) target.note(`read the subfolders ${joinNames(subfolders)}`);
  if (ignored > 0) target.note(`ignored other files in the folders: ${ignored}`);
  try {
    await importFiles(files, { task: options.task, ignoreTools: options.ignoreTools, map }, target);
  } catch (error) {
    throw await suggestFormat(error, format, files);
  }
  const listedPrices = await readPrices(options);
  const low = describeLowPrices(
    [...listedPrices.values()].flatMap((price) => [
      price.inputPerMillionUsd,
      price.outputPerMillionUsd,
    ]),
  );
  if (low !== undefined) target.note(`${options.prices ?? ''}: ${low}`);
  const imported = target.finish();
  const prices = withEfforts(listedPrices, imported.efforts);
  const rows = format === 'wide' ? 'wide' : imported.hasNestedRows ? 'nested' : 'long';
  // The formats of tools say what their units are.
  const doubts = [
    ...describeTableDoubts(imported.table),
    ...(generic.has(format) ? describeUnlikelyTimes(imported.table, rows) : []),
  ];
  checkHasOutcomes(imported.table, imported.report.notes);
  const priced = priceOutcomeTable(imported.table, prices, options.assumeOutputTokens);
  return {
    format,
    table: priced.table,
    models: priced.table.models.map((id) => describeModel(id, prices, imported.efforts)),
    report: {
      ...imported.report,
      notes: [...imported.report.notes, ...doubts, ...priced.notes],
    },
    sources: await computeSources([
      ...files,
      ...exclude,
      ...(options.prices === undefined ? [] : [options.prices]),
    ]),
  };
}

const generic: ReadonlySet<OutcomeFormat> = new Set(['outcomes', 'wide']);

/**
 * Detects the format of the first file, or of the first data file in a folder that has a clear one. Only
 * long tables have a column of models, so a mapping of it names the format, too.
 */
async function findFormat({
  files: paths,
  map = [],
}: Pick<ImportOptions, 'files' | 'map'>): Promise<OutcomeFormat> {
  const allEndings = [...new Set(formatNames.flatMap((name) => formats[name].endings))];
  const { files } = await listDataFiles(paths.slice(0, 1), allEndings);
  const head = await readFileHead(files[0] ?? '');
  const format = detectFormat(head);
  if (format !== undefined) return format;
  // Tools write other files beside their data, such as the results files of lm-evaluation-harness.
  for (const file of files.slice(1)) {
    const other = detectFormat(await readFileHead(file));
    if (other !== undefined) return other;
  }
  if (
    head.columns.has('results') &&
    (head.columns.has('model_name') || head.columns.has('n-shot'))
  ) {
    throw new RoutesmithError('invalid_outcomes', "lm-eval's results hold no answers to prompts", {
      where: head.file,
      fix: 'Import the files "samples_*.jsonl" beside it; "lm_eval --log_samples" writes them.',
    });
  }
  if (head.columns.has('generation_id') && head.columns.has('cost_total')) {
    throw new RoutesmithError(
      'invalid_outcomes',
      "OpenRouter's activity export has costs and tokens, but no prompts and no grades",
      { where: head.file, fix: 'See what you use with "routesmith models --activity FILE".' },
    );
  }
  if (map.some((entry) => entry.startsWith('model='))) return 'outcomes';
  throw new RoutesmithError('invalid_outcomes', 'the format of the file is not clear', {
    where: head.file,
    fix:
      `Its columns are ${listColumns([...head.columns])}.\n  ` +
      'Add --format outcomes for one row per prompt and model, --format wide for one column of scores ' +
      `per model, or one of ${formatNames.filter((name) => !generic.has(name)).join(', ')}.`,
  });
}

/** Names the format that a file is likely in, where it was imported in another one. */
async function suggestFormat(
  error: unknown,
  format: OutcomeFormat,
  [file = '']: readonly string[],
): Promise<unknown> {
  if (!RoutesmithError.isInstance(error) || error.code !== 'invalid_outcomes') return error;
  const likely = detectFormat(await readFileHead(file));
  if (likely === undefined || likely === format) return error;
  return new RoutesmithError('invalid_outcomes', `not in the format ${format}`, {
    where: file,
    fix: `It looks like ${formats[likely].title}: use --format ${likely}, or leave --format out.`,
    cause: error,
  });
}

/** Failed records and missing cells are no outcomes, and a run needs some. */
function checkHasOutcomes({ models }: OutcomeTable, notes: readonly string[]): void {
  if (models.length > 0) return;
  throw new RoutesmithError('invalid_outcomes', 'the files contain no outcome', {
    fix: notes.join('\n  ') || 'Check that these are the right files.',
  });
}

function checkOptions(options: ImportOptions): void {
  const assumed = options.assumeOutputTokens;
  if (options.files.length === 0) {
    throw new RoutesmithError('usage', 'there are no files to import', {
      fix: 'Give at least one file.',
    });
  }
  if (options.prices !== undefined && options.priceDate === undefined) {
    throw new RoutesmithError('usage', 'prices need a date', {
      fix: 'Add the day on which they held, such as --price-date 2026-11-01.',
    });
  }
  if (assumed === undefined) return;
  if (!(assumed >= 0 && assumed < Infinity)) {
    throw new RoutesmithError('usage', `${assumed} is not a number of output tokens`, {
      fix: 'Give the number of tokens of a typical answer.',
    });
  }
  if (options.prices === undefined) {
    throw new RoutesmithError('usage', 'assumed output tokens have no effect without prices', {
      fix: 'Give a price file as well.',
    });
  }
}

async function readPrices(options: ImportOptions): Promise<ReadonlyMap<string, Price>> {
  if (options.prices === undefined || options.priceDate === undefined) return new Map();
  return readPriceFile(options.prices, options.priceDate);
}

/** A model's effort has the price of the model, where the price file does not name it. */
function withEfforts(
  prices: ReadonlyMap<string, Price>,
  efforts: ReadonlyMap<string, ModelEffort>,
): ReadonlyMap<string, Price> {
  const all = new Map(prices);
  for (const [id, { of }] of efforts) {
    const price = prices.get(id) ?? prices.get(of);
    if (price !== undefined) all.set(id, price);
  }
  return all;
}

function describeModel(
  id: string,
  prices: ReadonlyMap<string, Price>,
  efforts: ReadonlyMap<string, ModelEffort>,
): ModelInfo {
  const price = prices.get(id);
  const effort = efforts.get(id);
  return { id, ...(price !== undefined && { price }), ...(effort !== undefined && { effort }) };
}

async function computeSources(files: readonly string[]): Promise<RunInfo['sources']> {
  const sources: { file: string; sha256: string }[] = [];
  for (const file of files) sources.push({ file, sha256: sha256(await readFile(file)) });
  return sources;
}

/**
 * Reads the texts of prompts to exclude from JSONL files with a member `eval_prompt`.
 *
 * @throws RoutesmithError `invalid_outcomes` for any line without one: an incomplete list would let
 * contaminated prompts through
 */
export async function readExclusionList(files: readonly string[]): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  for (const file of files) {
    for (const parsed of parseJsonLines(await readTextFile(file))) {
      const value = parsed.ok ? parsed.value : undefined;
      const text = isJsonObject(value) ? value['eval_prompt'] : undefined;
      if (typeof text !== 'string') {
        throw new RoutesmithError('invalid_outcomes', 'the line has no "eval_prompt"', {
          where: `${file}:${parsed.line}`,
          fix: 'Each line must be a JSON object with a string "eval_prompt".',
        });
      }
      texts.add(text);
    }
  }
  return texts;
}
