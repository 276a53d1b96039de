import { scanLedger } from '../ledger/ledger.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { JudgeCosts } from '../ledger/judge-costs.js';
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
  const ofRun = await readGradeIds(database, runId);
  const costs = new JudgeCosts(plan.cellCount);
  const index = createPlanIndex(plan);
  await scanLedger(ledgerFile, (entry) => {
    const id = entry.grade.judge?.id;
    if (id === undefined || !ofRun.has(id)) costs.accept(entry, index.findCell(entry));
  });
  return costs;
}

const linesAtOnce = 2_000;

/**
 * Reads the ids of the grades that a judge gave, which copies of their lines keep. A run may have a
 * million lines, more than one statement can read in its time.
 */
async function readGradeIds(database: Database, runId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let seq = '0'; ;) {
    // Postgres cannot read the JSON of every line: texts of models may hold NUL or half a character.
    const rows = await database.query<{ seq: string; line: string | null }>(
      `select seq, case when line like '%"judge":{%' then line end as line
       from ${database.address.schema}.entry
       where run_id = $1 and seq > $2 and kind <> 'late' order by seq limit ${linesAtOnce}`,
      [runId, seq],
    );
    for (const { line } of rows) {
      if (line === null) continue;
      const { judge } = (JSON.parse(line) as LedgerEntry).grade;
      if (judge?.id !== undefined) ids.add(judge.id);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < linesAtOnce) return ids;
    ({ seq } = last);
  }
}
