import { orderPlan, SourceOrder, type CallingOrder } from './cell-source.js';
import { buildLanes, type Lane } from './lane.js';
import type { SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import { countByModel, CellsReport, type CellReportSettings } from './report-cells.js';
import { runCells, type CellsContext } from './run-cells.js';
import type { SweepProgress } from './sweep-progress.js';

export type CallSettings = Omit<
  CellsContext,
  'plan' | 'settled' | 'order' | 'source' | 'ledger' | 'onEntry'
> &
  CellReportSettings;

/** How often the state of the lanes is reported. */
const stateIntervalMs = 5_000;

/** Runs the pending cells of a plan, reports progress, and returns the final progress. */
export async function callCells(
  plan: SweepPlan,
  records: SweepRecords,
  settings: CallSettings,
): Promise<SweepProgress> {
  const { clock, isRetry, concurrency: maximum, createSource } = settings;
  const { ledger, settled } = records;
  const readFlow: SweepProgress['readFlow'] = (id) => laneOf.get(id)?.describeFlow();
  const report = new CellsReport(plan, records, settings, { readFlow });
  const { onEvent, onEntry } = report;
  const now = (): number => clock.now();
  const isEmpty = createSource !== undefined;
  const lanes = buildLanes(plan, settled, { isRetry, isEmpty, maximum, now, onEvent });
  const laneOf = new Map(lanes.flatMap((lane) => lane.modelIds.map((id) => [id, lane] as const)));
  report.begin();
  const source =
    createSource &&
    new SourceOrder(
      await createSource(plan, (number) => settled.isSettled(number)),
      settled,
      report.onHandedOut,
    );
  const order = source ?? orderPlan(plan);

  const reportState = (): void => {
    for (const lane of lanes) {
      onEvent({ kind: 'state', models: lane.modelIds, ...lane.describeFlow() });
    }
  };
  const timer = setInterval(reportState, stateIntervalMs);
  try {
    await runCells(lanes, { ...settings, plan, settled, order, source, ledger, onEvent, onEntry });
  } finally {
    clearInterval(timer);
    reportState();
  }
  return report.end(countPending(plan, order, lanes));
}

/** Counts the cells that are still in the lanes. */
function countPending(
  plan: SweepPlan,
  order: CallingOrder,
  lanes: readonly Lane[],
): (modelId: string) => number {
  const left = new Set<number>();
  for (const lane of lanes) {
    for (const place of lane.listPending()) left.add(order.numberAt(place));
  }
  return countByModel(plan, (number) => left.has(number));
}
