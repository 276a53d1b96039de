import { buildLanes, type Lane } from './lane.js';
import type { SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import { runCells, type CellsContext } from './run-cells.js';
import type { SettledCells } from './settled-cells.js';
import { describeEvent, describeStart } from './sweep-notices.js';
import type { SweepEvent } from './sweep-event.js';
import {
  countCell,
  countSkipped,
  startProgress,
  stopModel,
  type ModelProgress,
  type SweepProgress,
} from './sweep-progress.js';

export type CallSettings = Omit<CellsContext, 'plan' | 'ledger' | 'onEntry'> & {
  /** Whether to call only cells whose last call failed. */
  readonly isRetry: boolean;
  readonly onProgress: ((progress: SweepProgress, notice?: string) => void) | undefined;
};

/** How often the state of the lanes is reported. */
const stateIntervalMs = 5_000;

/** Runs the pending cells of a plan, reports progress, and returns the final progress. */
export async function callCells(
  plan: SweepPlan,
  records: SweepRecords,
  settings: CallSettings,
): Promise<SweepProgress> {
  const { clock, onEvent, onProgress = () => {}, isRetry } = settings;
  const { ledger, settled } = records;
  const report = (event: SweepEvent): void => {
    onEvent(event);
    if (event.kind === 'stopped') {
      for (const id of event.models) progress = stopModel(progress, id, event.reason);
    }
    const notice = describeEvent(event);
    if (notice !== undefined) onProgress(progress, notice);
  };
  const maximum = settings.concurrency;
  const now = (): number => clock.now();
  const lanes = buildLanes(plan, settled, { isRetry, maximum, now, onEvent: report });
  const laneOf = new Map(lanes.flatMap((lane) => lane.modelIds.map((id) => [id, lane] as const)));
  let progress = startProgress(countCells(plan, settled), clock.now(), (id) => {
    const lane = laneOf.get(id);
    return lane === undefined ? undefined : lane.describeFlow();
  });
  if (isRetry) progress = skip(progress, countNeverCalled(plan, settled));
  for (const notice of describeStart(plan, records)) onProgress(progress, notice);
  onProgress(progress);

  const reportState = (): void => {
    for (const lane of lanes)
      report({ kind: 'state', models: lane.modelIds, ...lane.describeFlow() });
  };
  const timer = setInterval(reportState, stateIntervalMs);
  try {
    await runCells(lanes, {
      ...settings,
      plan,
      ledger,
      onEvent: report,
      onEntry(entry) {
        if (entry.outcome !== 'infrastructure') settled.served.note(entry.model, entry);
        progress = countCell(progress, entry);
        onProgress(progress);
      },
    });
  } finally {
    clearInterval(timer);
    reportState();
  }
  progress = skip(progress, countPending(plan, lanes));
  onProgress(progress);
  return progress;
}

function countCells(
  plan: SweepPlan,
  settled: SettledCells,
): Pick<ModelProgress, 'model' | 'total' | 'settledBefore'>[] {
  const counts = countByModel(plan, (number) => settled.isSettled(number));
  const total = plan.cellCount / plan.models.length;
  return [...counts].map(([model, settledBefore]) => ({ model, total, settledBefore }));
}

function countNeverCalled(plan: SweepPlan, settled: SettledCells): ReadonlyMap<string, number> {
  return countByModel(plan, (number) => !settled.isSettled(number) && !settled.hasFailed(number));
}

/** Counts the cells that are still in the lanes. */
function countPending(plan: SweepPlan, lanes: readonly Lane[]): ReadonlyMap<string, number> {
  const left = new Set<number>();
  for (const lane of lanes) {
    for (const place of lane.listPending()) left.add(plan.order[place] as number);
  }
  return countByModel(plan, (number) => left.has(number));
}

function countByModel(
  plan: SweepPlan,
  isCounted: (number: number) => boolean,
): ReadonlyMap<string, number> {
  const counts = plan.models.map(() => 0);
  for (let number = 0; number < plan.cellCount; number++) {
    const index = plan.findModelIndex(number);
    if (isCounted(number)) counts[index] = (counts[index] as number) + 1;
  }
  return new Map(plan.models.map(({ id }, index) => [id, counts[index] as number]));
}

function skip(progress: SweepProgress, counts: ReadonlyMap<string, number>): SweepProgress {
  let skipped = progress;
  for (const [id, count] of counts) skipped = countSkipped(skipped, id, count);
  return skipped;
}
