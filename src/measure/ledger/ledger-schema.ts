import { maxChargeUsd } from '../../llm/cost.js';
import { maxTokensOfCall, type Usage } from '../../llm/usage.js';
import {
  addPath,
  isAmount,
  isCount,
  isFlag,
  isNumber,
  isProbabilityAboveZero,
  isShare,
  isText,
  list,
  object,
  oneOf,
  orAbsent,
  orNull,
  type Check,
  type Checks,
} from '../../util/checks.js';
import { isJsonObject } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';
import type { Grade } from '../graders/grade.js';
import type { JudgeRecord } from '../graders/judge/judge-model.js';
import {
  purchaseReasons,
  type CellOutcome,
  type CellPurchase,
  type FailedAttempt,
  type LedgerEntry,
} from './ledger-entry.js';

const outcomes = [
  'answered',
  'refused',
  'truncated',
  'malformed',
  'context_overflow',
  'infrastructure',
] as const satisfies readonly CellOutcome[];

const isName: Check = (value) => isText(value) && value !== '';

const isJudge = object({
  model: isText,
  promptVersion: isAmount,
  costUsd: orNull(isAmount),
  calls: isAmount,
  guessed: orAbsent(isAmount),
  unpriced: orAbsent(isAmount),
  possibleCostUsd: orAbsent(isAmount),
  id: orAbsent(isText),
} satisfies Checks<JudgeRecord>);

const isGraded = object({
  kind: oneOf(['graded']),
  quality: isShare,
  detail: orAbsent(isText),
  ambiguous: orAbsent(list(isText)),
  judge: orAbsent(isJudge),
} satisfies Checks<Extract<Grade, { kind: 'graded' }>>);

const isUngraded = object({
  kind: oneOf(['ungraded']),
  reason: isText,
  retryable: orAbsent(isFlag),
  // Newer versions may name another tool.
  lacks: orAbsent(isText),
  ambiguous: orAbsent(list(isText)),
  judge: orAbsent(isJudge),
} satisfies Checks<Extract<Grade, { kind: 'ungraded' }>>);

const isGrade = addPath(
  (value) => isGraded(value) || isUngraded(value),
  (value) => {
    const isOfUngraded = isJsonObject(value) && value['kind'] === 'ungraded';
    return (isOfUngraded ? isUngraded : isGraded).findWithin?.(value);
  },
);

const isUsage = object({
  inputTokens: isAmount,
  cachedInputTokens: isAmount,
  cacheWriteTokens: isAmount,
  outputTokens: isAmount,
  reasoningTokens: isAmount,
} satisfies Checks<Usage>);

const isFailedAttempt = object({
  startedAt: isText,
  durationMs: isNumber,
  status: orNull(isNumber),
  error: isText,
} satisfies Checks<FailedAttempt>);

const isPurchase = object({
  reason: oneOf(purchaseReasons),
  round: isCount,
  probability: isProbabilityAboveZero,
} satisfies Checks<CellPurchase>);

/** One line of a ledger. Members of newer versions are not checked, so that such lines can be read. */
const isEntry = object({
  version: oneOf([1]),
  cellKey: isName,
  taskId: isText,
  promptHash: isText,
  model: isName,
  repeat: isCount,
  outcome: oneOf(outcomes),
  answer: orNull(isText),
  gradeKey: orNull(isText),
  grade: isGrade,
  usage: orNull(isUsage),
  rawUsage: (value) => value !== undefined,
  costUsd: orNull(isAmount),
  costSource: orNull(oneOf(['provider', 'price_table'])),
  costIsGuess: orAbsent(isFlag),
  paidUsd: orAbsent(isAmount),
  ttftMs: orNull(isAmount),
  firstContentMs: orNull(isAmount),
  latencyMs: orNull(isAmount),
  queueMs: isAmount,
  startedAt: isText,
  failedAttempts: list(isFailedAttempt),
  finishReason: orNull(isText),
  servedModel: orNull(isText),
  servedProvider: orAbsent(orNull(isText)),
  fingerprint: orAbsent(orNull(isText)),
  inFlight: orAbsent(isAmount),
  possibleCostUsd: orAbsent(isAmount),
  unboundedCalls: orAbsent(isAmount),
  endsCutOff: orAbsent(isFlag),
  purchase: orAbsent(isPurchase),
  regraded: orAbsent(isFlag),
  error: orNull(isText),
  simulated: isFlag,
} satisfies Checks<LedgerEntry>);

/** Decodes the JSON of a ledger line. */
export function parseLedgerEntry(value: unknown): Result<LedgerEntry> {
  if (isEntry(value)) return success(refuseAbsurdNumbers(value as LedgerEntry));
  const wrong = isEntry.findWithin?.(value);
  return failure(wrong === undefined ? 'not a ledger entry' : `${wrong}: not as a ledger has it`);
}

/** Earlier versions recorded any charge and any count that a provider reported, also impossible ones. */
function refuseAbsurdNumbers(entry: LedgerEntry): LedgerEntry {
  const { costUsd, usage } = entry;
  const isCharge = costUsd === null || costUsd <= maxChargeUsd;
  const isPossible =
    usage === null || Object.values(usage).every((count) => count <= maxTokensOfCall);
  if (isCharge && isPossible) return entry;
  return { ...entry, usage: isPossible ? usage : null, costUsd: null, costSource: null };
}
