import path from 'node:path';
import { runFiles } from '../outcomes/run.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { quoteWord } from '../../util/quote-word.js';
import { describeRemedy, type SweptModels } from './describe-remedy.js';
import type { SweepSummary } from './sweep-summary.js';

/**
 * Checks that a sweep settled all its cells. The error says how to continue.
 *
 * @param hasSkippedModels whether the sweep went on without models that it could not call, and
 * will decide again what to call of them
 * @throws RoutesmithError `interrupted`, `budget_reached` or `incomplete_coverage`
 */
export function checkComplete(
  summary: SweepSummary,
  {
    hasSkippedModels = false,
    ...swept
  }: SweptModels & { readonly hasSkippedModels?: boolean } = {},
): void {
  const { interrupted, coverage, totals, runDirectory: where, budget, toRegrade } = summary;
  const missing = totals.total - totals.settledBefore - totals.done;
  const cells = `${formatWhole(missing)} of ${formatCount(totals.total, 'cell')}`;
  const unsettled = missing > 0 ? [`${cells} not settled yet`] : [];
  if (interrupted) {
    const left = [
      ...unsettled,
      ...(toRegrade > 0 ? [`${formatCount(toRegrade, 'recorded answer')} to grade again`] : []),
    ];
    // A sweep that decides itself what to call may be between two rounds.
    const when = left.length === 0 ? 'before its end' : `with ${left.join(' and ')}`;
    throw new RoutesmithError('interrupted', `interrupted ${when}`, {
      where,
      fix:
        describeJoin(summary) ??
        'Run the same command again to resume. Settled cells are not called again.',
    });
  }
  if (budget.reached) {
    const { unjudged = 0 } = budget;
    const left = [
      ...unsettled,
      ...(unjudged > 0 ? [`${formatCount(unjudged, 'answer')} not judged yet`] : []),
    ];
    throw new RoutesmithError(
      'budget_reached',
      `the budget does not cover what the next call could cost${left.length === 0 ? '' : `, with ${left.join(' and ')}`}`,
      {
        where,
        fix: 'Run the same command again with a larger --budget. Settled cells are not called again.',
      },
    );
  }
  if (coverage === 1) return;
  throw new RoutesmithError('incomplete_coverage', describeMissing(summary, missing), {
    where,
    fix: describeFix(summary, { ...swept, hasSkippedModels }),
  });
}

/**
 * Says how to bring in cells that only the folder has where the run began; undefined where there are
 * none. Both folders may have collected the same lines, whose cost must not count twice.
 */
function describeJoin({
  runDirectory,
  cellsElsewhere = 0,
  mayHaveCellsElsewhere = false,
}: SweepSummary): string | undefined {
  if (cellsElsewhere === 0 && !mayHaveCellsElsewhere) return undefined;
  // awk takes a first part such as "seed=1" for an assignment, and other commands take "-x" for options.
  const folder = path.isAbsolute(runDirectory) ? runDirectory : `./${runDirectory}`;
  const ledger = quoteWord(`${folder}/${runFiles.ledger}`);
  const joined = quoteWord(`${folder}/joined.jsonl`);
  const first =
    cellsElsewhere > 0
      ? ''
      : 'Cells that have no answer here may have one in the folder where the run began. ';
  return (
    `${first}Join the two ledgers, each line once, before you run the same command again: it may call ` +
    'cells otherwise that have been paid for. With FIRST for the absolute path of the folder where the run began: ' +
    `awk '!seen[$0]++' FIRST/${runFiles.ledger} ${ledger} > ${joined} && cp ${joined} ${ledger} && rm ${joined}`
  );
}

function describeFix(
  summary: SweepSummary,
  { hasSkippedModels = false, ...swept }: SweptModels & { readonly hasSkippedModels?: boolean },
): string {
  const { models, cellsInBatches = 0 } = summary;
  const join = describeJoin(summary);
  if (join !== undefined) return join;
  return hasSkippedModels
    ? 'Run the same command again: it calls these cells, and goes on with the models that were skipped.'
    : describeRemedy(models, { ...swept, cellsInBatches });
}

/** What became of the cells that are not settled here: many of them may have been paid for. */
function describeMissing(
  {
    totals,
    cellsInBatches = 0,
    cellsElsewhere = 0,
    mayHaveCellsElsewhere = false,
    budget: { unjudged = 0 },
  }: SweepSummary,
  missing: number,
): string {
  const others = missing - cellsInBatches - cellsElsewhere;
  const all = formatCount(totals.total, 'cell');
  const unjudgedToo =
    unjudged > 0 ? `, with ${formatCount(unjudged, 'answer')} not judged yet` : '';
  const paid = [
    ...describePaid(cellsInBatches, 'in batches that could not be collected now'),
    ...describePaid(cellsElsewhere, 'only in the ledger of the folder where the run began'),
  ];
  if (others > 0 || paid.length === 0) {
    const why = mayHaveCellsElsewhere ? 'have no answer here' : 'failed or were never called';
    const failed = `${formatWhole(others)} of ${all} ${why}`;
    return `${[failed, ...paid].join(', and ')}${unjudgedToo}`;
  }
  const [first = '', ...rest] = paid;
  return `${[first.replace(' ', ` of ${all} `), ...rest].join(', and ')}${unjudgedToo}`;
}

function describePaid(count: number, where: string): string[] {
  return count > 0 ? [`${formatWhole(count)} ${count === 1 ? 'is' : 'are'} ${where}`] : [];
}
