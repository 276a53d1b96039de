import { defineCommand } from './define-command.js';
import { gradingOptions, openGradingTools, printJudgeSpend } from '../grading-tools.js';
import { listenForInterrupt } from '../interrupt.js';
import { printJson } from '../print/print.js';

export const gradeCommand = defineCommand({
  usage: 'grade <run>',
  summary: "Grade a sweep's stored answers anew, without calling its models",
  positionals: {
    run: { type: 'string', demandOption: true, describe: "A sweep's folder" },
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
      describe: 'Also grade anew what has not changed: asks a judge again',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Show what would change, write nothing',
    },
    human: {
      type: 'string',
      describe: "People's labels (CSV or JSONL: task, model, quality): how far grades agree",
    },
  },
  examples: [
    ['grade runs/everyday', 'after an update of Routesmith, with better graders'],
    ['grade runs/everyday --tasks datasets/everyday.jsonl --dry-run', 'with corrected references'],
    ['grade runs/everyday --allow-code', 'run the code that answers hold, in a sandbox'],
    ['grade runs/everyday --judge judge.yaml --human labels.csv', 'and compare with people'],
  ],
  async run(args) {
    const [
      { createFitProgress },
      { gradeRun },
      { readTaskSet },
      { checkGrader },
      { buildGradeReport, checkGraded, printGradeReport, readCandidates, readLabels },
    ] = await Promise.all([
      import('../print/fit-progress.js'),
      import('../../measure/sweep/grade-run.js'),
      import('../../measure/tasks/read-task-set.js'),
      import('../../measure/graders/check-grader.js'),
      import('../print/print-grade.js'),
    ]);
    const taskSet =
      args.tasks === undefined ? undefined : await readTaskSet(args.tasks, { checkGrader });
    const human = args.human === undefined ? undefined : await readLabels(args.human);
    const candidates = args.judge === undefined ? [] : await readCandidates(args.run);
    const interrupt = listenForInterrupt('Finishing the answers under way.');
    const opened = await openGradingTools(args, interrupt.signal);
    opened.warnOfKinship(candidates);
    const progress = createFitProgress(process.stderr, () => performance.now());
    let summary;
    try {
      summary = await gradeRun({
        runDirectory: args.run,
        ...(taskSet !== undefined && { examples: taskSet.examples }),
        tools: opened.tools,
        now: () => new Date(),
        force: args.all,
        dryRun: args.dryRun,
        signal: interrupt.signal,
        onProgress: (done, total) => progress.report(done, total),
      });
    } finally {
      progress.close();
      interrupt.dispose();
      await opened.close();
    }
    const report = buildGradeReport(summary, human, opened.judgeSpend());
    if (args.json) printJson(report);
    else {
      printGradeReport(report, args.dryRun);
      printJudgeSpend(opened.judgeSpend());
    }
    checkGraded(summary, args.run);
  },
});
