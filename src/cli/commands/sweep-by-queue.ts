import type { AmbiguousRule } from '../../measure/graders/grade.js';
import type { QueueSweepSummary } from '../../measure/queue/coordinate-sweep.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepQueue } from '../options/queue-options.js';
import { listenForInterrupt } from '../print/interrupt.js';
import { escapeControls, printWarning } from '../print/print.js';

/** The options of `routesmith sweep` that matter with a queue. */
export interface QueueSweepArguments {
  readonly concurrency: number | undefined;
  readonly allowCode: boolean;
  readonly judge: string | undefined;
  readonly ambiguous: AmbiguousRule | undefined;
}

const leaving =
  'Leaving the run to its workers. Run the same command again to follow it, or end it with ' +
  'routesmith queue cancel.';

/** Runs a sweep whose calls workers make, and shows its progress on standard error. */
export async function sweepByQueue(
  settings: SweepSettings,
  queue: SweepQueue,
  args: QueueSweepArguments,
): Promise<QueueSweepSummary> {
  const [
    { coordinateSweep },
    { createProgressReporter },
    { systemClock },
    { describeKinship, readJudge },
  ] = await Promise.all([
    import('../../measure/queue/coordinate-sweep.js'),
    import('../../measure/sweep/progress-reporter.js'),
    import('../../measure/sweep/calls/clock.js'),
    import('../../measure/sweep/grading-tools.js'),
  ]);
  const judge = (await readJudge(args)) ?? null;
  const candidates = settings.pool.models.map(({ model }) => model);
  const kinship = judge === null ? undefined : describeKinship(judge.model, candidates);
  if (kinship !== undefined) printWarning(kinship);
  const reporter = createProgressReporter(process.stderr, systemClock);
  const interrupt = listenForInterrupt(leaving);
  try {
    return await coordinateSweep({
      ...settings,
      ...queue,
      ...(args.concurrency !== undefined && { laneMaximum: args.concurrency }),
      tools: { allowCode: args.allowCode, judge, ambiguous: args.ambiguous ?? null },
      signal: interrupt.signal,
      onProgress: (progress, notice) =>
        reporter.report(progress, notice === undefined ? undefined : escapeControls(notice)),
    });
  } finally {
    interrupt.dispose();
    reporter.close();
  }
}
