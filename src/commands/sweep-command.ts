import { defineCommand } from './define-command.js';
import { gradingOptions, openGradingTools, printJudgeSpend } from './grading-tools.js';
import { listenForInterrupt } from './interrupt.js';
import { escapeControls, print, printJson } from './print.js';

export const sweepCommand = defineCommand({
  usage: 'sweep',
  summary: 'Ask every model of a pool every task, and grade the answers',
  positionals: {},
  options: {
    tasks: { type: 'string', demandOption: true, describe: 'Task set: JSONL, CSV or YAML' },
    pool: { type: 'string', demandOption: true, describe: 'The models: models.yaml' },
    out: {
      type: 'string',
      demandOption: true,
      describe: "The run's folder; a sweep that is there already is resumed",
    },
    concurrency: {
      type: 'number',
      default: 8,
      whole: true,
      minimum: 1,
      maximum: 1000,
      describe: 'Calls under way at the same time',
    },
    repeats: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 1,
      describe: 'Calls of each task and model',
    },
    seed: {
      type: 'number',
      default: 0,
      whole: true,
      minimum: 0,
      describe: 'Decides the order of the calls',
    },
    limit: {
      type: 'number',
      whole: true,
      minimum: 1,
      describe: "The most prompts to run, the first of the seed's order",
    },
    ...gradingOptions,
  },
  examples: [
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday',
      'Ctrl-C pauses it, the same command resumes it',
    ],
  ],
  async run(args) {
    const [{ readTaskSet }, { checkGrader }, { readPool }, { runSweep }, reporting, clocks, ends] =
      await Promise.all([
        import('../tasks/read-task-set.js'),
        import('../graders/check-grader.js'),
        import('../pool/read-pool.js'),
        import('../sweep/run-sweep.js'),
        import('../sweep/progress-reporter.js'),
        import('../providers/clock.js'),
        import('./print-sweep.js'),
      ]);
    const taskSet = await readTaskSet(args.tasks, { checkGrader });
    const pool = await readPool(args.pool);
    const interrupt = listenForInterrupt(
      'Finishing the calls under way. Ctrl-C again ends at once.',
    );
    const opened = await openGradingTools(args, interrupt.signal);
    opened.warnOfKinship(pool.models.map(({ model }) => model));
    const reporter = reporting.createProgressReporter(process.stderr, clocks.systemClock);
    let summary;
    try {
      summary = await runSweep({
        taskSet,
        pool,
        runDirectory: args.out,
        concurrency: args.concurrency,
        repeats: args.repeats,
        seed: args.seed,
        environment: process.env,
        signal: interrupt.signal,
        tools: opened.tools,
        onProgress: (progress, notice) =>
          reporter.report(progress, notice === undefined ? undefined : escapeControls(notice)),
        ...(args.limit !== undefined && { limit: args.limit }),
      });
    } finally {
      reporter.close();
      interrupt.dispose();
      await opened.close();
    }
    const models = await ends.readModelSummaries(args.out);
    const judge = opened.judgeSpend();
    if (args.json) printJson({ ...summary, results: models, ...(judge && { judge }) });
    else {
      ends.printSweep(summary, models);
      printJudgeSpend(judge);
    }
    ends.checkComplete(summary);
    if (!args.json) print(`\nNext: routesmith evaluate ${args.out}`);
  },
});
