import type { AmbiguousRule } from '../../measure/graders/grade.js';
import type { HumanLabel } from '../../measure/outcomes/read-human-labels.js';
import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { GradeRunSummary } from '../../measure/sweep/grade-run.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';
import { gradingOptions, withGradingTools } from '../options/grading-options.js';
import { printJson } from '../print/print.js';

export const gradeCommand = defineCommand({
  usage: 'grade <run>',
  summary: 'Regrade the stored answers of a sweep; calls none of its models',
  positionals: {
    run: { type: 'string', demandOption: true, describe: 'Run folder of a sweep' },
  },
  options: {
    tasks: {
      type: 'string',
      describe: 'Take graders and references from this task set, prompt by prompt',
    },
    ...gradingOptions,
    all: {
      type: 'boolean',
      default: false,
      describe: 'Also regrade answers whose grader has not changed; calls a judge again',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Show what would change and what a judge would cost; call and write nothing',
    },
    human: {
      type: 'string',
      describe: 'Human labels (CSV or JSONL: task, model, quality), to compare with the grades',
    },
  },
  examples: [
    ['grade runs/everyday', 'after an update of Routesmith with better graders'],
    ['grade runs/everyday --tasks datasets/everyday.jsonl --dry-run', 'with corrected references'],
    ['grade runs/everyday --allow-code', 'run the code in answers, in a sandbox'],
    [
      'grade runs/everyday --judge judge.yaml --dry-run',
      'what a judge would be asked, and what that would cost',
    ],
    ['grade runs/everyday --judge judge.yaml --human labels.csv', 'and compare with human labels'],
  ],
  async run(args) {
    const human = args.human === undefined ? undefined : await readHuman(args.human);
    const { summary, judgeSpend } = await regrade(args);
    await printGrades(summary, { human, judgeSpend, json: args.json, dryRun: args.dryRun });
    checkGraded(summary, args.run);
  },
});

interface GradeArguments {
  readonly run: string;
  readonly tasks: string | undefined;
  readonly allowCode: boolean;
  readonly judge: string | undefined;
  readonly ambiguous: AmbiguousRule | undefined;
  readonly all: boolean;
  readonly dryRun: boolean;
}

async function readHuman(file: string): Promise<readonly HumanLabel[]> {
  const { readHumanLabels } = await import('../../measure/outcomes/read-human-labels.js');
  return readHumanLabels(file);
}

async function regrade(args: GradeArguments): Promise<{
  readonly summary: GradeRunSummary;
  readonly judgeSpend: JudgeSpend | undefined;
}> {
  const [
    { gradeRun, readSweepInfo },
    { readTaskSet },
    { checkGrader },
    { readCandidateNames },
    { withProgress },
  ] = await Promise.all([
    import('../../measure/sweep/grade-run.js'),
    import('../../measure/tasks/read-task-set.js'),
    import('../../measure/graders/check-grader.js'),
    import('../../measure/sweep/grading-tools.js'),
    import('../print/work-progress.js'),
  ]);
  const taskSet =
    args.tasks === undefined ? undefined : await readTaskSet(args.tasks, { checkGrader });
  // The ledger of a folder that is no run cannot be read.
  await readSweepInfo(args.run);
  const candidates = args.judge === undefined ? [] : await readCandidateNames(args.run);
  const interruptMessage = 'Finishing in-flight grades. Press Ctrl-C again to quit now.';
  return withGradingTools(
    {
      allowCode: args.allowCode,
      judge: args.judge,
      ambiguous: args.ambiguous,
      candidates,
      interruptMessage,
      estimatesJudge: args.dryRun,
    },
    async ({ tools, judgeSpend, estimatedJudge, signal }) => {
      const summary = await withProgress('answers', (onProgress) =>
        gradeRun({
          runDirectory: args.run,
          ...(taskSet !== undefined && { examples: taskSet.examples }),
          tools,
          now: () => new Date(),
          force: args.all,
          dryRun: estimatedJudge === undefined ? args.dryRun : { estimatedJudge },
          signal,
          onProgress,
        }),
      );
      return { summary, judgeSpend: judgeSpend() };
    },
  );
}

async function printGrades(
  summary: GradeRunSummary,
  settings: {
    readonly human: readonly HumanLabel[] | undefined;
    readonly judgeSpend: JudgeSpend | undefined;
    readonly json: boolean;
    readonly dryRun: boolean;
  },
): Promise<void> {
  const [{ computeGradeReport }, { printGradeReport }, { printJudgeEstimate, printJudgeSpend }] =
    await Promise.all([
      import('../../learn/evaluate/diagnose/grade-report.js'),
      import('../print/print-grade.js'),
      import('../print/print-judge.js'),
    ]);
  const report = computeGradeReport(summary, settings.human, settings.judgeSpend);
  if (settings.json) {
    printJson(report);
    return;
  }
  printGradeReport(report, settings.dryRun);
  printJudgeSpend(settings.judgeSpend);
  printJudgeEstimate(report.judgeEstimate, report.toJudge);
}

function checkGraded({ interrupted }: GradeRunSummary, run: string): void {
  if (!interrupted) return;
  throw new RoutesmithError('interrupted', 'interrupted before all answers were graded', {
    where: run,
    fix: 'Run the same command again. Answers that are graded stay graded.',
  });
}
