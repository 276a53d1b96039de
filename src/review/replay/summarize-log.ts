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
  /** Sum of the known costs, also of empty answers, as logged: not weighted. */
  readonly costUsd: number;
  readonly requestsOfKnownCost: number;
  /** Those of them whose cost is partly an estimate (`costIsGuess` in the log), or partly unknown. */
  readonly guessedCosts: number;
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
  const sums = createSums();
  for await (const request of reading) sums.add(request);
  return sums.finish(reading.totals);
}

function createSums() {
  const levels = new Set<LogLevel>();
  const [policies, chosen, served, reasons] = [tally(), tally(), tally(), tally()];
  const bySource = new Map(
    feedbackSources.map((source) => [source, { reports: 0, requests: 0, sum: 0, weight: 0 }]),
  );
  let [requests, weighted, recorded, answered] = [0, 0, 0, 0];
  let [costUsd, requestsOfKnownCost, guessedCosts] = [0, 0, 0];
  let from: string | null = null;
  let to: string | null = null;
  let simulated = false;

  function addFeedback({ feedback }: LoggedRequest, weight: number): void {
    const latest = new Map(feedback.map(({ source, quality }) => [source, quality]));
    for (const { source } of feedback) (bySource.get(source) as { reports: number }).reports += 1;
    for (const [source, quality] of latest) {
      const sum = bySource.get(source);
      if (sum === undefined) continue;
      sum.requests += 1;
      sum.sum += weight * quality;
      sum.weight += weight;
    }
  }

  return {
    add(request: LoggedRequest): void {
      const { decision, policy, level } = request;
      const weight = 1 / decision.keep;
      requests += 1;
      weighted += weight;
      levels.add(level);
      simulated ||= policy.simulated;
      if (from === null || decision.at < from) from = decision.at;
      if (to === null || decision.at > to) to = decision.at;
      policies.add(policy.policyDigest, 1);
      chosen.add(decision.choice ?? '', weight);
      reasons.add(decision.reason, weight);
      if (request.served !== undefined) recorded += weight;
      const model = findAnswered(request.served);
      if (model !== null) {
        served.add(model, weight);
        answered += weight;
      }
      const paid = findPaid(request.served);
      if (paid !== undefined) {
        costUsd += paid.costUsd;
        requestsOfKnownCost += 1;
        if (paid.isGuess) guessedCosts += 1;
      }
      addFeedback(request, weight);
    },
    finish(log: LogTotals): LogSummary {
      const names = new Set([...chosen.names(), ...served.names()]);
      names.delete('');
      return {
        requests,
        weightedRequests: weighted,
        from,
        to,
        levels: [...levels],
        simulated,
        policies: policies.list().map(([digest, count]) => ({ digest, requests: count })),
        models: [...names]
          .map((model) => ({
            model,
            chosen: chosen.of(model) / weighted,
            served: answered === 0 ? 0 : served.of(model) / answered,
          }))
          .sort((a, b) => b.chosen - a.chosen || (a.model < b.model ? -1 : 1)),
        notAnswered: recorded === 0 ? null : 1 - answered / recorded,
        reasons: reasons.list().map(([reason, sum]) => ({ reason, share: sum / weighted })),
        costUsd,
        requestsOfKnownCost,
        guessedCosts,
        feedback: [...bySource]
          .filter(([, { reports }]) => reports > 0)
          .map(([source, { reports, requests: of, sum, weight }]) => ({
            source,
            reports,
            requests: of,
            quality: sum / weight,
          })),
        log,
      };
    },
  };
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
