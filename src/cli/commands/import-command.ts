import { basename, resolve } from 'node:path';
import type {
  ImportedOutcomes,
  OutcomeFormat,
} from '../../measure/outcomes/importers/import-outcomes.js';
import type { RunInfo } from '../../measure/outcomes/run.js';
import { defineCommand } from './define-command.js';
import { formatCount } from '../print/format-number.js';
import { escapeControls, print, printJson } from '../print/print.js';

const formats = ['routellm', 'routerbench', 'outcomes'] as const satisfies readonly OutcomeFormat[];

export const importCommand = defineCommand({
  usage: 'import <files..>',
  summary: 'Import recorded outcomes as a run',
  positionals: {
    files: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Files, or folders whose data files are all taken',
    },
  },
  options: {
    format: { choices: formats, demandOption: true, describe: 'What wrote the files' },
    out: { type: 'string', demandOption: true, describe: "The run's folder" },
    exclude: {
      type: 'string',
      array: true,
      describe: 'JSONL files with prompts to leave out (eval_prompt)',
    },
    prices: { type: 'string', describe: 'JSON file of prices in USD per million tokens' },
    'price-date': { type: 'string', describe: 'The day of the prices, as YYYY-MM-DD' },
    'assume-output-tokens': {
      type: 'number',
      minimum: 0,
      describe: 'Output tokens of an answer where they are not recorded',
    },
    'drop-duplicates': {
      type: 'boolean',
      default: false,
      describe: 'Keep only the first of equal prompts',
    },
    'max-bad-share': {
      type: 'number',
      default: 0.05,
      minimum: 0,
      maximum: 1,
      describe: 'The largest share of bad rows to tolerate',
    },
    task: { type: 'string', describe: 'One task label for all prompts' },
    overwrite: { type: 'boolean', default: false, describe: 'Replace an earlier import' },
  },
  examples: [
    ['import outcomes.csv --format outcomes --out runs/mine', 'prompt, model, quality, cost_usd'],
    ['import routerbench_0shot.csv --format routerbench --out runs/routerbench', 'RouterBench'],
  ],
  async run(args) {
    const [{ importOutcomes }, { writeImportedRun }] = await Promise.all([
      import('../../measure/outcomes/importers/import-outcomes.js'),
      import('../../measure/outcomes/run-folder.js'),
    ]);
    const imported = await importOutcomes({
      format: args.format,
      files: args.files,
      exclude: args.exclude,
      prices: args.prices,
      priceDate: args['price-date'],
      assumeOutputTokens: args['assume-output-tokens'],
      dropDuplicatePrompts: args['drop-duplicates'],
      maxBadShare: args['max-bad-share'],
      task: args.task,
    });
    const info = describeRun(args.out, imported);
    await writeImportedRun(
      args.out,
      { info, table: imported.table },
      { overwrite: args.overwrite },
    );
    await printImport(args.out, imported, args.json);
  },
});

function describeRun(directory: string, { table, models, sources }: ImportedOutcomes): RunInfo {
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

async function printImport(
  directory: string,
  { table, report }: ImportedOutcomes,
  json: boolean,
): Promise<void> {
  const { computeModelSummaries, formatModelSummaries } =
    await import('../print/model-summaries.js');
  const summaries = computeModelSummaries(table);
  const prompts = table.prompts.length;
  const { costBasis, simulated } = table;
  if (json) {
    printJson({ directory, prompts, models: summaries, costBasis, simulated, report });
    return;
  }
  const outcomes = summaries.reduce((sum, summary) => sum + summary.outcomes, 0);
  print(
    `Imported to ${directory}: ${formatCount(prompts, 'prompt')}, ${formatCount(table.models.length, 'model')}, ` +
      `${outcomes} of ${prompts * table.models.length} outcomes known.`,
  );
  print(`Rows read: ${report.rows}. Bad rows, left out: ${report.badRows}.`);
  print(`Costs: ${describeCosts[costBasis]}.`);
  for (const note of report.notes) print(escapeControls(`Note: ${note}`));
  if (report.badRows > 0) {
    print(`\nThe first ${report.problems.length} bad rows:`);
    for (const { file, line, problem } of report.problems) {
      print(escapeControls(`  ${file}:${line}: ${problem}`));
    }
  }
  print(`\n${formatModelSummaries(summaries)}`);
  print(`\nNext: routesmith train ${directory} --out ${basename(resolve(directory))}.policy.json`);
}

const describeCosts = {
  recorded: 'as recorded',
  tokens: 'recorded tokens at the given prices',
  assumed_tokens: 'an ASSUMED number of output tokens at the given prices',
  none: 'unknown, so that no objective can save money',
} as const;
