import type { LaneStatus, QueueStatus, RunStatus } from '../../measure/queue/manage-queue.js';
import { formatCount, formatUsd, formatWhole } from '../../util/format-number.js';
import { escapeControls, formatTable, print, printWrapped, textColumn } from './print.js';

/** Prints the runs of a queue, the lanes of those that are open, and the workers. */
export function printQueueStatus({ runs, workers }: QueueStatus): void {
  if (runs.length === 0) print('No runs. Start one: routesmith sweep ... --queue URL');
  for (const run of runs) printRun(run);
  if (workers.length === 0) {
    print('No workers. Start some: routesmith worker --queue URL');
    return;
  }
  print(
    formatTable(
      [textColumn('worker'), 'in flight', 'settled', 'heard of'],
      workers.map(({ name, inFlight, concurrency, settled, silentSeconds }) => [
        name,
        `${inFlight}/${concurrency}`,
        formatWhole(settled),
        `${Math.round(silentSeconds)} s ago`,
      ]),
    ),
  );
  for (const { name, notes } of workers) {
    for (const { runId, text } of notes) {
      printWrapped(`${name} ${text} (${nameRun(runs, runId)})`, 0, 2);
    }
  }
}

/** Names a run of a note; it may have been purged since. */
function nameRun(runs: readonly RunStatus[], runId: string): string {
  const run = runs.find(({ id }) => id === runId);
  return run === undefined ? `run ${runId}` : `${run.name}, run ${runId}`;
}

function printRun(run: RunStatus): void {
  const { name, id, state, cells, done, lanes, lateAnswers } = run;
  print(`${escapeControls(name)}: ${state.replace('_', ' ')}, run ${id}`);
  print(`  ${formatWhole(done)} of ${formatCount(cells, 'cell')} done, ${describeSpend(run)}`);
  if (lateAnswers > 0) {
    print(`  ${formatCount(lateAnswers, 'answer')} arrived too late and were not recorded`);
  }
  if (state === 'open' || state === 'budget_reached') {
    print(
      formatTable(
        [textColumn('lane'), 'done', 'in flight', 'per minute', textColumn('state')],
        lanes.map((lane) => [
          lane.models.join(', '),
          `${formatWhole(lane.done)}/${formatWhole(lane.cells)}`,
          `${lane.inFlight}/${lane.limit}`,
          describeRate(lane),
          lane.stoppedBecause === null ? (lane.pausedBecause === null ? '' : 'paused') : 'skipped',
        ]),
      ),
    );
    for (const { models, stoppedBecause, pausedBecause } of lanes) {
      const reason = stoppedBecause ?? pausedBecause;
      if (reason !== null) printWrapped(`${models.join(', ')}: ${reason}`, 2, 4);
    }
  }
  print();
}

/** The lane's calls in the last minute, and how many it allows itself after rate limits. */
function describeRate({ callsPerMinute, maxCallsPerMinute }: LaneStatus): string {
  const rate = formatWhole(Math.round(callsPerMinute));
  return maxCallsPerMinute === null
    ? rate
    : `${rate}/${formatWhole(Math.round(maxCallsPerMinute))}`;
}

function describeSpend(run: RunStatus): string {
  const { spentUsd, possibleUsd, reservedUsd, limitUsd } = run;
  const judgeUsd = run.judgeUsd + run.judgeBeforeUsd;
  const parts = [`${formatUsd(spentUsd)} spent`];
  if (possibleUsd > 0) parts.push(`up to ${formatUsd(possibleUsd)} more possible`);
  if (judgeUsd > 0) parts.push(`${formatUsd(judgeUsd)} for the judge`);
  if (reservedUsd > 0) parts.push(`${formatUsd(reservedUsd)} reserved`);
  if (limitUsd !== null) parts.push(`budget ${formatUsd(limitUsd)}`);
  return parts.join(', ');
}
