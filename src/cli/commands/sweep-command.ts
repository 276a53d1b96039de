import { join } from 'node:path';
import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { defineCommand } from './define-command.js';
import {
  gradingOptions,
  openGradingTools,
  printJudgeSpend,
  type OpenTools,
} from '../grading-tools.js';
import { listenForInterrupt } from '../interrupt.js';
import { escapeControls, print, printJson } from '../print/print.js';

/** The log's name where only `--log` is given. */
const defaultLog = 'log.jsonl';

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
    budget: {
      type: 'number',
      minimum: 0,
      describe: 'The most that the run may cost in USD, all its sweeps together',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Say what it would cost and take, and call and write nothing',
    },
    'retry-failed': {
      type: 'boolean',
      default: false,
      describe: 'Call only cells whose last call failed, and none that was never called',
    },
    log: {
      type: 'string',
      requiresArg: false,
      coerce: (value: string) => (value === '' ? defaultLog : value),
      describe: `A file for limits, retries and pauses, with reasons; alone: ${defaultLog} in the run's folder`,
    },
    ...gradingOptions,
  },
  examples: [
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday',
      'Ctrl-C pauses it, the same command resumes it',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --dry-run',
      'says what it would cost',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --budget 5.00',
      'ends with exit code 4 before it costs more',
    ],
  ],
  async run(args) {
    const [{ readTaskSet }, { checkGrader }, { readPool }] = await Promise.all([
      import('../../measure/tasks/read-task-set.js'),
      import('../../measure/graders/check-grader.js'),
      import('../../measure/models/read-pool.js'),
    ]);
    const settings: SweepSettings = {
      taskSet: await readTaskSet(args.tasks, { checkGrader }),
      pool: await readPool(args.pool),
      runDirectory: args.out,
      concurrency: args.concurrency,
      repeats: args.repeats,
      seed: args.seed,
      environment: process.env,
      retryFailed: args['retry-failed'],
      ...(args.limit !== undefined && { limit: args.limit }),
      ...(args.budget !== undefined && { budgetUsd: args.budget }),
    };
    if (args['dry-run']) {
      const [{ estimateSweep }, { printEstimate }] = await Promise.all([
        import('../../measure/sweep/estimate-sweep.js'),
        import('../print/print-estimate.js'),
      ]);
      const estimate = await estimateSweep(settings);
      if (args.json) printJson(estimate);
      else printEstimate(estimate, args.budget);
      return;
    }
    const ends = await import('../print/print-sweep.js');
    const logFile = args.log === defaultLog ? join(args.out, defaultLog) : args.log;
    const { summary, judge } = await sweep(settings, args, logFile);
    const models = await ends.readModelSummaries(args.out);
    if (args.json) printJson({ ...summary, results: models, ...(judge && { judge }) });
    else {
      ends.printSweep(summary, models);
      printJudgeSpend(judge);
    }
    ends.checkComplete(summary);
    if (!args.json) print(`\nNext: routesmith evaluate ${args.out}`);
  },
});

/** Runs a sweep, and shows how it goes on standard error. */
async function sweep(
  settings: SweepSettings,
  asked: Parameters<typeof openGradingTools>[0],
  logFile: string | undefined,
): Promise<{ readonly summary: SweepSummary; readonly judge: JudgeSpend | undefined }> {
  const [{ runSweep }, { createProgressReporter }, { openSweepLog }, { systemClock }] =
    await Promise.all([
      import('../../measure/sweep/run-sweep.js'),
      import('../../measure/sweep/progress-reporter.js'),
      import('../../measure/sweep/sweep-event.js'),
      import('../../measure/sweep/calls/clock.js'),
    ]);
  const log = logFile === undefined ? undefined : await openSweepLog(logFile, systemClock);
  const interrupt = listenForInterrupt('Finishing the calls under way. Ctrl-C again ends at once.');
  let grading: OpenTools | undefined;
  const reporter = createProgressReporter(process.stderr, systemClock);
  try {
    grading = await openGradingTools(asked, interrupt.signal);
    grading.warnOfKinship(settings.pool.models.map(({ model }) => model));
    const summary = await runSweep({
      ...settings,
      tools: grading.tools,
      signal: interrupt.signal,
      onProgress: (progress, notice) =>
        reporter.report(progress, notice === undefined ? undefined : escapeControls(notice)),
      ...(log !== undefined && { onEvent: log.write }),
    });
    return { summary, judge: grading.judgeSpend() };
  } finally {
    reporter.close();
    interrupt.dispose();
    await Promise.all([grading?.close(), log?.close()]);
  }
}
