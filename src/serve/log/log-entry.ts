import type { ChatMessage, Prompt } from '../../llm/chat.js';
import type { DecideOptions, Decision } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import type { CallLogEntry, LoggedAs } from '../router/call-log.js';
import type { RouterClock } from '../router/call.js';
import {
  buildDecision,
  copyBasis,
  type BuiltDecision,
  type DecisionBasis,
} from './build-decision.js';
import type { FeatureCounter } from './count-features.js';
import { draftDecision } from './format-decision.js';
import { formatLine } from './format-line.js';
import {
  checkOutcome,
  readGivenOutcome,
  unreadableOutcome,
  type GivenOutcome,
} from './served-outcome.js';
import { isLogId } from './log-words.js';
import type { LoggedPolicy, LogLevel } from './record.js';
import { createServedEvents, type ServedOutcome } from './served-events.js';
import { computeServedPropensity } from './served-propensity.js';

/** One request in a log. Nothing here throws: a log must not break a request. */
export interface LogEntry extends CallLogEntry {
  /**
   * Records the outcome of the request, where no router does. Only the first one counts. Tokens, a
   * cost or a time to the first content that cannot be are recorded as unknown; anything else that is
   * not as the schema of the log says leaves the outcome out, and it can be given again. Either is
   * reported to `onProblem`.
   */
  served(outcome: GivenOutcome): void;
}

/** What an entry needs of its log. */
export interface EntryHost {
  readonly level: LogLevel;
  readonly clock: RouterClock;
  /**
   * @param id of its caller; undefined if it is random
   * @returns the probability with which the request is recorded; 0 if it is not
   */
  draw(id: string | undefined): number;
  findPolicyLine(policy: LoadedPolicy): LoggedPolicy;
  /** Undefined for a policy that reads no features. */
  findCounter(policy: LoadedPolicy): FeatureCounter | undefined;
  /**
   * Adds a line that is made later.
   *
   * @param size about its characters
   */
  push(
    kind: 'decisions' | 'served',
    size: number,
    format: (n: number) => string,
    policy?: LoggedPolicy,
  ): void;
  /** Told of a record that could not be made. */
  onFailed(cause: unknown): void;
  /** Told of what a record lacks. */
  onProblem(cause: unknown): void;
}

/** About the characters of a line without an answer. */
const servedSize = 500;

export function createLogEntry(policy: LoadedPolicy, as: LoggedAs, host: EntryHost): LogEntry {
  const { level, clock } = host;
  const isNamed = as.id !== undefined && isLogId(as.id);
  const id = isNamed ? (as.id as string) : crypto.randomUUID();
  /** Prepared with the first event. */
  let noteServed: ReturnType<typeof createServedEvents> | undefined;
  const keepsAnswers = level === 'prompts';
  /** Undefined before the decision, and if it is not kept. */
  let kept: BuiltDecision | undefined;
  let ranked: Decision['ranked'] = [];
  let unavailable: readonly string[] = [];
  let isDecided = false;
  let startedMs = Number.NaN;
  /** When the last attempt began, in milliseconds after the decision. */
  let attemptMs = 0;
  let answer = '';

  /** Runs a part of the log that must not break the request. */
  function attempt(part: () => void): void {
    try {
      part();
    } catch (error) {
      host.onFailed(error);
    }
  }

  function record(
    prompt: Prompt | readonly ChatMessage[],
    options: DecideOptions,
    decision: Decision,
    basis: DecisionBasis | undefined,
    keep: number,
  ): void {
    if (as.id !== undefined && !isNamed) throw unusableId();
    if (basis === undefined) throw unobserved();
    const line = host.findPolicyLine(policy);
    const built = buildDecision(policy, options, decision, basis, {
      id,
      at: clock.date(),
      policy: line.policy,
      conversation: as.conversation ?? null,
      keep,
      awaitsServed: as.awaitsServed ?? true,
    });
    const counter = level === 'features' ? host.findCounter(policy) : undefined;
    const draft = draftDecision(built, prompt, level, counter);
    host.push('decisions', draft.size, draft.format, line);
    kept = built;
    ({ ranked } = decision);
  }

  function recordServed(outcome: ServedOutcome, latencyMs: number): void {
    if (kept === undefined) return;
    const { model, attempts } = outcome;
    const before = attempts
      .filter((one) => one.outcome !== 'answered' && one.model !== model)
      .map((one) => one.model);
    // Who records an outcome by hand may leave the attempts out; the choice did not answer all the same.
    if (kept.choice !== null && kept.choice !== model) before.push(kept.choice);
    const { models } = policy.policy;
    const propensity =
      model === null
        ? 0
        : computeServedPropensity(kept, models, { served: model, before, unavailable, ranked });
    const record = {
      id,
      at: clock.date().toISOString(),
      ...outcome,
      // A model that could not be chosen has none.
      propensity: propensity > 0 ? propensity : null,
      latencyMs,
      ...(keepsAnswers ? { answer } : {}),
    };
    const { checked, problems } = checkOutcome(record);
    const size = servedSize + answer.length;
    host.push('served', size, (n) => formatLine({ kind: 'served', n, ...checked }));
    kept = undefined;
    for (const problem of problems) host.onProblem(problem);
  }

  return {
    id,
    decide(prompt, options = {}) {
      const keep = isDecided ? 0 : host.draw(isNamed ? id : undefined);
      isDecided = true;
      startedMs = clock.now();
      if (keep === 0) return policy.decide(prompt, options);
      let basis: DecisionBasis | undefined;
      const { observe } = options;
      const decision = policy.decide(prompt, {
        ...options,
        observe(scores, needs, estimates, instead) {
          basis = copyBasis(scores, needs, estimates, instead);
          observe?.(scores, needs, estimates, instead);
        },
      });
      attempt(() => record(prompt, options, decision, basis, keep));
      return decision;
    },
    noteText(text) {
      if (keepsAnswers && kept !== undefined) answer += text;
    },
    noteEvent(event) {
      if (event.type === 'decision') {
        ({ unavailable } = event);
        return;
      }
      if (event.type === 'attempt_started') attemptMs = clock.now() - startedMs;
      noteServed ??= createServedEvents();
      const outcome = noteServed(event);
      if (outcome === undefined) return;
      // The router's is that of the attempt.
      const ttftMs = outcome.ttftMs === null ? null : attemptMs + outcome.ttftMs;
      attempt(() => recordServed({ ...outcome, ttftMs }, clock.now() - startedMs));
    },
    served(given) {
      if (kept === undefined) return;
      attempt(() => {
        if (!isJsonObject(given)) throw unreadableOutcome('model');
        const { latencyMs = clock.now() - startedMs, answer: text = '' } = given;
        // The other levels do not keep it, whatever it is.
        if (keepsAnswers) answer = text;
        recordServed(readGivenOutcome(given, latencyMs), latencyMs);
      });
    },
  };
}

function unusableId(): RoutesmithError {
  return new RoutesmithError('usage', 'must be 1 to 128 letters, digits, "_" and "-"', {
    where: 'decision log, id',
    fix: 'The request is not recorded.',
  });
}

function unobserved(): RoutesmithError {
  return new RoutesmithError('usage', 'the decision cannot be observed', {
    where: 'decision log, policy',
    fix: 'Load the policy with loadPolicy of routesmith/runtime.',
  });
}
