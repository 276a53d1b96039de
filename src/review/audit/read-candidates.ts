import type { PromptWithMembers } from '../../llm/chat.js';
import type { Example, GraderSpec } from '../../measure/tasks/example.js';
import { readLog } from '../../serve/log/read-log.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import type { DecisionRecord } from '../../serve/log/record.js';
import { computeUtility } from '../../policy/decide/choose-model.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import type { Result } from '../../util/result.js';
import {
  findConversation,
  findServed,
  findTask,
  findTaskSource,
  type TaskSource,
} from '../estimates/logged-outcome.js';
import { findCloseness } from './find-closeness.js';
import { readLoggedPrompt } from './logged-prompt.js';
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
  readonly leftOut: LeftOut;
  /** Requests that the candidates stand for whose answer is not in the log; see `isOnlyDecided`. */
  readonly onlyDecided: number;
  /** Of the candidates. */
  readonly gradings: PromptGradings;
  /** What was found in the log, and what it lacks. */
  readonly logTotals: LogTotals;
}

/** Requests that are not audited, by reason. */
type LeftOut = ReadonlyMap<
  string,
  {
    readonly count: number;
    /** The requests that these stand for, with those that sampling left out. */
    readonly represented: number;
    /** Of the first of them. */
    readonly ids: readonly string[];
  }
>;

/** Why a request is left out that neither a grader nor a judge grades. */
export const noGrader = 'without a grader';

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

const maxNamed = 3;

/**
 * Reads which requests of a log can be audited. A request that no model served, that was served by a
 * model that is not to be asked, or that cannot be asked again or graded, is left out and counted.
 *
 * @throws RoutesmithError `insufficient_data` where no request is left, `usage` where that is for lack of
 * a grader
 */
export async function readCandidates(settings: AuditScope): Promise<AuditCandidates> {
  const { log: directory } = settings;
  const models = new Set(settings.models);
  type Logged = Pick<DecisionRecord, 'id' | 'keep'>;
  type Found = Omit<AuditCandidate, 'isRepeated'> & {
    readonly promptHash: string;
    readonly isOpen: boolean;
  };
  const found: Found[] = [];
  const gradings = createGradingCollector();
  /** Requests that were only decided, and that cannot be audited anyway. */
  const open: [reason: string, request: Logged][] = [];
  const uses = new Map<string, number>();
  /** Of requests that were only decided. */
  const openUses = new Map<string, number>();
  /** Where all callers call models themselves, there are none, and decisions are what there is. */
  let hasAnswers = false;
  const leftOut = new Map<string, { count: number; represented: number; ids: string[] }>();
  const [mix, mixOfAnswered] = [createTaskMix(), createTaskMix()];
  const leaveOut = (reason: string, { id, keep }: Logged): void => {
    const known = leftOut.get(reason) ?? { count: 0, represented: 0, ids: [] };
    known.count += 1;
    known.represented += 1 / keep;
    if (known.ids.length < maxNamed) known.ids.push(id);
    leftOut.set(reason, known);
  };
  let [from, to, baseline] = ['', '', ''];
  const reading = readLog(directory);
  for await (const request of reading) {
    const { decision, policy } = request;
    if (from === '' || decision.at < from) from = decision.at;
    if (decision.at >= to) [to, baseline] = [decision.at, policy.baseline];
    const isOpen = isOnlyDecided(request);
    mix.add(request);
    if (!isOpen) mixOfAnswered.add(request);
    const own = isOpen ? openUses : uses;
    own.set(decision.id, (own.get(decision.id) ?? 0) + 1);
    const served = findServed(request);
    if (request.served?.outcome === 'answered') hasAnswers = true;
    const prompt = readLoggedPrompt(decision, settings.prompts);
    const reason = findReasonToLeaveOut(served, prompt, models, settings);
    if (served === null || prompt?.ok !== true || reason !== undefined) {
      const why = reason ?? 'no answer';
      if (isOpen) open.push([why, { id: decision.id, keep: decision.keep }]);
      else leaveOut(why, decision);
      continue;
    }
    // Without given prompts there is one grader for all, and hashes would only take memory.
    const given = settings.prompts?.get(decision.id);
    const promptHash =
      settings.prompts === undefined ? '' : gradings.add(decision.id, prompt.value, given);
    found.push({
      promptHash,
      id: decision.id,
      at: decision.at,
      n: decision.n,
      served,
      conversation: decision.conversation,
      task: findTask(request) ?? allTasks,
      taskBy: findTaskSource(request),
      keep: decision.keep,
      closeness: findRequestCloseness(request),
      isOpen,
    });
  }
  const logTotals = reading.totals;
  let onlyDecided = 0;
  for (const [reason, one] of open) leaveOut(hasAnswers ? onlyDecidedReason : reason, one);
  const candidates = found.flatMap(({ isOpen, promptHash, ...one }): AuditCandidate[] => {
    const reason =
      isOpen && hasAnswers
        ? onlyDecidedReason
        : findGradingProblem(gradings, promptHash, settings.grader);
    if (reason !== undefined) {
      leaveOut(reason, one);
      return [];
    }
    const openUse = hasAnswers ? 0 : (openUses.get(one.id) ?? 0);
    const isRepeated = (uses.get(one.id) ?? 0) + openUse > 1;
    const isGiven = settings.prompts?.has(one.id) === true;
    if ((!isRepeated || !isGiven) && isOpen) onlyDecided += 1 / one.keep;
    if (!isRepeated) return [{ ...one, isRepeated }];
    if (!isGiven) {
      return [{ ...one, isRepeated, conversation: findConversation(one) }];
    }
    leaveOut('of an id that several requests have, for which --prompts gives one prompt', one);
    return [];
  });
  if (candidates.length === 0) throw describeEmpty(directory, leftOut, logTotals);
  const production = (hasAnswers ? mixOfAnswered : mix).summarize();
  return {
    candidates,
    from,
    to,
    baseline,
    leftOut,
    onlyDecided,
    gradings,
    logTotals,
    ...production,
  };
}

function findGradingProblem(
  gradings: PromptGradings,
  promptHash: string,
  grader: GraderSpec | undefined,
): string | undefined {
  if (gradings.isAmbiguous(promptHash)) return ambiguousGrading;
  return (gradings.find(promptHash)?.example.grader ?? grader) === undefined ? noGrader : undefined;
}

/**
 * Whether a caller asked for a decision only, and nothing says that its choice has answered. The caller
 * may have called the model, have sent the request again to be routed, or have dropped it.
 */
function isOnlyDecided({ decision, feedback }: LoggedRequest): boolean {
  return !decision.awaitsServed && feedback.length === 0;
}

function findReasonToLeaveOut(
  served: string | null,
  prompt: Result<PromptWithMembers> | undefined,
  models: ReadonlySet<string>,
  { findUnsendable }: AuditScope,
): string | undefined {
  if (served === null) return 'no answer';
  if (!models.has(served)) return `served by ${served}${notInPool}`;
  if (prompt === undefined) return 'prompt not known';
  if (!prompt.ok) return 'prompt cannot be read';
  const problem = findUnsendable?.(prompt.value);
  return problem === undefined ? undefined : `not for every model of the pool: ${problem}`;
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

function describeEmpty(
  directory: string,
  leftOut: LeftOut,
  { damagedLines, problems: [problem] }: LogTotals,
): RoutesmithError {
  const reasons = [
    ...Array.from(leftOut, ([reason, { count }]) => `${count} ${reason}`),
    ...(damagedLines > 0
      ? [`${formatCount(damagedLines, 'line')} cannot be read: ${problem}`]
      : []),
  ].join(', ');
  const isUngraded = leftOut.has(noGrader);
  return new RoutesmithError(
    isUngraded ? 'usage' : 'insufficient_data',
    `no request of the log can be audited${reasons === '' ? ': it is empty' : ` (${reasons})`}`,
    {
      where: directory,
      fix: isUngraded
        ? 'Name a judge with --judge, or give graders and references with --prompts.'
        : 'Log at level "prompts", or give the prompts by id with --prompts. The pool must have the models that served.',
    },
  );
}
