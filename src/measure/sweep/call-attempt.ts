import type { CallResult, ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import type { Redactor } from '../../util/redact-secrets.js';
import {
  describeFailedAttempt,
  redactResult,
  type CellRun,
  type EndedAttempt,
} from './cell-run.js';

/** What every attempt needs. */
export interface AttemptContext {
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
export function beginAttempt(
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
  { client, apiKeys, redactor, clock }: AttemptContext,
): Promise<CallResult> {
  const { model, example } = run.cell;
  const apiKey = apiKeys.get(model.id);
  const received = await client.complete({ model, prompt: example.prompt, apiKey });
  const result = redactResult(received, redactor);
  run.last = { result, durationMs: clock.now() - startedMs, ...started };
  return result;
}
