import type { CallResult, ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import { blamePool } from './calls/call-failure.js';
import { isTimedOut } from './calls/retry.js';
import type { Redactor } from '../../util/redact-secrets.js';
import {
  describeFailedAttempt,
  redactResult,
  type CellRun,
  type EndedAttempt,
} from './cell-run.js';
import type { Cell } from './plan-sweep.js';
import { computeTokenBounds } from './worst-case-cost.js';

/** What every attempt needs. */
export interface CallContext {
  readonly client: ProviderClient;
  /** Keys by model id; undefined if a model needs none. */
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** An attempt that is about to be sent. */
export interface BegunAttempt extends Pick<EndedAttempt, 'startedAt' | 'queueMs' | 'inFlight'> {
  readonly startedMs: number;
}

/**
 * Notes that a cell's next attempt begins; an earlier one becomes a failed attempt.
 *
 * @param inFlight calls of the lane in flight, this one included
 */
export function beginCellAttempt(
  run: CellRun,
  inFlight: number,
  clock: Pick<Clock, 'now' | 'date'>,
): BegunAttempt {
  const startedMs = clock.now();
  run.firstSentMs ??= startedMs;
  if (run.last !== undefined) run.failedAttempts.push(describeFailedAttempt(run.last));
  const startedAt = clock.date().toISOString();
  return { startedMs, startedAt, queueMs: startedMs - run.readyMs, inFlight };
}

/** Makes an attempt, whose result becomes the cell's last one. Never rejects. */
export async function makeAttempt(
  run: CellRun,
  { startedMs, ...started }: BegunAttempt,
  { client, apiKeys, redactor, clock }: CallContext,
): Promise<CallResult> {
  const { model, example } = run.cell;
  const apiKey = apiKeys.get(model.id);
  const received = await client.complete({ model, prompt: example.prompt, apiKey });
  const result = redactResult(correctOverflow(received, run.cell), redactor);
  if (result.kind === 'failed' && isTimedOut(result.failure)) run.timedOutAttempts += 1;
  run.last = { result, durationMs: clock.now() - startedMs, ...started };
  return result;
}

/**
 * An overflow is a label, so it has to be the prompt's. A provider that does not say what it counted
 * is not believed where the prompt fits the window with certainty, at one token a byte.
 */
export function correctOverflow(
  result: CallResult,
  { model, example }: Pick<Cell, 'model' | 'example'>,
): CallResult {
  if (result.kind === 'completed' || result.failure.class !== 'context_overflow') return result;
  const { contextWindow = 0 } = model;
  const bounds = computeTokenBounds({ ...model, contextWindow: undefined }, example.prompt);
  if (bounds.inputTokens >= contextWindow) return result;
  const advice = `the prompt fits the pool's contextWindow of ${contextWindow}; correct it, or lower parameters.maxTokens`;
  return { kind: 'failed', failure: blamePool(result.failure, advice) };
}
