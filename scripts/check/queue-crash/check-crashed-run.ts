import path from 'node:path';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { canonicalJson } from '../../../src/util/canonical-json.js';
import type { JsonValue } from '../../../src/util/json.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';

export interface CrashedRun {
  /** Folder of the run of many machines. */
  readonly shared: string;
  /** Folder of the same sweep on one machine. */
  readonly single: string;
  /** Completions that the server began, by model and prompt. */
  readonly completions: ReadonlyMap<string, number>;
  /** The run's row in the database. */
  readonly run: Readonly<Record<string, number>>;
  readonly budgetUsd: number;
}

const isSettled = ({ outcome }: LedgerEntry): boolean => outcome !== 'infrastructure';
const isCutOff = ({ error }: LedgerEntry): boolean => error?.startsWith('cut_off') === true;

/** Compares the ledger with what the server did and with a sweep on one machine. */
export async function checkCrashedRun(crashed: CrashedRun): Promise<string[]> {
  const entries = await readLedger(path.join(crashed.shared, 'ledger.jsonl'));
  const expected = await readLedger(path.join(crashed.single, 'ledger.jsonl'));
  const problems: string[] = [];
  const lines = entries.filter(isSettled).map(describeAnswer).sort();
  const singleLines = expected.filter(isSettled).map(describeAnswer).sort();
  if (new Set(entries.filter(isSettled).map(nameCell)).size !== lines.length) {
    problems.push('a cell was recorded twice');
  }
  const present = new Set(lines);
  const missing = singleLines.filter((line) => !present.has(line));
  const different = missing.length;
  if (lines.length !== singleLines.length || different > 0) {
    problems.push(
      `${lines.length} settled lines, ${singleLines.length} on one machine, ${different} different`,
      ...missing.slice(0, 2),
    );
    const others = new Set(singleLines);
    problems.push(...lines.filter((line) => !others.has(line)).slice(0, 2));
  }
  const cutOff = countBy(entries.filter(isCutOff));
  const cells = countBy(entries.filter(isSettled));
  const unexplained = [...crashed.completions].filter(
    ([cell, count]) => count > (cells.get(cell) ?? 0) + (cutOff.get(cell) ?? 0),
  );
  if (unexplained.length > 0) problems.push(`${unexplained.length} second calls are not on record`);
  problems.push(...checkCosts(entries, crashed));
  const calls = [...crashed.completions.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${lines.length} cells settled, equal to one machine's: ${different === 0}. ` +
      `${calls - lines.length} answered again, ${entries.filter(isCutOff).length} on record as cut off, ` +
      `${crashed.run['late_answers']} late answers. ` +
      `$${Number(crashed.run['spent_usd']).toFixed(4)} spent and up to ` +
      `$${Number(crashed.run['possible_usd']).toFixed(4)} more of $${crashed.budgetUsd}.`,
  );
  return problems;
}

/** The run's sums must be those of its lines, and cover what the server has really been asked for. */
function checkCosts(
  entries: readonly LedgerEntry[],
  { run, completions, budgetUsd }: CrashedRun,
): string[] {
  const problems: string[] = [];
  const spentUsd = entries.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const costOf = new Map(
    entries.filter(isSettled).map((entry) => [nameCall(entry), entry.costUsd ?? 0]),
  );
  const realUsd = [...completions].reduce(
    (sum, [cell, count]) => sum + count * (costOf.get(cell) ?? 0),
    0,
  );
  const total = Number(run['spent_usd']) + Number(run['possible_usd']);
  if (total > budgetUsd) problems.push(`the budget was exceeded: ${total}`);
  if (realUsd > total + 1e-9)
    problems.push(`real costs of ${realUsd} exceed the ${total} on record`);
  if (Math.abs(spentUsd - Number(run['spent_usd'])) > 1e-9) {
    problems.push(`the lines cost ${spentUsd}, the run ${run['spent_usd']}`);
  }
  if (Number(run['reserved_usd']) !== 0) problems.push(`${run['reserved_usd']} is still reserved`);
  return problems;
}

function nameCall({ model, promptHash }: LedgerEntry): string {
  return `${model} ${promptHash}`;
}

function nameCell({ cellKey }: LedgerEntry): string {
  return cellKey;
}

function countBy(entries: readonly LedgerEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const name = nameCall(entry);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** A line without times, and without attempts, which differ with every kill. */
function describeAnswer(entry: LedgerEntry): string {
  const { startedAt, queueMs, inFlight, ttftMs, firstContentMs, latencyMs, ...rest } = entry;
  const { failedAttempts, possibleCostUsd, ...answer } = rest;
  void [startedAt, queueMs, inFlight, ttftMs, firstContentMs, latencyMs];
  void [failedAttempts, possibleCostUsd];
  return canonicalJson(answer as unknown as JsonValue);
}
