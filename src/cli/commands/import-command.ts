import { basename, resolve } from 'node:path';
import { formatNames } from '../../measure/outcomes/importers/format-names.js';
import type { ImportedOutcomes } from '../../measure/outcomes/importers/import-outcomes.js';
import type { ModelSummary } from '../../measure/outcomes/model-summaries.js';
import type { RunInfo } from '../../measure/outcomes/run.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDuration,
  formatQuality,
  formatWhole,
} from '../../util/format-number.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';
import { escapeControls, formatTable, print, printJson, textColumn } from '../print/print.js';
import { quoteWord } from '../../util/quote-word.js';

export const importCommand = defineCommand({
  usage: 'import <files..>',
  summary: 'Import recorded outcomes as a run',
  positionals: {
    files: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Files, or folders whose data files are all imported',
    },
  },
  options: {
    format: {
      choices: [...formatNames, 'log'],
      describe: 'Format of the files [default: detected]; log: the folder of a decision log',
    },
    map: {
      type: 'string',
      array: true,
      nargs: 1,
      describe:
        'A field and its column, such as task=category; models=a,b for --format wide. Once for each field',
    },
    out: { type: 'string', demandOption: true, describe: 'Run folder to write' },
    exclude: {
      type: 'string',
      array: true,
      describe: 'JSONL files of prompts to exclude (member eval_prompt)',
    },
    prices: { type: 'string', describe: 'JSON file of prices in USD per million tokens' },
    'price-date': { type: 'string', describe: 'Date of the prices, as YYYY-MM-DD' },
    'assume-output-tokens': {
      type: 'number',
      minimum: 0,
      describe: 'Output tokens of an answer where they are not recorded',
    },
    'drop-duplicates': {
      type: 'boolean',
      default: false,
      describe: 'Keep only the first of identical prompts, with all models that answered one',
    },
    'max-bad-share': {
      type: 'number',
      minimum: 0,
      maximum: 1,
      describe:
        'Largest share of invalid rows to skip [default: 0.05, but none with a grade, cost, time or tokens that cannot be read]',
    },
    task: { type: 'string', describe: 'One task label for all prompts' },
    overwrite: { type: 'boolean', default: false, describe: 'Replace an earlier import' },
  },
  examples: [
    [
      'import outcomes.csv --format outcomes --out runs/mine',
      'columns: prompt, model, quality, cost_usd',
    ],
    [
      'import scores.csv --format wide --map models=small,large --out runs/scores',
      'one column of scores for each model',
    ],
    ['import runs/log --format log --out runs/traffic', 'logged requests with feedback'],
    ['import routerbench_0shot.csv --format routerbench --out runs/routerbench', 'RouterBench'],
  ],
  async run(args) {
    const [{ importOutcomes }, { writeImportedRun }, { computeModelSummaries }] = await Promise.all(
      [
        import('../../measure/outcomes/importers/import-outcomes.js'),
        import('../../measure/outcomes/run-folder.js'),
        import('../../measure/outcomes/model-summaries.js'),
      ],
    );
    const { format, ...others } = args;
    const imported =
      format === 'log'
        ? await importFromLog(others)
        : await importOutcomes({
            format,
            files: args.files,
            exclude: args.exclude,
            prices: args.prices,
            priceDate: args['price-date'],
            assumeOutputTokens: args['assume-output-tokens'],
            dropDuplicatePrompts: args['drop-duplicates'],
            maxBadShare: args['max-bad-share'],
            task: args.task,
            map: args.map,
          });
    const { table, report } = imported;
    const info = buildRunInfo(args.out, imported);
    await writeImportedRun(args.out, { info, table }, { overwrite: args.overwrite });
    const summaries = computeModelSummaries(table);
    if (!args.json) {
      printImport(args.out, imported, summaries);
      return;
    }
    printJson({
      directory: args.out,
      format: imported.format,
      prompts: table.prompts.length,
      models: summaries,
      costBasis: table.costBasis,
      simulated: table.simulated,
      report,
    });
  },
});

/** Outcomes of any format. */
type Imported = Omit<ImportedOutcomes, 'format'> & { readonly format: string };

/** @throws RoutesmithError `usage` for options that logs have no use for */
async function importFromLog(args: {
  readonly files: readonly string[];
  readonly exclude: readonly string[] | undefined;
  readonly map: readonly string[] | undefined;
  readonly prices: string | undefined;
  readonly priceDate: string | undefined;
  readonly assumeOutputTokens: number | undefined;
  readonly dropDuplicates: boolean;
  readonly maxBadShare: number | undefined;
  readonly task: string | undefined;
}): Promise<Imported> {
  const [{ importLog }, { readExclusionList }] = await Promise.all([
    import('../../review/outcomes/import-log.js'),
    import('../../measure/outcomes/importers/import-outcomes.js'),
  ]);
  const useless = {
    map: args.map,
    prices: args.prices,
    'price-date': args.priceDate,
    'assume-output-tokens': args.assumeOutputTokens,
  };
  for (const [name, value] of Object.entries(useless)) {
    if (value === undefined) continue;
    throw new RoutesmithError('usage', `--${name} cannot be combined with --format log`, {
      fix: 'A log has its own members and costs.',
    });
  }
  const [directory, ...more] = args.files;
  if (directory === undefined || more.length > 0) {
    throw new RoutesmithError('usage', 'one log at a time', { fix: 'Name one folder.' });
  }
  const { exclude, task } = args;
  const { table, report, sources } = await importLog(directory, {
    dropDuplicatePrompts: args.dropDuplicates,
    maxBadShare: args.maxBadShare,
    task,
    ...(exclude === undefined ? {} : { exclusions: await readExclusionList(exclude) }),
  });
  const models = table.models.map((id) => ({ id }));
  return { format: 'log', table, models, report, sources };
}

function buildRunInfo(directory: string, { table, models, sources }: Imported): RunInfo {
  return {
    version: 1,
    kind: 'import',
    name: basename(resolve(directory)),
    createdAt: new Date().toISOString(),
    simulated: table.simulated,
    models,
    costBasis: table.costBasis,
    sources,
  };
}

function printImport(
  directory: string,
  { format, table, report }: Imported,
  summaries: readonly ModelSummary[],
): void {
  const known = summaries.reduce((sum, summary) => sum + summary.outcomes, 0);
  const cells = table.prompts.length * table.models.length;
  print(
    `Imported to ${directory}: ${formatCount(table.prompts.length, 'prompt')}, ${formatCount(table.models.length, 'model')}, ` +
      `${formatWhole(known)} of ${formatWhole(cells)} outcomes known.`,
  );
  print(
    `Format: ${format}. Rows read: ${formatWhole(report.rows)}. Invalid rows, skipped: ${formatWhole(report.badRows)}.`,
  );
  print(`Costs: ${costTexts[table.costBasis]}.`);
  for (const note of report.notes) print(escapeControls(`Note: ${note}`));
  if (report.badRows > 0) {
    print(`\nInvalid rows (the first ${report.problems.length}):`);
    for (const { file, line, problem } of report.problems) {
      print(escapeControls(`  ${file}:${line}: ${problem}`));
    }
  }
  print(`\n${formatSummaries(summaries)}`);
  const policyFile = `${basename(resolve(directory))}.policy.json`;
  // A log has one model's answer to each prompt: alone, it compares no models.
  const trained = format === 'log' ? `RUN --add ${quoteWord(directory)}` : quoteWord(directory);
  print(escapeControls(`\nNext: routesmith train ${trained} --out ${quoteWord(policyFile)}`));
}

/** The summaries as a table, best quality first. */
function formatSummaries(summaries: readonly ModelSummary[]): string {
  return formatTable(
    [textColumn('model'), 'outcomes', 'mean quality', 'cost per 1,000 requests', 'median latency'],
    [...summaries]
      .sort((a, b) => (b.quality ?? -1) - (a.quality ?? -1))
      .map(({ model, outcomes, quality, costUsd, medianLatencyMs }) => [
        model,
        formatWhole(outcomes),
        formatQuality(quality),
        formatCostPerThousand(costUsd),
        formatDuration(medianLatencyMs),
      ]),
  );
}

const costTexts = {
  recorded: 'as recorded',
  tokens: 'recorded tokens at the given prices',
  assumed_tokens: 'an ASSUMED number of output tokens at the given prices',
  none: 'unknown, so no objective can save money',
} as const;
