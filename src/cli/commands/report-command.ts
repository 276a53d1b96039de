import { RoutesmithError } from '../../util/errors.js';
import { version } from '../../version.js';
import { checkName } from '../options/check-name.js';
import { defineCommand } from './define-command.js';
import { describeCommandLine } from '../describe-command-line.js';
import { formatBytes } from '../print/format-number.js';
import { moneyOptions } from '../options/money-options.js';
import {
  describeSimulated,
  escapeControls,
  print,
  printJson,
  printNotice,
} from '../print/print.js';
import { partOptions, readTrainingOptions, trainingOptions } from '../options/training-options.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { runPositional } from '../options/run-positional.js';

export const reportCommand = defineCommand({
  usage: 'report <run>',
  summary: 'Write one HTML page: where money is wasted, and whether routing pays',
  positionals: { run: runPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'The HTML file to write' },
    policy: {
      type: 'string',
      describe: 'Report on this policy file, its robustness and its objectives',
    },
    evaluation: {
      type: 'string',
      describe: 'What "evaluate RUN --json" wrote, instead of evaluating now',
    },
    objective: {
      type: 'string',
      describe: "The objective to speak of [default: the policy's, or the first that pays]",
    },
    ...moneyOptions,
    'no-prompts': {
      type: 'boolean',
      default: false,
      describe: 'Put no prompt into the page, to hand it to others',
    },
    ...partOptions,
    ...trainingOptions,
  },
  examples: [
    ['report runs/demo --out report.html', 'after "routesmith demo", or with a run of yours'],
    [
      'report runs/demo --policy runs/demo/demo.policy.json --monthly-requests 200000 --out report.html',
      'with the policy, and money for a month',
    ],
    [
      'report runs/demo --evaluation evaluation.json --out report.html',
      'after "routesmith evaluate runs/demo --json > evaluation.json"',
    ],
  ],
  async run(args) {
    checkEvaluationOptions(args);
    await prepareOutputFile(args.out);
    const [{ openRun }, { reportRun }, { renderReport }] = await Promise.all([
      import('../open-run.js'),
      import('../../learn/report/report-run.js'),
      import('../../learn/report/render-report.js'),
    ]);
    const run = await openRun(args.run);
    if (args.baseline !== undefined) checkName('--baseline', args.baseline, run.table.models);
    const { file: evaluationFile, baseline } = { file: args.evaluation, baseline: args.baseline };
    const report = await reportRun(run, {
      policyFile: args.policy,
      monthlyRequests: args.monthlyRequests,
      mixFile: args.mix,
      showPrompts: !args.noPrompts,
      seed: args.seed,
      margin: args.margin,
      createdAt: new Date().toISOString(),
      version,
      command: describeCommandLine(process.argv),
      ...(baseline !== undefined && { baseline }),
      ...(args.objective !== undefined && { objective: args.objective }),
      async evaluate(outcomesDigest) {
        if (evaluationFile !== undefined) {
          const { readEvaluationFile } = await import('../read-evaluation-file.js');
          const expected = { outcomesDigest, baseline };
          const evaluation = await readEvaluationFile(evaluationFile, expected);
          const { source } = evaluation;
          return {
            evaluation,
            evaluatedBy: `from ${evaluationFile}, cross-validated by routesmith ${source.version}`,
          };
        }
        const { crossValidate } = await import('../cross-validate.js');
        const evaluation = await crossValidate(run, {
          seed: args.seed,
          folds: args.folds ?? 5,
          unseenTasks: false,
          objectives: [],
          ...readTrainingOptions(args),
          ...(baseline !== undefined && { baseline }),
        });
        return { evaluation, evaluatedBy: 'cross-validated for this report' };
      },
    });
    if (args.objective !== undefined) {
      const names = report.money.objectives.map(({ objective }) => objective);
      checkName('--objective', args.objective, names);
    }
    const page = renderReport(report);
    await writeOutputFile(args.out, page);
    const bytes = Buffer.byteLength(page);
    if (args.json) {
      printJson({ file: args.out, bytes, report });
      return;
    }
    if (report.simulated) print(describeSimulated());
    if (report.overkill.prompts === 'shown') {
      printNotice('The page shows prompts of the run; --no-prompts leaves them out.');
    }
    const { printReportSummary } = await import('../print/print-overkill.js');
    printReportSummary(report);
    print(escapeControls(`Report: ${args.out}, ${formatBytes(bytes)}`));
  },
});

function checkEvaluationOptions(args: {
  readonly evaluation: string | undefined;
  readonly folds: number | undefined;
  readonly family: string | undefined;
  readonly threads: number | undefined;
}): void {
  if (args.evaluation === undefined) return;
  const given = { '--folds': args.folds, '--family': args.family, '--threads': args.threads };
  const [needless] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (needless === undefined) return;
  throw new RoutesmithError('usage', `${needless} has no meaning with --evaluation`, {
    fix: 'The evaluation has been made already. Leave one of the two out.',
  });
}
