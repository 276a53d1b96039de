import type { PolicyReport } from '../../policy/decide/apply-roster.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { Policy } from '../../policy/file/policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { readLog } from '../../serve/log/read-log.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import { createChoiceCollector, type OutcomeReview } from '../estimates/collect-choices.js';
import { listChangedPrices, type ReplayedPrice } from './changed-prices.js';
import { computeReplay, type Replay } from './compute-replay.js';
import { createReplayRows } from './replay-rows.js';
import {
  createReplay,
  listUnavailable,
  type Replayed,
  type ReplayOptions,
  type UnreplayableReason,
} from './replay-request.js';

const unusedPrices: ReadonlySet<PolicyReport['kind']> = new Set([
  'unknown_model',
  'price_not_used',
]);

/** What a policy would have chosen for all of a log. */
export interface LogReplay extends Replay {
  readonly policyDigest: string;
  /** The objective of all requests; null where each has its own. */
  readonly objective: string | null;
  readonly simulated: boolean;
  /** Prices in place of those of the policy file, by model; empty where all are its own. */
  readonly prices: Readonly<Record<string, ReplayedPrice>>;
  /** Models of the policy that it could not choose for any request. */
  readonly unavailable: readonly string[];
  /** Prices that change nothing, by model. What depends on the day of the replay is not here. */
  readonly reports: LoadedPolicy['reports'];
  /** Requests that could not be replayed, by reason. */
  readonly unreplayable: Readonly<Record<UnreplayableReason, number>>;
  readonly log: LogTotals;
  /** What the logged outcomes say about the policy; null where no request has a known quality. */
  readonly outcomes: OutcomeReview | null;
}

export interface LogReplayOptions extends ReplayOptions {
  /** The policy as its file has it, where the target has other prices. @default that of the target */
  readonly filed?: Policy;
  /** Called with each replayed request, before the next one. */
  readonly onReplayed?: (request: LoggedRequest, replayed: Replayed) => void;
  /** Called after each batch of requests, and awaited before the next ones are read. */
  readonly onBatch?: () => Promise<void>;
}

/**
 * Replays a log with a policy. The same log, policy and options give the same result.
 *
 * @throws RoutesmithError `usage` for an objective that the policy does not have; `invalid_input` if
 * no request can be replayed
 */
export async function replayLog(
  directory: string,
  target: LoadedPolicy,
  options: LogReplayOptions = {},
): Promise<LogReplay> {
  const { policy, digest } = target;
  checkObjective(
    options.objective,
    policy.objectives.map(({ name }) => name),
  );
  const replay = createReplay(target, options);
  const rows = createReplayRows(policy.models.map(({ id }) => id));
  const unreplayable = {
    scores_of_another_policy: 0,
    features_of_another_spec: 0,
    unknown_objective: 0,
  };
  const choices = createChoiceCollector();
  let simulated = policy.simulated;
  const reading = readLog(directory);
  const add = (request: LoggedRequest): void => {
    simulated ||= request.policy.simulated;
    const replayed = replay(request);
    if (replayed.kind === 'unreplayable') {
      unreplayable[replayed.reason] += 1;
      return;
    }
    rows.add(request, replayed);
    choices.add(request, policy.models[replayed.choice]?.id ?? null);
    options.onReplayed?.(request, replayed);
  };
  for await (const batch of reading.batches) {
    for (const request of batch) add(request);
    await options.onBatch?.();
  }
  const result = computeReplay(rows);
  if (result.requests === 0) throw describeNone(directory, unreplayable, reading.totals);
  return {
    policyDigest: digest,
    objective: options.objective ?? null,
    simulated,
    prices: listChangedPrices(options.filed ?? policy, policy),
    unavailable: listUnavailable(target, options.unavailable),
    reports: target.reports.filter(({ kind }) => unusedPrices.has(kind)),
    ...result,
    unreplayable,
    log: reading.totals,
    outcomes: choices.review() ?? null,
  };
}

function checkObjective(asked: string | undefined, known: readonly string[]): void {
  if (asked === undefined || known.includes(asked)) return;
  throw new RoutesmithError('usage', `the policy has no objective "${asked.slice(0, 60)}"`, {
    where: '--objective',
    fix: `Its objectives are ${known.join(', ')}.`,
  });
}

function describeNone(
  where: string,
  counts: LogReplay['unreplayable'],
  { damagedLines, problems }: LogTotals,
): RoutesmithError {
  const { scores_of_another_policy: others, unknown_objective: unknown } = counts;
  if (counts.features_of_another_spec > 0) {
    return new RoutesmithError('invalid_input', 'its features are counted in another way', {
      where,
      fix: 'Replay a policy with the feature spec of the log, or log at level "prompts".',
    });
  }
  if (others > 0) {
    return new RoutesmithError('invalid_input', 'it holds scores of another policy only', {
      where,
      fix:
        'From scores, only the policy that made the decisions can be replayed, with other ' +
        'objectives, prices and models. Log at level "prompts" to replay any policy.',
    });
  }
  return unknown > 0
    ? new RoutesmithError('invalid_input', 'the policy has none of its objectives', {
        where,
        fix: 'Name an objective of the policy with --objective.',
      })
    : new RoutesmithError('invalid_input', 'it holds no decisions that can be read', {
        where,
        fix:
          damagedLines > 0
            ? `${formatCount(damagedLines, 'line')} cannot be read; the first is ${problems[0] ?? ''}`
            : 'Name a folder that "routesmith serve --log" or createDecisionLog writes to.',
      });
}
