import { join } from 'node:path';
import { latestEntryPerCell } from '../../measure/ledger/latest-entries.js';
import { readLedger } from '../../measure/ledger/ledger.js';
import { selectCurrentLabels } from '../../measure/outcomes/current-labels.js';
import type { HumanLabel } from '../../measure/outcomes/read-human-labels.js';
import { readRun } from '../../measure/outcomes/run-folder.js';
import { runFiles, type Run } from '../../measure/outcomes/run.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatPercent, formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { auditFileName, readAuditFile, writeAuditFile, type AuditFile } from './audit-file.js';
import { computeAuditReport, type AuditReport } from './compute-audit-report.js';
import { findReference } from './find-reference.js';
import { updateLabelFile } from './label-file.js';
import { pickLabels } from './pick-labels.js';
import { minLabeled, readAuditedRequests, type AuditReading } from './read-audited-requests.js';

export interface FinishAuditSettings {
  readonly labels: readonly HumanLabel[];
  /** The single model that routing is compared with. @default the baseline of the log's policy */
  readonly baseline?: string;
  /** Requests to pick for people. @default a twentieth, and at least as many as a correction takes */
  readonly labelCount?: number;
  readonly seed: number;
}

/**
 * Computes the report of an audit whose sweep has run, or a part of it. Where a judge graded, picks the
 * requests that people are to label, once, and lists their answers in `to-label.jsonl`.
 *
 * @throws RoutesmithError `insufficient_data` where fewer than two requests are complete, where models
 * that lack grades served more than a few of the requests, or where the named baseline lacks grades
 */
export async function finishAudit(
  directory: string,
  { labels, baseline, labelCount, seed }: FinishAuditSettings,
): Promise<AuditReport> {
  const run = await readRun(directory);
  const file = join(directory, auditFileName);
  let audit = await readAuditFile(file);
  const ledger = await readLedger(join(directory, runFiles.ledger));
  const people = selectCurrentLabels(labels, latestEntryPerCell(ledger));
  let reading = await readAuditedRequests(run, audit, people.labels);
  const { weights } = reading.requests;
  checkCoverage(run, audit, reading);
  const reference = findReference(reading, { named: baseline, usual: audit.baseline });
  const judged = ledger.some(({ grade }) => grade.judge !== undefined);
  // Fewer than that correct nothing: more are picked as soon as more requests are complete.
  const hasPicked = (audit.picked?.length ?? 0) >= minLabeled;
  if (judged && !hasPicked && weights.length >= minLabeled) {
    const size = Math.max(minLabeled, labelCount ?? Math.ceil(weights.length / 20));
    audit = { ...audit, picked: pickLabels(reading, reference.model, size, seed) };
    await writeAuditFile(file, audit);
    reading = await readAuditedRequests(run, audit, people.labels);
  }
  if (judged) await updateLabelFile(directory, audit);
  const { outdated } = people;
  return computeAuditReport(run, audit, reading, { judged, outdated, reference, seed });
}

/** Where models without grades served a greater share of the requests, the others are not the log. */
const maxUnaudited = 0.05;

/** @throws RoutesmithError `insufficient_data` where the complete requests cannot stand for the log */
function checkCoverage(
  run: Run,
  { drawn }: AuditFile,
  { requests: { weights }, unaudited }: AuditReading,
): void {
  const isAudited = unaudited.share <= maxUnaudited;
  if (weights.length >= 2 && isAudited) return;
  const [ungraded] = run.ungraded ?? [];
  const why =
    ungraded === undefined
      ? ''
      : `; ${formatCount(ungraded.answers, 'answer')} ungraded: ${ungraded.reason}`;
  const names = joinNames(unaudited.models);
  const what = isAudited
    ? `only ${weights.length} of ${drawn.length} requests have a grade of every model`
    : `${names} served ${formatPercent(unaudited.share)} of the requests, and too few of the answers ` +
      `have grades, so the ${formatWhole(weights.length)} of ${drawn.length} drawn requests that are ` +
      'complete do not stand for the log';
  const again = ungraded
    ? 'Run the same command with what grades them: another judge, --allow-code, or a larger budget.'
    : 'Run the same command again, which asks only for what is missing, or raise the budget.';
  const without =
    'What can no longer be asked can be left out of the pool of an audit into another folder (--out), ' +
    'which counts what it served as left out.';
  throw new RoutesmithError('insufficient_data', `${what}${why}`, {
    where: run.directory,
    fix: isAudited ? again : `${again} ${without}`,
  });
}
