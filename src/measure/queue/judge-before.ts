import { scanLedger } from '../ledger/ledger.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { JudgeCosts } from '../sweep/judge-costs.js';
import { createPlanIndex } from '../sweep/plan-index.js';
import type { SweepPlan } from '../sweep/plan-sweep.js';
import type { Database } from './database.js';

/**
 * Adds up what judges have cost according to a folder's ledger, without the lines of a run in the
 * database: that run counts its own. The rest is of earlier sweeps, and of `grade`, also since the run
 * began.
 */
export async function readOtherJudgeCosts(
  database: Database,
  runId: string,
  plan: SweepPlan,
  ledgerFile: string,
): Promise<Pick<JudgeCosts, 'usd' | 'possibleUsd'>> {
  // Postgres cannot read the JSON of every line: texts of models may hold NUL or half a character.
  const rows = await database.query<{ line: string }>(
    `select line from ${database.address.schema}.entry
     where run_id = $1 and kind <> 'late' and line like '%"judge":{%'`,
    [runId],
  );
  // A grade's id is kept by copies of its line.
  const ofRun = new Set(rows.map(({ line }) => (JSON.parse(line) as LedgerEntry).grade.judge?.id));
  const costs = new JudgeCosts(plan.cellCount);
  const index = createPlanIndex(plan);
  await scanLedger(ledgerFile, (entry) => {
    const id = entry.grade.judge?.id;
    if (id === undefined || !ofRun.has(id)) costs.accept(entry, index.findCell(entry));
  });
  return costs;
}
