import { indexGroups } from '../../learn/evaluate/statistics/grouped-mean.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { FeedbackRecord, FeedbackSource } from '../../serve/log/record.js';
import { computeChances } from '../../serve/log/served-propensity.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeOverlap, type Overlap } from './compute-overlap.js';
import { estimateValue, type ValueReview } from './estimate-value.js';
import { createRows, selectRows, type ChoiceRows, type ReportCounts } from './choice-rows.js';
import { chooseFeedback, findConversation, findServed, findTask } from './logged-outcome.js';
import { findFailed, findServedPropensity } from './logged-failures.js';
import { createNumbering } from './numbering.js';
import type { LoggedChoices, PolicyChoices } from './logged-choices.js';

/** What logged outcomes say about the policy in production, and about another one. */
export interface OutcomeReview {
  /** Requests that are used: answered, with a known quality, and with a choice of both policies. */
  readonly requests: number;
  /** Requests that count beside them, as failures of the choice: no model of the log's policy answered. */
  readonly unanswered: number;
  /**
   * Requests that are not, by reason. Where nobody answered, only those beyond the share of answered
   * requests with a known quality: the others count as failures.
   */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Who said how good the answers were: number of requests. */
  readonly sources: Readonly<Partial<Record<FeedbackSource, number>>>;
  /** The logging policy without exploration. */
  readonly production: ValueReview;
  readonly target: ValueReview;
  readonly byTask: readonly (Overlap & { readonly task: string })[];
}

/** Collects logged requests with another policy's choices; a few numbers per request. */
export interface ChoiceCollector {
  /**
   * Adds a request; call it for every request of a log, in order.
   *
   * @param targetChoice the other policy's choice; null where it has none
   */
  add(request: LoggedRequest, targetChoice: string | null): void;
  /** @returns undefined where no request that was answered has a known quality */
  review(): OutcomeReview | undefined;
}

/** Why a request's answer is not used. */
const noAnswer = 'no answer';
const noOutcome = 'no recorded outcome';
const noQuality = 'no known quality';
const otherModel = "answered by a model that the log's policy does not have";
const unknownQuality: ReadonlySet<string> = new Set([noAnswer, noOutcome, noQuality]);

/** Prepares to estimate how good another policy would have been; see `estimateValue`. */
export function createChoiceCollector(): ChoiceCollector {
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string): void => addTo(leftOut, reason, 1);
  const sources = new Map<FeedbackSource, number>();
  const modelNumbers = createNumbering();
  const taskNumbers = createNumbering();
  const conversations = createNumbering();
  const reports = new Map<string, ReportCounts>();
  const rows = createRows();

  return {
    add(request, targetChoice) {
      const { decision, policy } = request;
      const task = findTask(request) ?? 'all';
      countReport(reports, task, request);
      const chances = computeChances(decision, policy.models);
      const found = findOutcome(request, targetChoice, chances);
      if (typeof found === 'string') {
        leaveOut(found);
        return;
      }
      const { outcome, usual, target } = found;
      const failed = findFailed(request);
      const addChoice = (choices: ChoiceRows, id: string): void => {
        const index = policy.models.findIndex((one) => one.id === id);
        const ownChance = index < 0 ? 0 : valueAt(chances, index);
        // Zero where it took over from a failed call, which is no try of it.
        const servedChance = id === outcome?.model ? outcome.propensity : 0;
        choices.model.push(modelNumbers.find(id));
        // The log's policy neither estimates nor chooses a model that it does not have.
        choices.estimate.push(index < 0 ? Number.NaN : valueAt(decision.quality, index));
        choices.loggedPropensity.push(servedChance > 0 ? servedChance : ownChance);
        choices.failed.push(failed.has(id) ? 1 : 0);
      };
      addChoice(rows.usual, usual);
      addChoice(rows.target, target);
      rows.log.chosen.push(modelNumbers.find(decision.choice ?? outcome?.model ?? null));
      rows.log.served.push(modelNumbers.find(outcome?.model ?? null));
      rows.log.propensity.push(outcome?.propensity ?? 0);
      rows.log.quality.push(outcome?.feedback.quality ?? 0);
      rows.log.servedEstimate.push(outcome?.estimate ?? 0);
      rows.of.group.push(conversations.find(findConversation(decision)));
      rows.of.weight.push(1 / decision.keep);
      rows.of.task.push(taskNumbers.find(task));
      rows.of.isAnswered.push(findServed(request) === null ? 0 : 1);
      if (outcome !== null) addTo(sources, outcome.feedback.source, 1);
      else if (findServed(request) !== null) leaveOut(otherModel);
    },
    review() {
      const { log, usual, target, of, requests, dropped } = selectRows(
        rows,
        taskNumbers.names.map((task) => reports.get(task)),
      );
      const left = new Map(leftOut);
      if (dropped > 0) addTo(left, noAnswer, dropped);
      const isKnown = [...left.keys()].some((reason) => !unknownQuality.has(reason));
      if (requests === 0 && !isKnown) return undefined;
      const groups = indexGroups(of.group, of.weight);
      const choices: LoggedChoices = { ...log, usual, groups };
      return {
        requests,
        unanswered: log.served.length - requests,
        leftOut: Object.fromEntries(left),
        sources: Object.fromEntries(sources),
        production: estimateValue(choices, usual),
        target: estimateValue(choices, target),
        byTask: listOverlaps(choices, target, of.task, taskNumbers.names),
      };
    },
  };
}

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function countReport(
  reports: Map<string, ReportCounts>,
  task: string,
  request: LoggedRequest,
): void {
  if (findServed(request) === null) return;
  const { answered, reported } = reports.get(task) ?? { answered: 0, reported: 0 };
  const isReported = chooseFeedback(request.feedback) !== undefined;
  reports.set(task, { answered: answered + 1, reported: reported + (isReported ? 1 : 0) });
}

/** A request that is used, and what both policies choose for it. */
interface UsedRequest {
  /** Null where nobody answered, or a model that the log's policy does not have: a failure of the choice. */
  readonly outcome: {
    readonly model: string;
    /** See `findServedPropensity`. */
    readonly propensity: number;
    /** Estimated quality of that model. */
    readonly estimate: number;
    readonly feedback: FeedbackRecord;
  } | null;
  readonly usual: string;
  readonly target: string;
}

/**
 * What is used of a request, or why it is left out. A failure says nothing about quality, but to leave
 * it out would leave the requests that the choice of exploration could answer.
 */
function findOutcome(
  request: LoggedRequest,
  target: string | null,
  chances: ArrayLike<number>,
): UsedRequest | string {
  const { decision, served, policy } = request;
  const { policyChoice: usual } = decision;
  const model = findServed(request);
  if (model === null) {
    // Somebody reports on an answer that the log does not have.
    if (served === undefined && request.feedback.length > 0) return noOutcome;
    const isUsed = decision.choice !== null && usual !== null && target !== null;
    return isUsed ? { outcome: null, usual, target } : noAnswer;
  }
  const feedback = chooseFeedback(request.feedback);
  if (feedback === undefined) return noQuality;
  const index = policy.models.findIndex(({ id }) => id === model);
  if (usual === null) return index < 0 ? otherModel : "no choice of the log's policy";
  if (target === null) return index < 0 ? otherModel : 'no choice of the other policy';
  if (index < 0) return { outcome: null, usual, target };
  const propensity = findServedPropensity(request, chances);
  if (propensity === undefined) return 'answered by a model with no chance to answer';
  const estimate = valueAt(decision.quality, index);
  return { outcome: { model, propensity, estimate, feedback }, usual, target };
}

function listOverlaps(
  log: LoggedChoices,
  target: PolicyChoices,
  taskOf: readonly number[],
  tasks: readonly string[],
): (Overlap & { readonly task: string })[] {
  return tasks
    .map((task, number) => {
      const rows = [...taskOf.keys()].filter((row) => taskOf[row] === number);
      return { task, ...computeOverlap(log, target, rows) };
    })
    .filter(({ counted }) => counted > 0);
}
