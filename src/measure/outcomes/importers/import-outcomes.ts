import { readFile } from 'node:fs/promises';
import type { Price } from '../../models/model.js';
import { RoutesmithError } from '../../../util/errors.js';
import { sha256 } from '../../../util/sha256.js';
import type { OutcomeTable } from '../outcome-table.js';
import type { ModelInfo, RunInfo } from '../run.js';
import { importOutcomeRows } from './import-outcome-rows.js';
import { type ImportReport, createImportTarget } from './import-target.js';
import { importRouterbench } from './import-routerbench.js';
import { importRoutellm } from './import-routellm.js';
import { listDataFiles } from './list-data-files.js';
import { priceOutcomeTable } from './price-outcome-table.js';
import { readPriceFile } from './read-price-file.js';
import { isJsonObject } from '../../../util/json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';

export type OutcomeFormat = 'routellm' | 'routerbench' | 'outcomes';

export interface ImportOptions {
  readonly format: OutcomeFormat;
  /** Files, and folders whose data files are imported in order of their names. */
  readonly files: readonly string[];
  /** JSONL files with the prompts to exclude, as `eval_prompt`. */
  readonly exclude?: readonly string[] | undefined;
  /** A JSON file of prices in USD per million tokens, for outcomes without costs. */
  readonly prices?: string | undefined;
  /** The date of the prices, ISO 8601; required with `prices`. */
  readonly priceDate?: string | undefined;
  /** Output tokens of answers without recorded tokens. Default: their costs stay missing. */
  readonly assumeOutputTokens?: number | undefined;
  /** Keep only the first of several identical prompts. Default: false. */
  readonly dropDuplicatePrompts?: boolean | undefined;
  /** The largest share of bad rows that is tolerated. Default: 0.05. */
  readonly maxBadShare?: number | undefined;
  /** The task label of all prompts, in place of the files' own labels. */
  readonly task?: string | undefined;
  /** Omit the tools of rows. Default: false, they are part of the prompt. */
  readonly ignoreTools?: boolean | undefined;
}

export interface ImportedOutcomes {
  readonly table: OutcomeTable;
  /** The table's models, with the price from the price file if it has one. */
  readonly models: readonly ModelInfo[];
  readonly report: ImportReport;
  /** Every file that was read, with the SHA-256 of its bytes. */
  readonly sources: RunInfo['sources'];
}

/** The extensions of data files in folders; `.gz` may follow. */
const endingsOfFormat: Readonly<Record<OutcomeFormat, readonly string[]>> = {
  routellm: ['csv', 'tsv'],
  routerbench: ['csv', 'tsv'],
  outcomes: ['csv', 'tsv', 'jsonl', 'ndjson'],
};

/**
 * Imports recorded outcomes. Bad rows are skipped, counted and reported. It is an error if their
 * share is above `maxBadShare`.
 *
 * @throws RoutesmithError `invalid_outcomes` for bad data, `invalid_input` for files that cannot be
 * read, `usage` for options that do not go together
 */
export async function importOutcomes(options: ImportOptions): Promise<ImportedOutcomes> {
  checkOptions(options);
  const exclude = options.exclude ?? [];
  const { files, ignored } = await listDataFiles(options.files, endingsOfFormat[options.format]);
  const target = createImportTarget({
    ...(exclude.length === 0 ? {} : { exclusions: await readExclusionList(exclude) }),
    dropDuplicatePrompts: options.dropDuplicatePrompts ?? false,
    maxBadShare: options.maxBadShare ?? 0.05,
  });
  if (ignored > 0) target.note(`ignored other files in the folders: ${ignored}`);
  switch (options.format) {
    case 'routellm':
      await importRoutellm(files, options.task, target);
      break;
    case 'routerbench':
      await importRouterbench(files, options.task, target);
      break;
    case 'outcomes':
      await importOutcomeRows(files, options, target);
      break;
  }
  const prices = await readPrices(options);
  const imported = target.finish();
  const priced = priceOutcomeTable(imported.table, prices, options.assumeOutputTokens);
  return {
    table: priced.table,
    models: priced.table.models.map((id) => withPrice(id, prices.get(id))),
    report: { ...imported.report, notes: [...imported.report.notes, ...priced.notes] },
    sources: await computeSources([
      ...files,
      ...exclude,
      ...(options.prices === undefined ? [] : [options.prices]),
    ]),
  };
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
      fix: 'Give the date as YYYY-MM-DD.',
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

function withPrice(id: string, price: Price | undefined): ModelInfo {
  return price === undefined ? { id } : { id, price };
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
