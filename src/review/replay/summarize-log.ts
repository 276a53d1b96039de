import { readLog } from '../../serve/log/read-log.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import { findAnswered, findPaid } from '../estimates/logged-outcome.js';
import { feedbackSources, type FeedbackSource, type LogLevel } from '../../serve/log/record.js';

/** What is in a log. Shares and means are weighted by 1 / keep. */
export interface LogSummary {
  readonly requests: number;
  /** How many they stand for, with those that sampling left out. */
  readonly weightedRequests: number;
  /** Times of the first and the last decision; null without any. */
  readonly from: string | null;
  readonly to: string | null;
  readonly levels: readonly LogLevel[];
  readonly simulated: boolean;
  readonly policies: readonly { readonly digest: string; readonly requests: number }[];
  readonly models: readonly LoggedModelUse[];
  /** Share that no model answered, of the requests whose service was recorded; null where none was. */
  readonly notAnswered: number | null;
  readonly reasons: readonly { readonly reason: string; readonly share: number }[];
  /** Sum of the known costs, also of failed calls, as logged: not weighted. */
  readonly costUsd: number;
  readonly requestsOfKnownCost: number;
  /** Those of them whose cost is partly an estimate (`costIsGuess` in the log), or partly unknown. */
  readonly guessedCosts: number;
  /** Those of the guessed ones that are partly unknown. */
  readonly incompleteCosts: number;
  readonly feedback: readonly {
    readonly source: FeedbackSource;
    readonly reports: number;
    readonly requests: number;
    /** Mean of each request's latest report. */
    readonly quality: number;
  }[];
  readonly log: LogTotals;
}

/** How a model was used. */
export interface LoggedModelUse {
  readonly model: string;
  /** Share of the decisions. */
  readonly chosen: number;
  /** Share of the requests that were recorded as answered. */
  readonly served: number;
}

/**
 * Reads a log, and sums up what is in it.
 *
 * @throws RoutesmithError `invalid_input` if the folder cannot be read
 */
export async function summarizeLog(directory: string): Promise<LogSummary> {
  const reading = readLog(directory);
  const sums = new LogSums();
  for await (const request of reading) sums.add(request);
  return sums.summarize(reading.totals);
}

/** What is summed up over the requests of a log. */
class LogSums {
  readonly #levels = new Set<LogLevel>();
  readonly #policies = tally();
  readonly #chosen = tally();
  readonly #served = tally();
  readonly #reasons = tally();
  readonly #bySource = new Map(
    feedbackSources.map((source) => [source, { reports: 0, requests: 0, sum: 0, weight: 0 }]),
  );
  readonly #costs = {
    costUsd: 0,
    requestsOfKnownCost: 0,
    guessedCosts: 0,
    incompleteCosts: 0,
  };
  #requests = 0;
  /** As many requests as the log stands for: all, those whose service was recorded, and those answered. */
  readonly #weights = { all: 0, recorded: 0, answered: 0 };
  #from: string | null = null;
  #to: string | null = null;
  #simulated = false;

  add(request: LoggedRequest): void {
    const { decision, policy, level } = request;
    const weight = 1 / decision.keep;
    this.#requests += 1;
    this.#weights.all += weight;
    this.#levels.add(level);
    this.#simulated ||= policy.simulated;
    if (this.#from === null || decision.at < this.#from) this.#from = decision.at;
    if (this.#to === null || decision.at > this.#to) this.#to = decision.at;
    this.#policies.add(policy.policyDigest, 1);
    this.#chosen.add(decision.choice ?? '', weight);
    this.#reasons.add(decision.reason, weight);
    this.#addServed(request, weight);
    this.#addFeedback(request, weight);
  }

  #addServed({ served }: LoggedRequest, weight: number): void {
    if (served === undefined) return;
    this.#weights.recorded += weight;
    const model = findAnswered(served);
    if (model !== null) {
      this.#served.add(model, weight);
      this.#weights.answered += weight;
    }
    const paid = findPaid(served);
    if (paid === undefined) return;
    this.#costs.costUsd += paid.costUsd;
    this.#costs.requestsOfKnownCost += 1;
    if (paid.isGuess) this.#costs.guessedCosts += 1;
    if (paid.isIncomplete) this.#costs.incompleteCosts += 1;
  }

  #addFeedback({ feedback }: LoggedRequest, weight: number): void {
    const latest = new Map(feedback.map(({ source, quality }) => [source, quality]));
    for (const [source, sum] of this.#bySource) {
      sum.reports += feedback.filter((report) => report.source === source).length;
      const quality = latest.get(source);
      if (quality === undefined) continue;
      sum.requests += 1;
      sum.sum += weight * quality;
      sum.weight += weight;
    }
  }

  summarize(log: LogTotals): LogSummary {
    const { all, recorded, answered } = this.#weights;
    return {
      requests: this.#requests,
      weightedRequests: all,
      from: this.#from,
      to: this.#to,
      levels: [...this.#levels],
      simulated: this.#simulated,
      policies: this.#policies.list().map(([digest, requests]) => ({ digest, requests })),
      models: this.#listModels(),
      notAnswered: recorded === 0 ? null : 1 - answered / recorded,
      reasons: this.#reasons.list().map(([reason, sum]) => ({ reason, share: sum / all })),
      ...this.#costs,
      feedback: [...this.#bySource]
        .filter(([, { reports }]) => reports > 0)
        .map(([source, { reports, requests, sum, weight }]) => ({
          source,
          reports,
          requests,
          quality: sum / weight,
        })),
      log,
    };
  }

  #listModels(): LoggedModelUse[] {
    const { all, answered } = this.#weights;
    const names = new Set([...this.#chosen.names(), ...this.#served.names()]);
    // Of decisions without a model.
    names.delete('');
    return [...names]
      .map((model) => ({
        model,
        chosen: this.#chosen.of(model) / all,
        served: answered === 0 ? 0 : this.#served.of(model) / answered,
      }))
      .sort((a, b) => b.chosen - a.chosen || (a.model < b.model ? -1 : 1));
  }
}

/** Sums by name. */
function tally() {
  const sums = new Map<string, number>();
  return {
    add: (name: string, amount: number) => void sums.set(name, (sums.get(name) ?? 0) + amount),
    of: (name: string): number => sums.get(name) ?? 0,
    names: () => sums.keys(),
    /** The largest first. */
    list: () => [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  };
}
