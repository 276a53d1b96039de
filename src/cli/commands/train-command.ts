import type { trainRun } from '../../learn/train/train-run.js';
import type { Run } from '../../measure/outcomes/run.js';
import { standardObjectives } from '../../learn/evaluate/plan/objective-request.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { checkOptionValue, parseNames } from '../options/check-arguments.js';
import { openWithAdded } from '../options/added-runs.js';
import { defineCommand } from '../options/define-command.js';
import { listObjectiveRequests, objectiveOptions } from '../options/objective-options.js';
import {
  baselineOption,
  balanceOption,
  listRunFiles,
  modelsOption,
  runPositional,
  seedOption,
  overwriteOption,
} from '../options/run-options.js';
import { readTrainingOptions, trainingOptions } from '../options/training-options.js';
import { escapeControls, print, printJson, printNotice, printWarning } from '../print/print.js';
import { quoteWord } from '../../util/quote-word.js';

export const trainCommand = defineCommand({
  usage: 'train <run>',
  summary: 'Train a policy on a run, and report whether routing pays',
  positionals: { run: runPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'Policy file to write' },
    seed: { ...seedOption, describe: 'Seed; the same run and seed give the same bytes' },
    baseline: baselineOption,
    models: modelsOption,
    add: {
      type: 'string',
      describe: 'Also learn from these runs, such as audits, separated by commas',
    },
    balance: balanceOption,
    objective: {
      type: 'string',
      defaultDescription: 'the first that pays and that none beats, or quality',
      describe:
        'Objective of requests that name none: quality, balanced, cost, fast, or one added below',
    },
    overwrite: overwriteOption,
    ...trainingOptions,
    ...objectiveOptions,
  },
  examples: [
    ['train runs/demo --out demo.policy.json', 'after "routesmith demo", or with your own run'],
    [
      'train runs/demo --out keep.policy.json --keep-quality 0.98 --objective keep-98',
      "keeps 98 % of the best model's quality at the lowest cost, by default",
    ],
    [
      'train runs/demo --add runs/week-48 --out next.policy.json',
      'also learns from an audit, each prompt weighted by the requests it stands for',
    ],
    [
      'train runs/demo --out capped.policy.json --max-cost-per-request 0.002 --max-latency-p95 3000',
      'adds two objectives: "max-cost-0.002" and "max-p95-3000"',
    ],
  ],
  async run(args) {
    const objectives = listObjectiveRequests(args);
    const names = [...standardObjectives, ...objectives].map(({ name }) => name);
    if (args.objective !== undefined) checkOptionValue('--objective', args.objective, names);
    const runs = [args.run, ...(args.add === undefined ? [] : parseNames('--add', args.add))];
    await prepareOutputFile(args.out, {
      overwrite: args.overwrite,
      inputs: await listRunFiles(...runs),
    });
    const run = await openWithAdded({ ...args, onAdded: printShift });
    const [{ trainRun }, { withProgress }] = await Promise.all([
      import('../../learn/train/train-run.js'),
      import('../print/work-progress.js'),
    ]);
    const trained = await withProgress('fits', (onProgress) =>
      trainRun(run, {
        seed: args.seed,
        ...readTrainingOptions(args),
        objectives,
        ...(args.objective !== undefined && { defaultObjective: args.objective }),
        ...(args.baseline !== undefined && { baseline: args.baseline }),
        onNotice: printNotice,
        onProgress,
      }),
    );
    await writeOutputFile(args.out, trained.text);
    await printTrained(trained, args);
  },
});

async function printTrained(
  { text, backend, digest, warnings, evaluation, policy }: Awaited<ReturnType<typeof trainRun>>,
  { out: file, json }: { readonly out: string; readonly json: boolean },
): Promise<void> {
  const bytes = Buffer.byteLength(text);
  for (const warning of warnings) printWarning(warning);
  if (json) {
    printJson({ file, bytes, digest, backend, warnings, evaluation });
    return;
  }
  const [
    { printComparison, printEvidence, printFamilies, printVerdict },
    { printObjectives, printPolicyFile },
    { printDelivery },
  ] = await Promise.all([
    import('../print/print-evaluation.js'),
    import('../print/print-policy.js'),
    import('../print/print-delivery.js'),
  ]);
  printVerdict(evaluation);
  print();
  if (evaluation.delivery !== null) {
    printDelivery(evaluation.delivery, `What ${file} delivers on new prompts:`);
    print();
  }
  printComparison(evaluation);
  printFamilies(evaluation);
  print();
  printEvidence(evaluation.verdict);
  print();
  printObjectives({ ...policy, delivery: evaluation.delivery });
  print();
  printPolicyFile({ file, bytes, digest });
  const { kind, routed, objective } = evaluation.advice;
  const shown =
    kind === 'route' && !routed.includes(objective) ? (routed[0] ?? objective) : objective;
  print(
    escapeControls(
      `\nNext: routesmith route ${quoteWord(file)} "Your prompt here" --objective ${quoteWord(shown)}`,
    ),
  );
}

/** Where a folder holds an audit: how production differs from the prompts of a run, if that is known. */
async function printShift(path: string, run: Run): Promise<void> {
  const [{ existsSync }, { join }, { auditFileName, readAuditFile }, { compareProduction }] =
    await Promise.all([
      import('node:fs'),
      import('node:path'),
      import('../../review/audit/audit-file.js'),
      import('../../review/audit/compare-production.js'),
    ]);
  const file = join(path, auditFileName);
  if (!existsSync(file)) return;
  const { describeShift } = await import('../print/describe-shift.js');
  const compared = compareProduction(await readAuditFile(file), run.table);
  printNotice(escapeControls(describeShift(compared)));
}
