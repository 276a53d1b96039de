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
  checkServedModels,
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
   * cost or a time to the first content that cannot be are recorded as unknown; a model that the policy
   * does not have, and anything else that is not as the schema of the log says, leaves the outcome out,
   * and it can be given again. Either is reported to `onProblem`.
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
  findCounter(policy: LoadedPolicy): FeatureCounter;
  /**
   * Adds a line that is made later.
   *
   * @param size about its characters
   * @returns the number of its record; 0 if it is not taken
   */
  push(
    kind: 'decisions' | 'served',
    size: number,
    format: (n: number) => string,
    policy?: LoggedPolicy,
  ): number;
  /** Told of a record that could not be made. */
  onFailed(cause: unknown): void;
  /** Told of what a record lacks. */
  onProblem(cause: unknown): void;
}

/** About the characters of a line without an answer. */
const servedSize = 500;

export function createLogEntry(policy: LoadedPolicy, as: LoggedAs, host: EntryHost): LogEntry {
  return new OpenEntry(policy, as, host);
}

/** Its functions are properties, so that a caller may take them apart. */
class OpenEntry implements LogEntry {
  readonly id: string;
  readonly #policy: LoadedPolicy;
  readonly #as: LoggedAs;
  readonly #host: EntryHost;
  /** Whether the caller gave a usable id. */
  readonly #isNamed: boolean;
  readonly #keepsAnswers: boolean;
  /** Prepared with the first event. */
  #noteServed: ReturnType<typeof createServedEvents> | undefined;
  /** Undefined before the decision, and if it is not kept. */
  #kept: BuiltDecision | undefined;
  /** The number of its record. */
  #number = 0;
  #ranked: Decision['ranked'] = [];
  #unavailable: readonly string[] = [];
  #isDecided = false;
  #startedMs = Number.NaN;
  /** When the last attempt began, in milliseconds after the decision. */
  #attemptMs = 0;
  #answer = '';

  constructor(policy: LoadedPolicy, as: LoggedAs, host: EntryHost) {
    this.#policy = policy;
    this.#as = as;
    this.#host = host;
    this.#isNamed = as.id !== undefined && isLogId(as.id);
    this.id = this.#isNamed ? (as.id as string) : crypto.randomUUID();
    this.#keepsAnswers = host.level === 'prompts';
  }

  readonly decide: LogEntry['decide'] = (prompt, options = {}) => {
    const policy = this.#policy;
    const keep = this.#isDecided ? 0 : this.#host.draw(this.#isNamed ? this.id : undefined);
    this.#isDecided = true;
    this.#startedMs = this.#host.clock.now();
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
    this.#attempt(() => this.#record({ prompt, options, decision, basis, keep }));
    return decision;
  };

  readonly noteText: LogEntry['noteText'] = (text) => {
    if (this.#keepsAnswers && this.#kept !== undefined) this.#answer += text;
  };

  readonly noteEvent: LogEntry['noteEvent'] = (event) => {
    if (event.type === 'decision') {
      this.#unavailable = event.unavailable;
      return;
    }
    if (event.type === 'attempt_started') this.#attemptMs = this.#measureMs();
    this.#noteServed ??= createServedEvents();
    const outcome = this.#noteServed(event);
    if (outcome === undefined) return;
    // The router's is that of the attempt.
    const ttftMs = outcome.ttftMs === null ? null : this.#attemptMs + outcome.ttftMs;
    this.#attempt(() => this.#recordServed({ ...outcome, ttftMs }, this.#measureMs()));
  };

  readonly served: LogEntry['served'] = (given) => {
    if (this.#kept === undefined) return;
    this.#attempt(() => {
      if (!isJsonObject(given)) throw unreadableOutcome('model');
      const { latencyMs = this.#measureMs(), answer = '' } = given;
      // The other levels do not keep it, whatever it is.
      if (this.#keepsAnswers) this.#answer = answer;
      const outcome = readGivenOutcome(given, latencyMs);
      checkServedModels(outcome, this.#policy.policy.models);
      this.#recordServed(outcome, latencyMs);
    });
  };

  /** Milliseconds since the decision. */
  #measureMs(): number {
    return this.#host.clock.now() - this.#startedMs;
  }

  /** Runs a part of the log that must not break the request. */
  #attempt(part: () => void): void {
    try {
      part();
    } catch (error) {
      this.#host.onFailed(error);
    }
  }

  #record({ prompt, options, decision, basis, keep }: DecidedRequest): void {
    const { level, clock } = this.#host;
    const as = this.#as;
    if (as.id !== undefined && !this.#isNamed) throw unusableId();
    if (basis === undefined) throw unobserved();
    const line = this.#host.findPolicyLine(this.#policy);
    const built = buildDecision(
      this.#policy,
      { options, decision, basis },
      {
        id: this.id,
        at: clock.date(),
        policy: line.policy,
        conversation: as.conversation ?? null,
        keep,
        awaitsServed: as.awaitsServed ?? true,
        level,
      },
    );
    const counter = level === 'features' ? this.#host.findCounter(this.#policy) : undefined;
    const draft = draftDecision(built, prompt, level, counter);
    this.#number = this.#host.push('decisions', draft.size, draft.format, line);
    this.#kept = built;
    this.#ranked = decision.ranked;
  }

  #recordServed(outcome: ServedOutcome, latencyMs: number): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    const { model } = outcome;
    const propensity =
      model === null
        ? 0
        : computeServedPropensity(kept, this.#policy.policy.models, {
            served: model,
            before: listFailedBefore(kept, outcome),
            unavailable: this.#unavailable,
            ranked: this.#ranked,
          });
    const record = {
      id: this.id,
      decision: this.#number,
      at: this.#host.clock.date().toISOString(),
      ...outcome,
      // A model that could not be chosen has none.
      propensity: propensity > 0 ? propensity : null,
      latencyMs,
      ...(this.#keepsAnswers ? { answer: this.#answer } : {}),
    };
    const { checked, problems } = checkOutcome(record);
    const size = servedSize + this.#answer.length;
    this.#host.push('served', size, (n) => formatLine({ kind: 'served', n, ...checked }));
    this.#kept = undefined;
    for (const problem of problems) this.#host.onProblem(problem);
  }
}

/** A request that is kept, with its decision. */
interface DecidedRequest {
  readonly prompt: Prompt | readonly ChatMessage[];
  readonly options: DecideOptions;
  readonly decision: Decision;
  /** Undefined where the decision could not be observed. */
  readonly basis: DecisionBasis | undefined;
  readonly keep: number;
}

/** The models that did not answer before the one that did. */
function listFailedBefore({ choice }: BuiltDecision, { model, attempts }: ServedOutcome): string[] {
  const before = attempts
    .filter((one) => one.outcome !== 'answered' && one.model !== model)
    .map((one) => one.model);
  // Who records an outcome by hand may leave the attempts out; the choice did not answer all the same.
  if (choice !== null && choice !== model) before.push(choice);
  return before;
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
