import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RequestForm } from '../../llm/request-form.js';
import { privateMode } from '../../util/replace-file.js';
import type { PoolModel } from '../models/model.js';
import type { CallFailure } from './calls/call-failure.js';
import type { Clock } from './calls/clock.js';
import { describeFailure } from './cell-run.js';
import type { Cell } from './plan-sweep.js';

/** An event that explains the pace of a sweep and its failures. */
export type SweepEvent =
  /** The maximum number of calls in flight has changed. */
  | {
      readonly kind: 'limit_changed';
      readonly models: readonly string[];
      readonly from: number;
      readonly to: number;
      readonly reason: string;
      readonly inFlight: number;
      readonly waiting: number;
    }
  /** An attempt failed; `retryInMs` is null if it was the last. */
  | {
      readonly kind: 'attempt_failed';
      readonly model: string;
      readonly taskId: string;
      readonly repeat: number;
      readonly attempt: number;
      readonly status: number | null;
      readonly error: string;
      readonly retryInMs: number | null;
    }
  /** The lane of these models is paused. */
  | {
      readonly kind: 'paused';
      readonly models: readonly string[];
      readonly pauseMs: number;
      readonly reason: string;
    }
  | { readonly kind: 'resumed'; readonly models: readonly string[] }
  /** No more calls are sent to these models. */
  | { readonly kind: 'stopped'; readonly models: readonly string[]; readonly reason: string }
  | NewForm
  /** A call was charged more than its prices and token limits allow. */
  | {
      readonly kind: 'overcharged';
      readonly model: string;
      readonly taskId: string;
      readonly isJudge?: never;
      readonly chargedUsd: number;
      readonly worstCaseUsd: number;
    }
  | JudgeOvercharged
  /**
   * The sweep ends because the next call could cost more than what is left of the budget. A call of the
   * judge only leaves its answer ungraded; only the first one is reported, and the first one again when
   * answers are asked about again.
   */
  | {
      readonly kind: 'budget_reached';
      readonly limitUsd: number;
      readonly spentUsd: number;
      readonly possibleUsd: number;
      readonly judgeUsd: number;
      readonly reservedUsd: number;
      /** Of that, what batches may cost that are at their providers. */
      readonly lastingUsd: number;
      readonly nextUsd: number;
      /** Present if it is a call of the judge that does not fit. */
      readonly isJudge?: true;
    }
  /**
   * Nothing more is sent for now: what is left of the budget is reserved for batches that cannot be
   * collected now.
   */
  | {
      readonly kind: 'budget_held';
      readonly limitUsd: number;
      readonly lastingUsd: number;
      readonly nextUsd: number;
    }
  /** A batch is at its provider. */
  | {
      readonly kind: 'batch_sent';
      readonly models: readonly string[];
      readonly batch: string;
      readonly cells: number;
    }
  | {
      readonly kind: 'batch_running';
      readonly models: readonly string[];
      readonly batch: string;
      readonly done: number;
      readonly total: number;
    }
  /** All that came of a batch is recorded. */
  | {
      readonly kind: 'batch_ended';
      readonly models: readonly string[];
      readonly batch: string;
      readonly cells: number;
    }
  /** A batch cannot be asked for. */
  | {
      readonly kind: 'batch_trouble';
      readonly models: readonly string[];
      readonly batch: string;
      readonly error: string;
    }
  /** The state of a lane, every few seconds. */
  | {
      readonly kind: 'state';
      readonly models: readonly string[];
      readonly inFlight: number;
      readonly waiting: number;
      readonly limit: number;
      readonly isPaused: boolean;
    };

/** The requests of a model have another form from now on, because its server rejected a member. */
export interface NewForm {
  readonly kind: 'new_form';
  /** The id of its entry in the pool. */
  readonly model: string;
  /** What its entry has to say so that the requests have that form from the start. */
  readonly request: RequestForm;
}

export function describeNewForm({ id, effort }: PoolModel, request: RequestForm): NewForm {
  return { kind: 'new_form', model: effort?.of ?? id, request };
}

/** A call of the judge was charged more than its prices and token limits allow. */
export interface JudgeOvercharged {
  readonly kind: 'overcharged';
  /** As it is recorded with grades. */
  readonly model: string;
  readonly isJudge: true;
  readonly chargedUsd: number;
  readonly worstCaseUsd: number;
}

export type BudgetReached = Extract<SweepEvent, { readonly kind: 'budget_reached' }>;

/**
 * Says that an attempt has failed.
 *
 * @param attempt its number, from 1
 * @param retryInMs null if it was the last
 */
export function describeFailedAttemptEvent(
  { model, example, repeat }: Cell,
  attempt: number,
  failure: CallFailure,
  retryInMs: number | null,
): SweepEvent {
  return {
    kind: 'attempt_failed',
    model: model.id,
    taskId: example.id,
    repeat,
    attempt,
    status: failure.status,
    error: describeFailure(failure),
    retryInMs,
  };
}

/** A file of a sweep's events, one JSON object per line. */
export interface SweepLog {
  write(event: SweepEvent): void;
  /** Resolves when everything is written; rejects if a write failed. */
  close(): Promise<void>;
}

/** Opens a log for appending. Secrets have already been removed from the events. */
export async function openSweepLog(file: string, clock: Pick<Clock, 'date'>): Promise<SweepLog> {
  await mkdir(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a', mode: privateMode });
  await once(stream, 'open');
  let failure: Error | undefined;
  stream.on('error', (error) => (failure ??= error));
  return {
    write(event) {
      if (failure === undefined) {
        stream.write(`${JSON.stringify({ at: clock.date().toISOString(), ...event })}\n`);
      }
    },
    async close() {
      if (failure === undefined) {
        stream.end();
        await once(stream, 'close');
      }
      if (failure !== undefined) throw failure;
    },
  };
}
