import { indexGroups } from '../../learn/evaluate/statistics/grouped-mean.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { FeedbackRecord, FeedbackSource } from '../../serve/log/record.js';
import { computeChances } from '../../serve/log/served-propensity.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeOverlap, type Overlap } from './compute-overlap.js';
import { estimateValue, type ValueReview } from './estimate-value.js';
import { chooseFeedback, findServed, findTask } from './logged-outcome.js';
import { createNumbering } from './numbering.js';
import { listUsualChoices, type LoggedChoices, type TargetChoices } from './logged-choices.js';

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
  /** @returns undefined where no request has a known quality */
  review(): OutcomeReview | undefined;
}

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
    served: [] as number[],
    propensity: [] as number[],
    quality: [] as number[],
    servedEstimate: [] as number[],
    usual: [] as number[],
    usualEstimate: [] as number[],
  };
  const target = {
    model: [] as number[],
    estimate: [] as number[],
    loggedPropensity: [] as number[],
  };

  return {
    add(request, targetChoice) {
      const { decision, policy } = request;
      const outcome = findOutcome(request);
      if (typeof outcome === 'string') {
        leftOut.set(outcome, (leftOut.get(outcome) ?? 0) + 1);
        return;
      }
      const indexOf = (id: string | null): number =>
        policy.models.findIndex((one) => one.id === id);
      const [own, usual, other] = [outcome.model, decision.policyChoice, targetChoice].map(indexOf);
      if (own === undefined || usual === undefined || other === undefined) return;
      if (own < 0 || usual < 0 || other < 0) {
        const reason =
          other < 0 ? 'the other policy chose no model of the log' : 'no choice logged';
        leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
        return;
      }
      const numberOf = (index: number): number => modelNumbers.find(policy.models[index]?.id ?? '');
      log.served.push(numberOf(own));
      log.propensity.push(outcome.propensity);
      log.quality.push(outcome.feedback.quality);
      log.servedEstimate.push(valueAt(decision.quality, own));
      log.usual.push(numberOf(usual));
      log.usualEstimate.push(valueAt(decision.quality, usual));
      target.model.push(numberOf(other));
      target.estimate.push(valueAt(decision.quality, other));
      target.loggedPropensity.push(valueAt(computeChances(decision, policy.models), other));
      groups.push(conversations.find(decision.conversation ?? ` ${decision.id}`));
      weights.push(1 / decision.keep);
      taskOf.push(taskNumbers.find(findTask(request) ?? 'all'));
      const { source } = outcome.feedback;
      sources.set(source, (sources.get(source) ?? 0) + 1);
    },
    review() {
      if (groups.length === 0) return undefined;
      const choices: LoggedChoices = { ...log, groups: indexGroups(groups, weights) };
      return {
        requests: groups.length,
        leftOut: Object.fromEntries(leftOut),
        sources: Object.fromEntries(sources),
        production: estimateValue(choices, listUsualChoices(choices)),
        target: estimateValue(choices, target),
        byTask: listOverlaps(choices, target, taskOf, taskNumbers.names),
      };
    },
  };
}

interface KnownOutcome {
  readonly model: string;
  readonly propensity: number;
  readonly feedback: FeedbackRecord;
}

/** The outcome of a request, or why that is not known. A failure says nothing about quality. */
function findOutcome(request: LoggedRequest): KnownOutcome | string {
  const { decision, served } = request;
  const model = findServed(request);
  const propensity = decision.awaitsServed ? (served?.propensity ?? null) : decision.propensity;
  if (model === null || propensity === null) return 'no answer';
  const feedback = chooseFeedback(request.feedback);
  return feedback === undefined ? 'no known quality' : { model, propensity, feedback };
}

function listOverlaps(
  log: LoggedChoices,
  target: TargetChoices,
  taskOf: readonly number[],
  tasks: readonly string[],
): (Overlap & { readonly task: string })[] {
  return tasks.map((task, number) => {
    const rows = [...taskOf.keys()].filter((row) => taskOf[row] === number);
    return { task, ...computeOverlap(log, target, rows) };
  });
}
