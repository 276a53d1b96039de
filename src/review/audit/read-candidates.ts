import type { Prompt } from '../../llm/chat.js';
import type { Example } from '../../measure/tasks/example.js';
import { readLog } from '../../serve/log/read-log.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import type { DecisionRecord } from '../../serve/log/record.js';
import { computeUtility } from '../../policy/decide/choose-model.js';
import { addAt } from '../../util/numeric-arrays.js';
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

/** Which requests of which log an audit can draw. */
export interface AuditScope {
  readonly log: string;
  /** Names of the models that will be asked. */
  readonly models: readonly string[];
  /** Prompts by the id of the request. @default those of the log */
  readonly prompts?: ReadonlyMap<string, Pick<Example, 'prompt'> & GradedExample>;
  /** Why a model that will be asked cannot be sent a prompt. @default every prompt can be sent */
  readonly findUnsendable?: (prompt: Prompt) => string | undefined;
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
export interface AuditCandidates {
  readonly candidates: readonly AuditCandidate[];
  readonly from: string;
  readonly to: string;
  readonly baseline: string;
  readonly leftOut: ReadonlyMap<string, number>;
  /** By task, as shares. */
  readonly taskShares: ReadonlyMap<string, number>;
  readonly meanNovelty: number;
  /** Of the candidates. */
  readonly gradings: PromptGradings;
  /** What was found in the log, and what it lacks. */
  readonly logTotals: LogTotals;
}

/** The task of requests of a policy that knows none. */
const allTasks = 'all';

/**
 * Reads which requests of a log can be audited. A request that no model served, that was served by a
 * model that is not to be asked, or that cannot be asked again, is left out and counted.
 *
 * @throws RoutesmithError `insufficient_data` where no request is left
 */
export async function readCandidates(settings: AuditScope): Promise<AuditCandidates> {
  const { log: directory } = settings;
  const models = new Set(settings.models);
  const found: (Omit<AuditCandidate, 'isRepeated'> & { readonly promptHash: string })[] = [];
  const gradings = createGradingCollector();
  const uses = new Map<string, number>();
  const leftOut = new Map<string, number>();
  const mix = createTaskMix();
  const leaveOut = (reason: string): void => {
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  };
  let [from, to, baseline] = ['', '', ''];
  const reading = readLog(directory);
  for await (const request of reading) {
    const { decision, policy } = request;
    if (from === '' || decision.at < from) from = decision.at;
    if (decision.at >= to) [to, baseline] = [decision.at, policy.baseline];
    mix.add(request);
    uses.set(decision.id, (uses.get(decision.id) ?? 0) + 1);
    const served = findServed(request);
    const prompt = readLoggedPrompt(decision, settings.prompts);
    const reason = findReasonToLeaveOut(served, prompt, models, settings);
    if (served === null || prompt?.ok !== true || reason !== undefined) {
      leaveOut(reason ?? 'no answer');
      continue;
    }
    // Without given prompts there is one grader for all, and hashes would only take memory.
    const given = settings.prompts?.get(decision.id);
    const promptHash = settings.prompts === undefined ? '' : gradings.add(prompt.value, given);
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
    });
  }
  const candidates = found.flatMap(({ promptHash, ...one }): AuditCandidate[] => {
    if (gradings.isAmbiguous(promptHash)) {
      leaveOut('of a prompt for which --prompts gives several graders or references');
      return [];
    }
    const isRepeated = (uses.get(one.id) ?? 0) > 1;
    if (!isRepeated) return [{ ...one, isRepeated }];
    if (settings.prompts?.has(one.id) !== true) {
      return [{ ...one, isRepeated, conversation: findConversation(one) }];
    }
    leaveOut('of an id that several requests have, for which --prompts gives one prompt');
    return [];
  });
  if (candidates.length === 0) throw describeEmpty(directory, leftOut, reading.totals);
  const logTotals = reading.totals;
  return { candidates, from, to, baseline, leftOut, gradings, logTotals, ...mix.summarize() };
}

function findReasonToLeaveOut(
  served: string | null,
  prompt: Result<Prompt> | undefined,
  models: ReadonlySet<string>,
  { findUnsendable }: AuditScope,
): string | undefined {
  if (served === null) return 'no answer';
  if (!models.has(served)) return `served by ${served}, which is not in the pool`;
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

function createTaskMix(): {
  add(request: LoggedRequest): void;
  summarize(): Pick<AuditCandidates, 'taskShares' | 'meanNovelty'>;
} {
  const weightOf = new Map<string, number>();
  const sums = new Float64Array(2);
  return {
    add(request) {
      const weight = 1 / request.decision.keep;
      const task = findTask(request) ?? allTasks;
      weightOf.set(task, (weightOf.get(task) ?? 0) + weight);
      addAt(sums, 0, weight);
      addAt(sums, 1, weight * request.decision.novelty);
    },
    summarize() {
      const [total = 0, novelty = 0] = sums;
      return {
        taskShares: new Map(Array.from(weightOf, ([task, weight]) => [task, weight / total])),
        meanNovelty: novelty / total,
      };
    },
  };
}

function describeEmpty(
  directory: string,
  leftOut: ReadonlyMap<string, number>,
  { damagedLines, problems: [problem] }: LogTotals,
): RoutesmithError {
  const reasons = [
    ...Array.from(leftOut, ([reason, count]) => `${count} ${reason}`),
    ...(damagedLines > 0
      ? [`${formatCount(damagedLines, 'line')} cannot be read: ${problem}`]
      : []),
  ].join(', ');
  return new RoutesmithError(
    'insufficient_data',
    `no request of the log can be audited${reasons === '' ? ': it is empty' : ` (${reasons})`}`,
    {
      where: directory,
      fix: 'Log at level "prompts", or give the prompts by id with --prompts. The pool must have the models that served.',
    },
  );
}
