import { findMissingObjectives } from '../../learn/report/missing-objectives.js';
import type { Report } from '../../learn/report/report.js';
import type { EvaluationForReport } from '../../learn/report/report-run.js';
import type { Run } from '../../measure/outcomes/run.js';
import { quoteWord } from '../../util/quote-word.js';
import { formatBytes } from '../../util/format-number.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { version } from '../../version.js';
import { checkCombination, checkOptionValue } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import {
  listObjectiveRequests,
  objectiveOptions,
  type ObjectiveArguments,
} from '../options/objective-options.js';
import {
  balanceOption,
  listRunFiles,
  modelsOption,
  moneyOptions,
  loadRun,
  runPositional,
  seedOption,
  overwriteOption,
} from '../options/run-options.js';
import { foldsOption, readTrainingOptions, trainingOptions } from '../options/training-options.js';
import {
  describeCommandLine,
  describeSimulated,
  escapeControls,
  print,
  printJson,
  printNotice,
} from '../print/print.js';

export const reportCommand = defineCommand({
  usage: 'report <run>',
  summary: 'Write an HTML page that shows where money is wasted, and whether routing pays',
  positionals: { run: runPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'HTML file to write' },
    policy: {
      type: 'string',
      describe: 'Include this policy file, with its objectives and its robustness',
    },
    evaluation: {
      type: 'string',
      describe: 'Output of "evaluate RUN --json", to use instead of evaluating now',
    },
    replay: {
      type: 'string',
      describe: 'Output of "replay LOG --policy FILE --json", to show what changes in production',
    },
    objective: {
      type: 'string',
      describe: "Objective to report on [default: the policy's, or the first that pays]",
    },
    ...moneyOptions,
    baseline: {
      type: 'string',
      describe: "Model in use today [default: the policy's, or the best single model]",
    },
    overwrite: overwriteOption,
    models: modelsOption,
    balance: balanceOption,
    'no-prompts': {
      type: 'boolean',
      default: false,
      describe: 'Leave all prompts out of the page, so it can be shared',
    },
    ...objectiveOptions,
    folds: foldsOption,
    seed: seedOption,
    ...trainingOptions,
  },
  examples: [
    ['report runs/demo --out report.html', 'after "routesmith demo", or with your own run'],
    [
      'report runs/demo --policy runs/demo/demo.policy.json --monthly-requests 200000 --out savings.html',
      'with a policy, and monthly savings',
    ],
    [
      'report runs/demo --evaluation evaluation.json --out evaluated.html',
      'after "routesmith evaluate runs/demo --json > evaluation.json"',
    ],
  ],
  async run(args) {
    checkEvaluationOptions(args);
    const { policy, evaluation, replay, mix } = args;
    await prepareOutputFile(args.out, {
      overwrite: args.overwrite,
      inputs: [...(await listRunFiles(args.run)), policy, evaluation, replay, mix],
    });
    const [{ reportRun }, { renderReport }] = await Promise.all([
      import('../../learn/report/report-run.js'),
      import('../../learn/report/render-report.js'),
    ]);
    const run = await loadRun(args.run, args);
    const report = await reportRun(run, {
      policyFile: args.policy,
      replayFile: args.replay,
      monthlyRequests: args.monthlyRequests,
      mixFile: args.mix,
      showPrompts: !args.noPrompts,
      seed: args.seed,
      margin: args.margin,
      createdAt: new Date().toISOString(),
      version,
      command: describeCommandLine(process.argv),
      ...(args.baseline !== undefined && { baseline: args.baseline }),
      ...(args.objective !== undefined && { objective: args.objective }),
      evaluate: (outcomesDigest) =>
        args.evaluation === undefined
          ? evaluateRun(run, args)
          : readEvaluation(args.evaluation, { outcomesDigest, baseline: args.baseline }),
      ...(args.evaluation === undefined && {
        evaluateWith: (baseline) => {
          printNotice(`The policy's baseline is ${quoteWord(baseline)}: evaluating with it.`);
          return evaluateRun(run, { ...args, baseline });
        },
      }),
    });
    if (args.objective !== undefined) {
      const names = report.money.objectives.map(({ objective }) => objective);
      checkOptionValue('--objective', args.objective, names);
    }
    noteMissingObjectives(report);
    const page = renderReport(report);
    await writeOutputFile(args.out, page);
    const bytes = Buffer.byteLength(page);
    if (args.json) {
      printJson({ file: args.out, bytes, report });
      return;
    }
    if (report.simulated) print(describeSimulated());
    if (report.overkill.prompts === 'shown') {
      printNotice('The page contains prompts of the run. Use --no-prompts to leave them out.');
    }
    const { printReportSummary } = await import('../print/print-overkill.js');
    printReportSummary(report);
    print(escapeControls(`Report: ${args.out}, ${formatBytes(bytes)}`));
  },
});

/** Says which options would have the report plan what its policy file does. */
function noteMissingObjectives(report: Report): void {
  const missing = findMissingObjectives(report);
  if (missing === undefined) return;
  const { names, remedy } = missing;
  const how = remedy === undefined ? '' : ` To include them, ${remedy}.`;
  printNotice(
    `The report does not evaluate objectives of the policy: ${names}. Its other figures may differ from those of train.${how}`,
  );
}

interface EvaluationArguments extends ObjectiveArguments {
  readonly seed: number;
  readonly folds: number | undefined;
  readonly baseline: string | undefined;
  readonly family: string | undefined;
  readonly threads: number | undefined;
}

function checkEvaluationOptions(
  args: EvaluationArguments & { readonly evaluation: string | undefined },
): void {
  if (args.evaluation === undefined) return;
  const options = {
    'keep-quality': args.keepQuality,
    'max-cost-per-request': args.maxCostPerRequest,
    'max-latency-p95': args.maxLatencyP95,
    folds: args.folds,
    family: args.family,
    threads: args.threads,
  };
  checkCombination(options, 'evaluation', 'The evaluation exists already.');
}

async function readEvaluation(
  file: string,
  expected: { readonly outcomesDigest: string; readonly baseline: string | undefined },
): Promise<EvaluationForReport> {
  const { readEvaluationFile } = await import('../../learn/report/read-evaluation-file.js');
  const evaluation = await readEvaluationFile(file, expected);
  const evaluatedBy = `from ${file}, cross-validated by routesmith ${evaluation.source.version}`;
  return { evaluation, evaluatedBy, evaluationOrigin: 'evaluate' };
}

async function evaluateRun(run: Run, args: EvaluationArguments): Promise<EvaluationForReport> {
  const [{ crossValidate }, { withProgress }] = await Promise.all([
    import('../../learn/evaluate/cross-validate.js'),
    import('../print/work-progress.js'),
  ]);
  const evaluation = await withProgress('fits', (onProgress) =>
    crossValidate(run, {
      seed: args.seed,
      folds: args.folds,
      baseline: args.baseline,
      unseenTasks: false,
      objectives: listObjectiveRequests(args),
      ...readTrainingOptions(args),
      onNotice: printNotice,
      onProgress,
    }),
  );
  return {
    evaluation,
    evaluatedBy: 'cross-validated for this report',
    evaluationOrigin: 'report',
  };
}
