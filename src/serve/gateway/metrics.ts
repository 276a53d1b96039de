import type { Decision } from '../../policy/decide/decision.js';
import type { AnswerCharge } from '../router/answer-charge.js';
import type { RouterEvent } from '../router/router-event.js';
import type { EndpointHealth } from '../router/endpoint-health.js';
import { listOverBudget } from './exchange.js';
import { mayBeBilled } from '../router/may-be-billed.js';
import type { BudgetLeft } from './spending.js';
import { createMetricRegistry, type MetricRegistry, type MetricSpec } from './metric-registry.js';
import type { RequestLog } from './request-log.js';

/** What a gateway shows of its present state. */
export interface GatewayState {
  readonly running: number;
  readonly waiting: number;
  readonly conversations: number;
  readonly models: readonly string[];
  readonly health: Readonly<Record<string, EndpointHealth>>;
  /** By the name of the key. */
  readonly budgets: ReadonlyMap<string, BudgetLeft>;
  readonly policyDigest: string;
  readonly problems: number;
}

/** The metrics of a gateway. */
export interface GatewayMetrics {
  noteRequest(line: RequestLog): void;
  noteEvent(event: RouterEvent): void;
  /** Counts a decision that is not one of the router's. */
  noteDecision(decision: Decision): void;
  /** Shows the counters of models as 0 before anything is counted, so that rates see the first step. */
  showModels(models: readonly string[]): void;
  /** @param models those in use from now on */
  noteReload(models: readonly string[]): void;
  render(): string;
}

const secondBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const states = ['closed', 'open', 'half_open', 'misconfigured'] as const;

/** The metrics that count, by what they count. */
const specs = {
  requests: {
    name: 'routesmith_requests_total',
    help: 'Requests by path, status and outcome.',
    labels: ['route', 'status', 'outcome'],
    zeros: ['/v1/chat/completions', '/v1/messages'].map((route) => [route, '200', 'answered']),
  },
  decisions: {
    name: 'routesmith_decisions_total',
    help: 'Decisions by model and reason.',
    labels: ['model', 'reason'],
  },
  attempts: {
    name: 'routesmith_attempts_total',
    help: 'Calls of models by their outcome: answered, or the class of the failure.',
    labels: ['model', 'outcome'],
  },
  failovers: {
    name: 'routesmith_failovers_total',
    help: 'Answers that came from another model because the chosen one failed or could not be called.',
  },
  budgetFallbacks: {
    name: 'routesmith_budget_fallbacks_total',
    help: 'Answers that came from another model because the chosen one may cost more than is left of the budget of the key.',
  },
  tokens: {
    name: 'routesmith_tokens_total',
    help: 'Tokens that providers reported.',
    labels: ['model', 'direction'],
  },
  cost: {
    name: 'routesmith_cost_usd_total',
    help: 'Known costs of answers in USD, without guessed ones.',
    labels: ['model'],
  },
  guessedCost: {
    name: 'routesmith_guessed_cost_usd_total',
    help: 'Guessed costs of answers in USD: of tokens or prices that are partly a guess, or without a part of the charge.',
    labels: ['model'],
  },
  unknownCosts: {
    name: 'routesmith_unknown_costs_total',
    help: 'Answers and failed calls that may have been charged, without any known or guessed cost.',
    labels: ['model'],
  },
  duration: {
    name: 'routesmith_request_duration_seconds',
    help: 'Time to the end of the answer.',
    labels: ['route', 'stream'],
  },
  ttft: {
    name: 'routesmith_time_to_first_token_seconds',
    help: 'Time to the first content of streamed answers.',
    labels: ['model'],
  },
  reloads: {
    name: 'routesmith_reloads_total',
    help: 'Reloads of the policy, the pool or the configuration.',
  },
} as const satisfies Record<string, MetricSpec>;

/** Creates the metrics. Labels are names of models, keys and this library only, so they are bounded. */
export function createGatewayMetrics(read: () => GatewayState): GatewayMetrics {
  const registry = createMetricRegistry();
  const requests = registry.counter(specs.requests);
  const decisions = registry.counter(specs.decisions);
  const attempts = registry.counter(specs.attempts);
  const failovers = registry.counter(specs.failovers);
  const budgetFallbacks = registry.counter(specs.budgetFallbacks);
  const tokens = registry.counter(specs.tokens);
  const cost = registry.counter(specs.cost);
  const guessedCost = registry.counter(specs.guessedCost);
  const unknownCosts = registry.counter(specs.unknownCosts);
  const duration = registry.histogram(specs.duration, secondBuckets);
  const ttft = registry.histogram(specs.ttft, secondBuckets);
  const reloads = registry.counter(specs.reloads);
  addGauges(registry, read);

  function showModels(models: readonly string[]): void {
    for (const model of models) {
      attempts.add([model, 'answered'], 0);
      for (const direction of ['input', 'output']) tokens.add([model, direction], 0);
      for (const counter of [cost, guessedCost, unknownCosts]) counter.add([model], 0);
    }
  }

  function noteDecision({ model, reason }: Decision): void {
    decisions.add([model ?? '', reason]);
  }

  function noteCharge(model: string, { usage, costUsd, costIsGuess }: AnswerCharge): void {
    if (usage !== null) {
      tokens.add([model, 'input'], usage.inputTokens);
      tokens.add([model, 'output'], usage.outputTokens);
    }
    if (costUsd === null) unknownCosts.add([model]);
    else (costIsGuess === true ? guessedCost : cost).add([model], costUsd);
  }

  return {
    showModels,
    noteRequest(line) {
      const { route, status, outcome, model, chosenModel, isStream } = line;
      requests.add([route, String(status), outcome]);
      duration.observe([route, String(isStream)], line.latencyMs / 1000);
      if (line.ttftMs !== null && model !== null) ttft.observe([model], line.ttftMs / 1000);
      const answered = line.attempts.some((attempt) => attempt.outcome === 'answered');
      if (!answered || model === chosenModel) return;
      const isOverBudget = listOverBudget(line.attempts).has(chosenModel ?? '');
      (isOverBudget ? budgetFallbacks : failovers).add([]);
    },
    noteEvent(event) {
      if (event.type === 'decision') {
        noteDecision(event.decision);
      } else if (event.type === 'attempt_failed') {
        attempts.add([event.model, event.failure.class]);
        if (event.charge !== undefined) noteCharge(event.model, event.charge);
        else if (mayBeBilled(event)) unknownCosts.add([event.model]);
      } else if (event.type === 'succeeded') {
        attempts.add([event.model, 'answered']);
        noteCharge(event.model, event);
      }
    },
    noteDecision,
    noteReload(models) {
      reloads.add([]);
      showModels(models);
    },
    render: () => registry.render(),
  };
}

function addGauges(registry: MetricRegistry, read: () => GatewayState): void {
  const single = (name: string, help: string, value: (state: GatewayState) => number): void =>
    registry.gauge({ name, help }, () => [[[], value(read())]]);
  single('routesmith_requests_running', 'Requests in progress.', ({ running }) => running);
  single('routesmith_requests_waiting', 'Requests that wait for a place.', (s) => s.waiting);
  single('routesmith_conversations', 'Conversations remembered.', (s) => s.conversations);
  single('routesmith_problems', 'Problems that /ready names.', ({ problems }) => problems);
  registry.gauge(
    { name: 'routesmith_policy_info', help: 'The policy in use.', labels: ['digest'] },
    () => [[[read().policyDigest], 1]],
  );
  registry.gauge(
    {
      name: 'routesmith_breaker_state',
      help: 'The state of each endpoint: 1 for the one that it is in.',
      labels: ['model', 'state'],
    },
    () =>
      Object.entries(read().health).flatMap(([model, { state }]) =>
        states.map((one) => [[model, one], one === state ? 1 : 0] as const),
      ),
  );
  registry.gauge(
    {
      name: 'routesmith_budget_left_usd',
      help: 'What keys may still spend.',
      labels: ['caller', 'period'],
    },
    () =>
      [...read().budgets].flatMap(([caller, { dayUsd, monthUsd }]) => [
        ...(dayUsd === null ? [] : [[[caller, 'day'], dayUsd] as const]),
        ...(monthUsd === null ? [] : [[[caller, 'month'], monthUsd] as const]),
      ]),
  );
}
