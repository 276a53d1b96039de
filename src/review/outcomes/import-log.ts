import type { ImportReport } from '../../measure/outcomes/importers/import-reporter.js';
import {
  ImportTarget,
  type ImportTargetOptions,
} from '../../measure/outcomes/importers/import-target.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { RunInfo } from '../../measure/outcomes/run.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import { listSegments } from '../../serve/log/list-segments.js';
import { readLog } from '../../serve/log/read-log.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { decodeRequest } from '../estimates/decode-request.js';
import {
  chooseFeedback,
  countTaskLabels,
  describeTaskLabels,
  findConversation,
  findOwnLatency,
  findServed,
  findTask,
  findTaskSource,
  hasGuessedCost,
  type TaskSource,
} from '../estimates/logged-outcome.js';
import { digestSegments } from './digest-segments.js';

/** Requests of the log by what became of them. */
interface RequestCounts {
  readonly imported: number;
  /** With all that an outcome takes, imported or not. */
  readonly rated: number;
  /** Imported with a cost that is partly an estimate. */
  readonly guessedCosts: number;
  readonly withoutFeedback: number;
  readonly unanswered: number;
  readonly withoutText: number;
}

export interface ImportedLog {
  readonly table: OutcomeTable;
  readonly report: ImportReport;
  /**
   * The segments that were there when the import began, each with the SHA-256 of its bytes at the end of
   * the import; without those that were removed by then.
   */
  readonly sources: RunInfo['sources'];
}

export interface ImportLogOptions extends ImportTargetOptions {
  /** The task label of all prompts. @default what the caller named, else the policy of the log guessed */
  readonly task?: string | undefined;
}

/**
 * Turns logged requests with feedback into outcomes: of the model that served each of them, or that was
 * chosen where the caller only asked for a decision. Requests that were not answered say nothing about
 * a model, and are no outcomes. A prompt's weight is 1 / keep. Its group is its conversation, which keeps
 * the steps of an agent in one fold.
 *
 * @throws RoutesmithError `invalid_input` if the folder cannot be read; `invalid_outcomes` if nothing
 * in it is an outcome
 */
export async function importLog(
  directory: string,
  { task, ...options }: ImportLogOptions = {},
): Promise<ImportedLog> {
  const target = new ImportTarget(options);
  const counts = {
    imported: 0,
    rated: 0,
    guessedCosts: 0,
    withoutFeedback: 0,
    unanswered: 0,
    withoutText: 0,
  };
  let simulated = false;
  const labels: (TaskSource | undefined)[] = [];
  const segments = await listSegments(directory);
  const reading = readLog(directory);
  for await (const request of reading) {
    simulated ||= request.policy.simulated;
    const model = findServed(request);
    const quality = chooseFeedback(request.feedback)?.quality;
    if (model === null) counts.unanswered += 1;
    else if (request.decision.request === undefined) counts.withoutText += 1;
    else if (quality === undefined) counts.withoutFeedback += 1;
    else {
      counts.rated += 1;
      if (!addOutcome({ target, directory, task }, request, model, quality)) continue;
      counts.imported += 1;
      if (hasGuessedCost(request.served)) counts.guessedCosts += 1;
      if (task === undefined) labels.push(findTaskSource(request));
    }
  }
  if (counts.imported === 0) throw describeNone(directory, counts, target);
  target.note(
    'each prompt has the outcome of the model that served it only; ' +
      'models are compared by the prompts that they share: sweep some of these with all of them',
  );
  const labeled = describeTaskLabels(countTaskLabels(labels));
  if (labeled !== undefined) target.note(labeled);
  noteCounts(target, counts, reading.totals);
  const { sources, removed } = await digestSegments(segments);
  if (removed > 0) {
    const files = formatCount(removed, 'segment');
    target.note(`${files} of the log removed during the import, and not among its sources`);
  }
  const { table, report } = target.finish();
  return { table: { ...table, simulated }, report, sources };
}

function noteCounts(target: ImportTarget, counts: RequestCounts, totals: LogTotals): void {
  const { guessedCosts, withoutFeedback, unanswered, withoutText } = counts;
  if (guessedCosts > 0) {
    const are = guessedCosts === 1 ? 'cost of the log is' : 'costs of the log are';
    target.note(`${formatWhole(guessedCosts)} ${are} partly estimated`);
  }
  const skipped = [
    [withoutFeedback, 'without feedback'],
    [unanswered, 'without an answer, or not known to have one'],
    [withoutText, 'without text'],
  ] as const;
  for (const [count, why] of skipped) {
    if (count > 0) target.note(`left out ${formatCount(count, 'request')} ${why}`);
  }
  const { damagedLines, unmatchedFeedback, ambiguousServed } = totals;
  if (damagedLines > 0) target.note(`skipped ${formatCount(damagedLines, 'unreadable line')}`);
  if (ambiguousServed > 0) {
    const outcomes = formatCount(ambiguousServed, 'outcome');
    target.note(`left out ${outcomes} of ids that several requests in flight had`);
  }
  if (unmatchedFeedback > 0) {
    const reports = formatCount(unmatchedFeedback, 'report');
    target.note(`left out ${reports} on requests that are not in the log`);
  }
}

/** @returns whether the request is an outcome now: it can be read, and is on no exclusion list */
function addOutcome(
  {
    target,
    directory,
    task,
  }: {
    readonly target: ImportTarget;
    readonly directory: string;
    readonly task: string | undefined;
  },
  request: LoggedRequest,
  model: string,
  quality: number,
): boolean {
  const { decision, served } = request;
  target.countRow();
  const prompt = decodeRequest(decision.request);
  if (!prompt.ok) {
    target.reject(directory, decision.n, `${decision.id}: ${prompt.problem}`);
    return false;
  }
  const id = target.addPrompt({
    id: decision.id,
    prompt: prompt.value,
    task: task ?? findTask(request),
    group: findConversation(decision),
    ...(decision.keep === 1 ? {} : { weight: 1 / decision.keep }),
  });
  if (id === undefined) return false;
  const latencyMs = findOwnLatency(served);
  target.addOutcome(id, model, {
    quality,
    ...(served?.costUsd === null || served === undefined ? {} : { costUsd: served.costUsd }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  });
  return true;
}

/** @throws RoutesmithError `invalid_outcomes` that lists the requests which cannot be read, if too many */
function describeNone(
  where: string,
  { rated, withoutText, withoutFeedback }: RequestCounts,
  target: ImportTarget,
): RoutesmithError {
  if (rated > 0) {
    const { badRows, problems } = target.finish().report;
    const excluded = rated - badRows;
    const unread =
      badRows === 0
        ? ''
        : `; ${formatWhole(badRows)} cannot be read, the first because of ${problems[0]?.problem ?? ''}`;
    return new RoutesmithError(
      'invalid_outcomes',
      `of ${formatCount(rated, 'answered request')} with text and feedback, ` +
        `${formatWhole(excluded)} ${excluded === 1 ? 'is' : 'are'} on the exclusion list${unread}`,
      { where, fix: excluded > 0 ? 'Check the files of --exclude.' : 'Correct these requests.' },
    );
  }
  const [what, fix] =
    withoutText > 0
      ? ['the log does not hold the text of its requests', 'Log at level "prompts".']
      : withoutFeedback > 0
        ? ['no answered request has feedback', 'Add some with "routesmith log feedback".']
        : ['the log holds no answered request', 'Check that this is the right folder.'];
  return new RoutesmithError('invalid_outcomes', what, { where, fix });
}
