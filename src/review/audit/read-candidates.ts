import type { PromptWithMembers } from '../../llm/chat.js';
import type { Example, GraderSpec } from '../../measure/tasks/example.js';
import { readLog } from '../../serve/log/read-log.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import type { DecisionRecord } from '../../serve/log/record.js';
import { computeUtility } from '../../policy/decide/choose-model.js';
import type { RoutesmithError } from '../../util/errors.js';
import { failure, success, type Result } from '../../util/result.js';
import {
  findConversation,
  findServed,
  findTask,
  findTaskSource,
  type TaskSource,
} from '../estimates/logged-outcome.js';
import { describeEmpty } from './describe-empty.js';
import { findCloseness } from './find-closeness.js';
import {
  createLeftOutRequests,
  noGrader,
  otherPrompt,
  promptNotKnown,
  type LeftOutRequests,
  type LeftOutRequest,
} from './left-out-requests.js';
import { canBeLogged, readLoggedPrompt } from './logged-prompt.js';
import {
  createGradingCollector,
  type GradedExample,
  type PromptGradings,
} from './prompt-gradings.js';
import { allTasks, createTaskMix, type TaskMix } from './task-mix.js';

/** Which requests of which log an audit can draw. */
export interface AuditScope {
  readonly log: string;
  /** Names of the models that will be asked. */
  readonly models: readonly string[];
  /** Prompts by the id of the request. @default those of the log */
  readonly prompts?: ReadonlyMap<string, Pick<Example, 'prompt'> & GradedExample>;
  /** For requests whose example names none. */
  readonly grader: GraderSpec | undefined;
  /** Why a model that will be asked cannot be sent a prompt. @default every prompt can be sent */
  readonly findUnsendable?: (prompt: PromptWithMembers) => string | undefined;
}

/** What tells the requests of a log apart. */
type LogPlace = Pick<DecisionRecord, 'id' | 'at' | 'n'>;

/** Names a logged request; its id alone may be that of several. */
export function nameRequest({ id, at, n }: LogPlace): string {
  return `${id}@${at}#${n}`;
}

/** A logged request that an audit can draw. */
export interface AuditCandidate extends LogPlace {
  /** Whether the log has other requests with this id, as where the steps of an agent were given one. */
  readonly isRepeated: boolean;
  readonly served: string;
  /** Requests of one id that name no conversation are one. */
  readonly conversation: string | null;
  /** What the caller named, or the policy of the log guessed. */
  readonly task: string;
  /** Undefined where neither did. */
  readonly taskBy: TaskSource | undefined;
  /** Probability with which it was logged. */
  readonly keep: number;
  /** See `findCloseness`. */
  readonly closeness: number;
}

/** The requests of a log that an audit can draw from, without their texts. */
export interface AuditCandidates extends TaskMix {
  readonly candidates: readonly AuditCandidate[];
  readonly from: string;
  readonly to: string;
  readonly baseline: string;
  readonly leftOut: LeftOutRequests;
  /** Requests that the candidates stand for whose answer is not in the log; see `isOnlyDecided`. */
  readonly onlyDecided: number;
  /** Of the candidates. */
  readonly gradings: PromptGradings;
  /** What was found in the log, and what it lacks. */
  readonly logTotals: LogTotals;
}

/** Ends why a request is left out that a model served which is not to be asked. */
const notInPool = ', which is not in the pool';

/** Whether requests are left out for the model that served them. */
export function isForModel(reason: string): boolean {
  return reason.endsWith(notInPool);
}

/** Why requests are left out of which nobody can tell how they are graded. */
const ambiguousGrading = 'of a prompt for which --prompts gives several graders or references';

/** Why a request is left out that perhaps nobody sent to a model. */
const onlyDecidedReason = 'only decided, which nobody may have answered';

/** Why a request is left out that `--prompts` cannot tell from others. */
const sharedId = 'of an id that several requests have, for which --prompts gives one prompt';

/**
 * Reads which requests of a log can be audited. A request that no model served, that was served by a
 * model that is not to be asked, or that cannot be asked again or graded, is left out and counted.
 *
 * @throws RoutesmithError `insufficient_data` where no request is left, `usage` where that is for lack of
 * a grader
 */
export async function readCandidates(scope: AuditScope): Promise<AuditCandidates> {
  const reading = readLog(scope.log);
  const selection = new CandidateSelection(scope);
  for await (const request of reading) selection.add(request);
  return selection.finish(reading.totals);
}

/** A request that can be asked again. */
interface FoundRequest {
  readonly request: Omit<AuditCandidate, 'isRepeated'>;
  readonly promptHash: string;
  readonly isOpen: boolean;
}

/**
 * Selects the candidates among the requests of a log. Only the whole log tells whether ids are repeated,
 * how prompts are graded, and what to make of requests that are open: those only decided, see `isOnlyDecided`.
 */
class CandidateSelection {
  readonly #scope: AuditScope;
  readonly #models: ReadonlySet<string>;
  readonly #found: FoundRequest[] = [];
  readonly #gradings = createGradingCollector();
  readonly #leftOut = createLeftOutRequests();
  /** Open requests that cannot be audited anyway. */
  readonly #openLeftOut: [reason: string, request: LeftOutRequest][] = [];
  /** How many requests have an id. */
  readonly #uses = { open: new Map<string, number>(), others: new Map<string, number>() };
  readonly #mix = { all: createTaskMix(), withoutOpen: createTaskMix() };
  /** Where all callers call models themselves, there are none, and decisions are what there is. */
  #hasAnswers = false;
  #from = '';
  #to = '';
  #baseline = '';

  constructor(scope: AuditScope) {
    this.#scope = scope;
    this.#models = new Set(scope.models);
  }

  add(request: LoggedRequest): void {
    const { decision } = request;
    const { id, at, n, keep } = decision;
    const isOpen = isOnlyDecided(request);
    this.#count(request, isOpen);
    const sendable = findSendable(request, this.#models, this.#scope);
    if (!sendable.ok) {
      if (isOpen) this.#openLeftOut.push([sendable.problem, { id, keep }]);
      else this.#leftOut.add(sendable.problem, decision);
      return;
    }
    const { served, prompt } = sendable.value;
    const { prompts } = this.#scope;
    this.#found.push({
      // Without given prompts there is one grader for all, and hashes would only take memory.
      promptHash: prompts === undefined ? '' : this.#gradings.add(id, prompt, prompts.get(id)),
      isOpen,
      request: {
        id,
        at,
        n,
        served,
        conversation: decision.conversation,
        task: findTask(request) ?? allTasks,
        taskBy: findTaskSource(request),
        keep,
        closeness: findRequestCloseness(request),
      },
    });
  }

  #count(request: LoggedRequest, isOpen: boolean): void {
    const { id, at } = request.decision;
    if (this.#from === '' || at < this.#from) this.#from = at;
    if (at >= this.#to) [this.#to, this.#baseline] = [at, request.policy.baseline];
    this.#mix.all.add(request);
    if (!isOpen) this.#mix.withoutOpen.add(request);
    const uses = isOpen ? this.#uses.open : this.#uses.others;
    uses.set(id, (uses.get(id) ?? 0) + 1);
    if (request.served?.outcome === 'answered') this.#hasAnswers = true;
  }

  finish(logTotals: LogTotals): AuditCandidates {
    for (const [reason, request] of this.#openLeftOut) {
      this.#leftOut.add(this.#hasAnswers ? onlyDecidedReason : reason, request);
    }
    const kept = this.#found.filter((found) => {
      const reason = this.#findReasonToLeaveOut(found);
      if (reason !== undefined) this.#leftOut.add(reason, found.request);
      return reason === undefined;
    });
    const leftOut = this.#leftOut.byReason;
    if (kept.length === 0) throw this.#describeEmpty(logTotals);
    return {
      candidates: kept.map(({ request }) =>
        this.#isRepeated(request.id)
          ? { ...request, isRepeated: true, conversation: findConversation(request) }
          : { ...request, isRepeated: false },
      ),
      from: this.#from,
      to: this.#to,
      baseline: this.#baseline,
      leftOut,
      onlyDecided: kept.reduce(
        (sum, { isOpen, request }) => sum + (isOpen ? 1 / request.keep : 0),
        0,
      ),
      gradings: this.#gradings,
      logTotals,
      ...(this.#hasAnswers ? this.#mix.withoutOpen : this.#mix.all).summarize(),
    };
  }

  #findReasonToLeaveOut({ request: { id }, promptHash, isOpen }: FoundRequest): string | undefined {
    if (isOpen && this.#hasAnswers) return onlyDecidedReason;
    if (this.#gradings.isAmbiguous(promptHash)) return ambiguousGrading;
    const { grader = this.#scope.grader } = this.#gradings.find(promptHash)?.example ?? {};
    if (grader === undefined) return noGrader;
    return this.#scope.prompts?.has(id) === true && this.#isRepeated(id) ? sharedId : undefined;
  }

  #describeEmpty(logTotals: LogTotals): RoutesmithError {
    const { log, prompts } = this.#scope;
    const { open, others } = this.#uses;
    const ids = [...(prompts?.keys() ?? [])];
    const isOfOthers = ids.length > 0 && !ids.some((id) => open.has(id) || others.has(id));
    return describeEmpty(log, this.#leftOut.byReason, {
      logTotals,
      promptsOfOthers: isOfOthers ? ids.length : 0,
    });
  }

  #isRepeated(id: string): boolean {
    const { open, others } = this.#uses;
    return (others.get(id) ?? 0) + (this.#hasAnswers ? 0 : (open.get(id) ?? 0)) > 1;
  }
}

/**
 * Whether a caller asked for a decision only, and nothing says that its choice has answered. The caller
 * may have called the model, have sent the request again to be routed, or have dropped it.
 */
function isOnlyDecided({ decision, feedback }: LoggedRequest): boolean {
  return !decision.awaitsServed && feedback.length === 0;
}

/** Which model served a request, and the prompt that others can be sent; or why it is left out. */
function findSendable(
  request: LoggedRequest,
  models: ReadonlySet<string>,
  { prompts, findUnsendable }: AuditScope,
): Result<{ readonly served: string; readonly prompt: PromptWithMembers }> {
  const served = findServed(request);
  if (served === null) return failure('no answer');
  if (!models.has(served)) return failure(`served by ${served}${notInPool}`);
  const { decision } = request;
  const given = prompts?.get(decision.id);
  if (given !== undefined && !canBeLogged(given.prompt, decision.needs))
    return failure(otherPrompt);
  const prompt = readLoggedPrompt(decision, prompts);
  if (prompt === undefined) return failure(promptNotKnown);
  if (!prompt.ok) return failure('prompt cannot be read');
  const problem = findUnsendable?.(prompt.value);
  return problem === undefined
    ? success({ served, prompt: prompt.value })
    : failure(`not for every model of the pool: ${problem}`);
}

function findRequestCloseness({ decision }: LoggedRequest): number {
  const unknown = (value: number | null): number => value ?? Number.NaN;
  const estimates = {
    quality: decision.quality,
    costUsd: decision.costUsd.map(unknown),
    latencyMs: decision.latencyMs.map(unknown),
  };
  const utilities = decision.quality.map((_, model) =>
    computeUtility(estimates, model, decision.objective),
  );
  return findCloseness(utilities, (model) => decision.exclusions[model] === null);
}
