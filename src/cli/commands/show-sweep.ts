import type { AdaptiveRecord } from '../../learn/adaptive/adaptive-record.js';
import type { RepeatRecord } from '../../learn/repeats/repeat-record.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { GradingToolsSettings, JudgeChoice } from '../../measure/sweep/grading-tools.js';
import type { ProgressReporter } from '../../measure/sweep/progress-reporter.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { checkIsNoInput } from '../../util/write-output-file.js';
import { withGradingTools } from '../options/grading-options.js';
import { listRunFiles } from '../options/run-options.js';
import type { SweepChoice } from '../options/repeats-option.js';
import { finishingCalls, leavingBatches } from '../print/interrupt.js';
import { escapeControls, printNotice } from '../print/print.js';

export interface SweepResults {
  readonly summary: SweepSummary;
  readonly judge: JudgeSpend | undefined;
  /** Of an adaptive sweep. */
  readonly record?: AdaptiveRecord;
  /** Of a sweep that decides about repeats. */
  readonly repeats?: RepeatRecord;
}

/** Runs a sweep and shows its progress on standard error. */
export async function sweep(
  settings: SweepSettings,
  grading: GradingToolsSettings,
  logFile: string | undefined,
  { adaptive, autoRepeats }: SweepChoice = {},
): Promise<SweepResults> {
  return showSweep(
    settings,
    grading,
    logFile,
    async (run, reporter): Promise<Omit<SweepResults, 'judge'>> => {
      if (autoRepeats === true) {
        const { sweepWithRepeats } = await import('./sweep-with-repeats.js');
        return sweepWithRepeats(settings, run);
      }
      if (adaptive === undefined) return { summary: await run() };
      const { sweepAdaptively } = await import('./sweep-adaptively.js');
      return sweepAdaptively(adaptive, settings, reporter, run);
    },
  );
}

/** Says before the first call what a sweep without a budget can cost. */
export async function noteNoBudget(
  settings: SweepSettings,
  grading: JudgeChoice,
  choice: SweepChoice = {},
): Promise<void> {
  if (settings.budgetUsd !== undefined) return;
  const [{ estimateChoice }, { readJudge }, { describeCostAhead }] = await Promise.all([
    import('./estimate-choice.js'),
    import('../../measure/sweep/grading-tools.js'),
    import('../print/print-estimate.js'),
  ]);
  const { full, ...likely } = await estimateChoice(settings, choice, await readJudge(grading));
  const cost = describeCostAhead(full, likely);
  if (cost !== undefined) printNotice(`No --budget: ${cost}.`);
}

/**
 * Opens what a sweep needs, and shows its progress on standard error.
 *
 * @param drive runs the sweep, of all cells or of those that a source decides
 */
export async function showSweep<Result extends object>(
  settings: SweepSettings,
  { allowCode, judge, ambiguous }: GradingToolsSettings,
  logFile: string | undefined,
  drive: (
    run: (createSource?: CreateCellSource) => Promise<SweepSummary>,
    reporter: ProgressReporter,
  ) => Promise<Result>,
): Promise<Result & { readonly judge: JudgeSpend | undefined }> {
  const [{ runSweep }, { createProgressReporter }, { openSweepLog }, { systemClock }] =
    await Promise.all([
      import('../../measure/sweep/run-sweep.js'),
      import('../../measure/sweep/progress-reporter.js'),
      import('../../measure/sweep/sweep-event.js'),
      import('../../measure/sweep/calls/clock.js'),
    ]);
  if (logFile !== undefined) {
    const inputs = [
      settings.taskSet.file,
      settings.pool.file,
      ...(await listRunFiles(settings.runDirectory)),
    ];
    const judgeFile = typeof judge === 'string' ? judge : undefined;
    await checkIsNoInput(logFile, [...inputs, judgeFile], 'Name another file with --log.');
  }
  const log = logFile === undefined ? undefined : await openSweepLog(logFile, systemClock);
  const reporter = createProgressReporter(process.stderr, systemClock);
  const candidates = settings.pool.models.map(({ model }) => model);
  try {
    return await withGradingTools(
      {
        allowCode,
        judge,
        ambiguous,
        candidates,
        interruptMessage: settings.batches === undefined ? finishingCalls : leavingBatches,
      },
      async ({ tools, judgeSpend, signal }) => {
        const run = (createSource?: CreateCellSource): Promise<SweepSummary> =>
          runSweep({
            ...settings,
            tools,
            signal,
            onProgress: (progress, notice) =>
              reporter.report(progress, notice === undefined ? undefined : escapeControls(notice)),
            ...(log !== undefined && { onEvent: log.write }),
            ...(createSource && { createSource }),
          });
        const driven = await drive(run, reporter);
        return { ...driven, judge: judgeSpend() };
      },
    );
  } finally {
    reporter.close();
    await log?.close();
  }
}
