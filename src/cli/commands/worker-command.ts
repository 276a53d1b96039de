import type { QueueTools } from '../../measure/queue/queue-plan.js';
import type { OpenWorkerTools, WorkerSummary } from '../../measure/queue/serve-queue.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { defineCommand } from '../options/define-command.js';
import { queueOptions, readQueueAddress } from '../options/queue-options.js';
import { finishingCalls, listenForInterrupt } from '../print/interrupt.js';
import { escapeControls, print, printJson, printNotice, printWrapped } from '../print/print.js';

export const workerCommand = defineCommand({
  usage: 'worker',
  summary: 'Make the calls of sweeps that were started with --queue, on any machine',
  positionals: {},
  options: {
    ...queueOptions,
    concurrency: {
      type: 'number',
      default: defaultConcurrency,
      whole: true,
      minimum: 1,
      maximum: 1000,
      describe: 'Maximum number of in-flight calls of this worker',
    },
    once: {
      type: 'boolean',
      default: false,
      describe: 'End when no run has cells left, instead of waiting for the next run',
    },
    spool: {
      type: 'string',
      default: 'routesmith-spool',
      describe: 'Folder for answers that are not in the database yet',
    },
    'allow-code': {
      type: 'boolean',
      default: false,
      describe: 'Work on runs that run code from answers, in a sandbox',
    },
  },
  examples: [
    [
      'worker --queue postgres://team@db.internal/sweeps?sslmode=verify-full',
      'keys come from the environment of the worker',
    ],
    ['worker --once --concurrency 50', 'with the address in ROUTESMITH_QUEUE'],
  ],
  async run(args) {
    const address = readQueueAddress(args);
    const { serveQueue } = await import('../../measure/queue/serve-queue.js');
    const interrupt = listenForInterrupt(finishingCalls);
    try {
      const summary = await serveQueue({
        address,
        concurrency: args.concurrency,
        environment: process.env,
        spoolFolder: args.spool,
        once: args.once,
        signal: interrupt.signal,
        openTools: (tools) => openTools(tools, args['allow-code'], interrupt.signal),
        onNotice: (notice) => printNotice(escapeControls(notice)),
      });
      if (args.json) printJson(summary);
      else printWorker(summary, args.spool);
    } finally {
      interrupt.dispose();
    }
  },
});

/** Opens a run's sandbox and judge. Code is only run where the worker's operator allows it. */
async function openTools(
  { allowCode, judge, ambiguous }: QueueTools,
  mayRunCode: boolean,
  signal: AbortSignal,
): Promise<OpenWorkerTools> {
  if (allowCode && !mayRunCode) {
    throw new RoutesmithError('usage', 'the run needs a sandbox for code from answers', {
      where: 'worker',
      fix: 'Start the worker with --allow-code, or the sweep without it.',
    });
  }
  const { openGradingTools } = await import('../../measure/sweep/grading-tools.js');
  return openGradingTools(
    { allowCode, judge: judge ?? undefined, ambiguous: ambiguous ?? undefined },
    signal,
  );
}

function printWorker({ settled, recovered, unrecorded }: WorkerSummary, spool: string): void {
  print(`Settled ${formatCount(settled, 'cell')}.`);
  if (recovered > 0) print(`Recorded ${formatCount(recovered, 'answer')} of a killed worker.`);
  if (unrecorded > 0) {
    printWrapped(
      `${formatCount(unrecorded, 'answer')} could not be recorded with their grades and are in ${spool}. Start a worker there again.`,
    );
  }
}
