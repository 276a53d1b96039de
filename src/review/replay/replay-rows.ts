import type { LoggedRequest } from '../../serve/log/join-lines.js';
import {
  chooseFeedback,
  findAnswered,
  findOwnLatency,
  findPaid,
  findServed,
  findTask,
  findTaskSource,
  type TaskSource,
} from '../estimates/logged-outcome.js';
import { textHash } from '../../util/text-hash.js';
import { createNumbering } from '../estimates/numbering.js';
import { createNumberList, type NumberList } from './number-list.js';
import type { Replayed } from './replay-request.js';

/** Columns with one value for each replayed request; NaN where unknown. */
const replayColumns = [
  /** 1 / keep: how many requests it stands for. */
  'weight',
  /** Numbers from 0: conversations, and each request without one. */
  'group',
  'task',
  /** Numbers of models: what the log's policy chose, what served, and what is replayed; -1 is none. */
  'logged',
  'served',
  'replayed',
  /** By the replayed policy: of its own choice, and of the logged one. */
  'replayedQuality',
  'loggedQuality',
  'replayedCostUsd',
  'loggedCostUsd',
  'replayedLatencyMs',
  'loggedLatencyMs',
  /** What happened, and what the replayed policy expects of the models that were paid, or that served. */
  'paidUsd',
  /** 1 where that is partly an estimate, else 0. */
  'paidIsGuess',
  /** 1 where that lacks a part that is not known, else 0. */
  'paidIsIncomplete',
  'servedCostUsd',
  /** Of the call that answered alone. */
  'tookMs',
  'servedLatencyMs',
  /** The most trusted report, of requests with an answer: one on another request rates no model. */
  'feedback',
  'servedQuality',
] as const;
export type ReplayColumn = (typeof replayColumns)[number];

/** All replayed requests, as columns. */
export interface ReplayRows {
  readonly columns: Readonly<Record<ReplayColumn, NumberList>>;
  /** By number. */
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  /** Whose labels the tasks are, by request. */
  readonly taskSources: readonly (TaskSource | undefined)[];
  add(request: LoggedRequest, replayed: Replayed): void;
}

/** @param known ids of the replayed policy's models, which get the first numbers */
export function createReplayRows(known: readonly string[]): ReplayRows {
  const columns = Object.fromEntries(
    replayColumns.map((name) => [name, createNumberList()]),
  ) as Record<ReplayColumn, NumberList>;
  const models = createNumbering(known);
  const tasks = createNumbering();
  const conversations = createNumbering();
  const taskSources: (TaskSource | undefined)[] = [];
  const indexOf = new Map(known.map((id, index) => [id, index]));
  /** What the replayed policy expects of a model; NaN for one that it does not have, and for none. */
  const estimateOf = (values: ArrayLike<number>, model: string | null | undefined): number =>
    valueOf(values, indexOf.get(model ?? '') ?? -1);

  return {
    columns,
    models: models.names,
    tasks: tasks.names,
    taskSources,
    add(request, { choice, quality, costUsd, latencyMs }) {
      const { decision, served } = request;
      const logged = models.find(decision.policyChoice);
      const answered = findAnswered(served);
      columns.weight.push(1 / decision.keep);
      // Requests of one id, such as the steps of an agent, are of one conversation.
      columns.group.push(
        decision.conversation === null
          ? numberId(decision.id)
          : conversations.find(decision.conversation),
      );
      columns.task.push(tasks.find(findTask(request) ?? ''));
      taskSources.push(findTaskSource(request));
      columns.logged.push(logged);
      columns.served.push(served === undefined ? Number.NaN : models.find(answered));
      columns.replayed.push(choice);
      columns.replayedQuality.push(valueOf(quality, choice));
      columns.loggedQuality.push(valueOf(quality, logged));
      columns.replayedCostUsd.push(valueOf(costUsd, choice));
      columns.loggedCostUsd.push(valueOf(costUsd, logged));
      columns.replayedLatencyMs.push(valueOf(latencyMs, choice));
      columns.loggedLatencyMs.push(valueOf(latencyMs, logged));
      const paid = findPaid(served);
      columns.paidUsd.push(paid?.costUsd ?? Number.NaN);
      columns.paidIsGuess.push(paid?.isGuess === true ? 1 : 0);
      columns.paidIsIncomplete.push(paid?.isIncomplete === true ? 1 : 0);
      // An answer that was empty, that broke off, or that nobody waited for, is paid as well.
      columns.servedCostUsd.push(
        paid?.models.reduce((sum, model) => sum + estimateOf(costUsd, model), 0) ?? Number.NaN,
      );
      columns.tookMs.push(findOwnLatency(served) ?? Number.NaN);
      columns.servedLatencyMs.push(estimateOf(latencyMs, answered));
      // A caller who only asked for a decision reports on its choice.
      const rated = findServed(request);
      const feedback = rated === null ? undefined : chooseFeedback(request.feedback);
      columns.feedback.push(feedback?.quality ?? Number.NaN);
      columns.servedQuality.push(estimateOf(quality, rated));
    },
  };
}

/** A number below 0 for an id. Two ids hardly ever have the same; to remember all would take memory. */
function numberId(id: string): number {
  return -1 - (textHash(id, 0) * 2 ** 20 + (textHash(id, 1) >>> 12));
}

function valueOf(values: ArrayLike<number>, index: number): number {
  return index < 0 ? Number.NaN : (values[index] ?? Number.NaN);
}
