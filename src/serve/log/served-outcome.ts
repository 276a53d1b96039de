import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { findWrongMember } from './decode-record.js';
import { readWord } from './log-words.js';
import type { LoggedAttempt, LoggedCharge, ServedRecord } from './record.js';
import type { ServedOutcome } from './served-events.js';

/** The outcome of a request, by hand. What is not given is not known. */
export interface GivenOutcome extends Partial<ServedOutcome> {
  /** The model that answered, or null if none did. */
  readonly model: string | null;
  /** From the decision to the end of the answer. @default measured until now */
  readonly latencyMs?: number;
  /** The text of the answer, which only level `prompts` writes. */
  readonly answer?: string;
}

/** What a caller without types may leave out of a usage: parts of the other counts. */
const uncounted = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

/**
 * Fills in what is not given, in copies, because the line is made later.
 *
 * @param latencyMs from the decision until the end of the answer
 * @throws RoutesmithError `usage` for what cannot be read
 */
export function readGivenOutcome(given: GivenOutcome, latencyMs: number): ServedOutcome {
  const { model, outcome = model === null ? 'failed' : 'answered' } = given;
  const { attempts = [], usage = null, costUsd = null, costIsGuess = false } = given;
  const { ttftMs = null, finishReason = null } = given;
  if (!Array.isArray(attempts) || attempts.some((one) => !isJsonObject(one))) {
    throw unreadableOutcome('attempts');
  }
  return {
    model,
    outcome,
    attempts: fillAttempts(attempts, latencyMs),
    finishReason: typeof finishReason === 'string' ? readWord(finishReason) : null,
    usage: isJsonObject(usage) ? { ...uncounted, ...usage } : usage,
    costUsd,
    costIsGuess,
    ttftMs,
  };
}

/** Where only one model was called, the latency of the request is its own. */
function fillAttempts(
  attempts: ServedOutcome['attempts'],
  latencyMs: number,
): ServedOutcome['attempts'] {
  const isOnly = attempts.filter(({ outcome }) => outcome !== 'skipped').length === 1;
  return attempts.map((one) => {
    const knownMs = isOnly && one.outcome === 'answered' ? latencyMs : null;
    const { why = null, latencyMs: ownMs = knownMs, charge } = one;
    return { ...one, why, latencyMs: ownMs, ...(charge && { charge: fillCharge(charge) }) };
  });
}

function fillCharge(charge: LoggedCharge): LoggedCharge {
  if (!isJsonObject(charge)) return charge;
  const { usage = null, costUsd = null, costIsGuess = false } = charge;
  return {
    usage: isJsonObject(usage) ? { ...uncounted, ...usage } : usage,
    costUsd,
    costIsGuess,
  };
}

/** The error for an outcome that no reader of the log would take. */
export function unreadableOutcome(member: string): RoutesmithError {
  return new RoutesmithError('usage', 'the outcome of the request is not as it must be', {
    where: `decision log, served, ${member}`,
    fix: 'It is not recorded. docs/decision-log.schema.json says what the member may be.',
  });
}

/**
 * Checks that the policy has the models: without the one that served, there is no propensity.
 *
 * @throws RoutesmithError `usage`
 */
export function checkServedModels(
  { model, attempts }: ServedOutcome,
  models: readonly { readonly id: string }[],
): void {
  const known = models.map(({ id }) => id);
  const named = [...(model === null ? [] : [model]), ...attempts.map((one) => one.model)];
  const unknown = named.find((one) => typeof one === 'string' && !known.includes(one));
  if (unknown === undefined) return;
  throw new RoutesmithError(
    'usage',
    `the policy has no such model: ${describeUnknownName(unknown, known)}`,
    {
      where: `decision log, served, ${unknown === model ? 'model' : 'attempts'}`,
      fix: "The outcome is not recorded. Give it again with the policy's name of the model.",
    },
  );
}

/** What an outcome is worth recording without. */
const figures: ReadonlySet<string> = new Set(['usage', 'costUsd', 'ttftMs']);

/**
 * An outcome as readers of the log take it: figures that cannot be are unknown.
 *
 * @returns also an error for each of them
 * @throws RoutesmithError `usage` for what else is wrong
 */
export function checkOutcome(record: Omit<ServedRecord, 'kind' | 'n'>): {
  readonly checked: Omit<ServedRecord, 'kind' | 'n'>;
  readonly problems: readonly RoutesmithError[];
} {
  const problems: RoutesmithError[] = [];
  let checked = record;
  for (;;) {
    const wrong = findWrongMember('served', checked);
    if (wrong === undefined) return { checked, problems };
    if (wrong === 'attempts') {
      checked = { ...checked, attempts: dropWrongCharges(checked) };
      if (findWrongMember('served', checked) === wrong) throw unreadableOutcome(wrong);
      problems.push(impossibleFigure('attempts, charge'));
      continue;
    }
    if (!figures.has(wrong)) throw unreadableOutcome(wrong);
    checked = { ...checked, [wrong]: null };
    problems.push(impossibleFigure(wrong));
  }
}

/** The attempts of a record, without the charge of each that is wrong. */
function dropWrongCharges(record: Omit<ServedRecord, 'kind' | 'n'>): readonly LoggedAttempt[] {
  return record.attempts.map((one) => {
    const isWrong = findWrongMember('served', { ...record, attempts: [one] }) === 'attempts';
    const { charge: _, ...others } = one;
    return isWrong ? others : one;
  });
}

function impossibleFigure(member: string): RoutesmithError {
  return new RoutesmithError('usage', 'the outcome of the request has an impossible number', {
    where: `decision log, served, ${member}`,
    fix: 'It is recorded as unknown. docs/decision-log.schema.json says what the member may be.',
  });
}
