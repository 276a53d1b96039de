import type { GradingTools } from '../graders/grade.js';
import type { Pool } from '../models/model.js';
import type { TaskSet } from '../tasks/example.js';
import { openSweepRecords, type SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import { regradeSettled } from './regrade-settled.js';
import { appendRenamed } from './renamed-models.js';
import { writeRunDirectory } from './run-directory.js';

/** A run whose folder and ledger are ready for calls. The caller closes the ledger. */
export interface OpenRun extends SweepRecords {
  /** Settled cells that were regraded or renamed. */
  readonly regraded: number;
}

/**
 * Opens a run for a plan: locks and reads the ledger, writes `run.json` and `tasks.jsonl`, and brings
 * recorded grades and names up to date.
 *
 * @throws RoutesmithError `run_locked`, `ledger_corrupt` or `invalid_input`
 */
export async function openRun(
  plan: SweepPlan,
  run: { readonly runDirectory: string; readonly taskSet: TaskSet; readonly pool: Pool },
  tools: GradingTools,
  now: () => Date,
): Promise<OpenRun> {
  const { runDirectory, taskSet, pool } = run;
  const records = await openSweepRecords(runDirectory, plan, tools, now);
  const { ledger, settled } = records;
  try {
    const formerIds = settled.renamed.listFormerIds();
    await writeRunDirectory(runDirectory, { taskSet, pool, formerIds, now: now() });
    const regraded = await regradeSettled(plan, settled, ledger, tools);
    await appendRenamed(settled.renamed.listLines(), ledger);
    await ledger.flush();
    return { ...records, regraded };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
