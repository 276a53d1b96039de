import type { CheaperModel, Saving } from '../evaluate/diagnose/cheaper-model.js';
import type { Overkill } from '../evaluate/diagnose/overkill.js';
import { groupRows, listTaskNames } from '../evaluate/diagnose/task-names.js';
import { listRowWeights, type OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { pickExamples } from './pick-examples.js';
import type { OverkillLine, OverkillReport, Volume } from './report.js';

/** Adds costs and example prompts to the overkill table, and ranks its tasks by what they may save. */
export function computeOverkillReport(
  overkill: Overkill,
  table: OutcomeTable,
  settings: {
    readonly volume: Volume;
    readonly groups: ArrayLike<number>;
    readonly taskOf: Int32Array;
    readonly showPrompts: boolean;
  },
): OverkillReport {
  const { volume, groups, taskOf, showPrompts } = settings;
  const names = listTaskNames(table, taskOf);
  const rowsOfTask = groupRows(names.keys(), (row) => names[row] ?? null);
  const weigh = (rows: readonly number[]): number =>
    listRowWeights(table, Int32Array.from(rows)).reduce((sum, weight) => sum + weight, 0);
  const total = weigh([...names.keys()]);
  const lines = overkill.tasks.map((found): OverkillLine => {
    const cheaper = found.finding === 'overkill' ? found.cheaper : null;
    const share = weigh(rowsOfTask.get(found.task) ?? []) / total;
    const requests = countRequests(found.task, volume, share);
    // A model saves nothing on requests that it does not answer.
    const scaleOwn = (model: CheaperModel | null): Saving | null =>
      requests === 0 || model === null ? null : scaleSaving(model.savedUsd, requests * model.share);
    return {
      task: found.task,
      found,
      requests,
      costUsd: scaleCost(found.costUsd, requests),
      savedUsd: scaleOwn(cheaper),
      cheaper,
      candidateSavedUsd: scaleOwn(found.cheaper),
      examples: showPrompts
        ? pickExamples(table, rowsOfTask.get(found.task) ?? [], groups, {
            baseline: overkill.baseline,
            cheaper: found.candidate?.model ?? null,
          })
        : [],
    };
  });
  const costs = lines.map(({ costUsd }) => costUsd);
  return {
    overkill,
    lines: lines.sort(
      (a, b) => (b.candidateSavedUsd?.mean ?? 0) - (a.candidateSavedUsd?.mean ?? 0),
    ),
    savedUsd: lines.reduce((sum, { savedUsd }) => sum + (savedUsd?.mean ?? 0), 0),
    costUsd: costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0),
    prompts: showPrompts ? 'shown' : 'left_out',
  };
}

function scaleSaving({ mean, low, high }: Saving, factor: number): Saving {
  return {
    mean: factor * mean,
    low: low === null ? null : factor * low,
    high: high === null ? null : factor * high,
  };
}

/** No requests cost nothing, whatever one would. */
function scaleCost(costUsd: number | null, requests: number): number | null {
  if (requests === 0) return 0;
  return costUsd === null ? null : requests * costUsd;
}

/** Requests of a task in the volume: as the mix says, or its share of the run's prompts, by weight. */
function countRequests(task: string | null, volume: Volume, share: number): number {
  if (volume.kind === 'mix') return task === null ? 0 : (volume.requestsOfTask[task] ?? 0);
  return volume.requests * share;
}
