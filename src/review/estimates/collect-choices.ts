import { indexGroups } from '../../learn/evaluate/statistics/grouped-mean.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { FeedbackRecord, FeedbackSource } from '../../serve/log/record.js';
import { computeChances } from '../../serve/log/served-propensity.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeOverlap, type Overlap } from './compute-overlap.js';
import { estimateValue, type ValueReview } from './estimate-value.js';
import { chooseFeedback, findConversation, findServed, findTask } from './logged-outcome.js';
import { findFailed, findServedPropensity } from './logged-failures.js';
import { createNumbering } from './numbering.js';
import type { LoggedChoices, PolicyChoices } from './logged-choices.js';

/** What logged outcomes say about the policy in production, and about another one. */
export interface OutcomeReview {
  /** Requests that are used: answered, with a known quality, and with a choice of both policies. */
  readonly requests: number;
  /** Requests that are not, by reason. */
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

/** Why nothing is known of a request's quality. */
const [noAnswer, noQuality] = ['no answer', 'no known quality'] as const;
const unknownQuality: ReadonlySet<string> = new Set([noAnswer, noQuality]);

/** Prepares to estimate how good another policy would have been; see `estimateValue`. */
export function createChoiceCollector(): ChoiceCollector {
  const leftOut = new Map<string, number>();
  const sources = new Map<FeedbackSource, number>();
  const modelNumbers = createNumbering();
  const taskNumbers = createNumbering();
  const conversations = createNumbering();
  const taskOf: number[] = [];
  const groups: number[] = [];
  const weights: number[] = [];
  const log = {
    chosen: [] as number[],
    served: [] as number[],
    propensity: [] as number[],
    quality: [] as number[],
    servedEstimate: [] as number[],
  };
  const usual = createChoiceRows();
  const target = createChoiceRows();

  return {
    add(request, targetChoice) {
      const { decision, policy } = request;
      const chances = computeChances(decision, policy.models);
      const outcome = findOutcome(request, targetChoice, chances);
      if (typeof outcome === 'string') {
        leftOut.set(outcome, (leftOut.get(outcome) ?? 0) + 1);
        return;
      }
      const failed = findFailed(request);
      const addChoice = (rows: ChoiceRows, id: string): void => {
        const index = policy.models.findIndex((one) => one.id === id);
        const ownChance = index < 0 ? 0 : valueAt(chances, index);
        // Zero where it took over from a failed call, which is no try of it.
        const servedChance = id === outcome.model ? outcome.propensity : 0;
        rows.model.push(modelNumbers.find(id));
        // The log's policy neither estimates nor chooses a model that it does not have.
        rows.estimate.push(index < 0 ? Number.NaN : valueAt(decision.quality, index));
        rows.loggedPropensity.push(servedChance > 0 ? servedChance : ownChance);
        rows.failed.push(failed.has(id) ? 1 : 0);
      };
      addChoice(usual, outcome.usual);
      addChoice(target, outcome.target);
      log.chosen.push(modelNumbers.find(decision.choice ?? outcome.model));
      log.served.push(modelNumbers.find(outcome.model));
      log.propensity.push(outcome.propensity);
      log.quality.push(outcome.feedback.quality);
      log.servedEstimate.push(outcome.estimate);
      groups.push(conversations.find(findConversation(decision)));
      weights.push(1 / decision.keep);
      taskOf.push(taskNumbers.find(findTask(request) ?? 'all'));
      const { source } = outcome.feedback;
      sources.set(source, (sources.get(source) ?? 0) + 1);
    },
    review() {
      const isKnown = [...leftOut.keys()].some((reason) => !unknownQuality.has(reason));
      if (groups.length === 0 && !isKnown) return undefined;
      const choices: LoggedChoices = { ...log, usual, groups: indexGroups(groups, weights) };
      return {
        requests: groups.length,
        leftOut: Object.fromEntries(leftOut),
        sources: Object.fromEntries(sources),
        production: estimateValue(choices, usual),
        target: estimateValue(choices, target),
        byTask: listOverlaps(choices, target, taskOf, taskNumbers.names),
      };
    },
  };
}

type ChoiceRows = { readonly [Name in keyof PolicyChoices]: number[] };

function createChoiceRows(): ChoiceRows {
  return { model: [], estimate: [], loggedPropensity: [], failed: [] };
}

/** A request that is used: who served it, how well, and what both policies choose. */
interface UsedRequest {
  readonly model: string;
  /** See `findServedPropensity`. */
  readonly propensity: number;
  /** Estimated quality of that model. */
  readonly estimate: number;
  readonly feedback: FeedbackRecord;
  readonly usual: string;
  readonly target: string;
}

/** What is used of a request, or why it is left out. A failure says nothing about quality. */
function findOutcome(
  request: LoggedRequest,
  target: string | null,
  chances: ArrayLike<number>,
): UsedRequest | string {
  const { decision, policy } = request;
  const model = findServed(request);
  if (model === null) return noAnswer;
  const feedback = chooseFeedback(request.feedback);
  if (feedback === undefined) return noQuality;
  const index = policy.models.findIndex(({ id }) => id === model);
  if (index < 0) return "answered by a model that the log's policy does not have";
  if (decision.policyChoice === null) return "no choice of the log's policy";
  if (target === null) return 'no choice of the other policy';
  const propensity = findServedPropensity(request, chances);
  if (propensity === undefined) return 'answered by a model with no chance to answer';
  const estimate = valueAt(decision.quality, index);
  return { model, propensity, estimate, feedback, usual: decision.policyChoice, target };
}

function listOverlaps(
  log: LoggedChoices,
  target: PolicyChoices,
  taskOf: readonly number[],
  tasks: readonly string[],
): (Overlap & { readonly task: string })[] {
  return tasks.map((task, number) => {
    const rows = [...taskOf.keys()].filter((row) => taskOf[row] === number);
    return { task, ...computeOverlap(log, target, rows) };
  });
}
