import { maxChargeUsd } from '../../llm/cost.js';
import { maxTokensOfCall } from '../../llm/usage.js';
import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';
import { purchaseReasons, type LedgerEntry } from './ledger-entry.js';

const count = z.number().min(0);
const milliseconds = z.number().min(0).nullable();
const quality = z.number().min(0).max(1);

const judgeSchema = z.object({
  model: z.string(),
  promptVersion: z.number(),
  costUsd: z.number().min(0).nullable(),
  calls: z.number().min(0),
  guessed: z.number().min(0).exactOptional(),
  unpriced: z.number().min(0).exactOptional(),
  possibleCostUsd: count.exactOptional(),
  id: z.string().exactOptional(),
});

const gradeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('graded'),
    quality,
    detail: z.string().optional(),
    ambiguous: z.array(z.string()).optional(),
    judge: judgeSchema.optional(),
  }),
  z.object({
    kind: z.literal('ungraded'),
    reason: z.string(),
    retryable: z.boolean().optional(),
    lacks: z.enum(['judge', 'sandbox']).optional(),
    ambiguous: z.array(z.string()).optional(),
    judge: judgeSchema.optional(),
  }),
]);

const usageSchema = z.object({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  outputTokens: count,
  reasoningTokens: count,
});

const failedAttemptSchema = z.object({
  startedAt: z.string(),
  durationMs: z.number(),
  status: z.number().nullable(),
  error: z.string(),
});

const purchaseSchema = z.object({
  reason: z.enum(purchaseReasons),
  round: z.int().min(0),
  probability: z.number().gt(0).max(1),
});

/** One line of a ledger. Unknown members are dropped, so that lines of newer versions can be read. */
const ledgerEntrySchema = z.object({
  version: z.literal(1),
  cellKey: z.string().min(1),
  taskId: z.string(),
  promptHash: z.string(),
  model: z.string().min(1),
  repeat: z.int().min(0),
  outcome: z.enum([
    'answered',
    'refused',
    'truncated',
    'malformed',
    'context_overflow',
    'infrastructure',
  ]),
  answer: z.string().nullable(),
  gradeKey: z.string().nullable(),
  grade: gradeSchema,
  usage: usageSchema.nullable(),
  rawUsage: z.custom<JsonValue>((value) => value !== undefined),
  costUsd: z.number().min(0).nullable(),
  costSource: z.enum(['provider', 'price_table']).nullable(),
  costIsGuess: z.boolean().exactOptional(),
  paidUsd: count.exactOptional(),
  ttftMs: milliseconds,
  firstContentMs: milliseconds,
  latencyMs: milliseconds,
  queueMs: z.number().min(0),
  startedAt: z.string(),
  failedAttempts: z.array(failedAttemptSchema),
  finishReason: z.string().nullable(),
  servedModel: z.string().nullable(),
  servedProvider: z.string().nullable().exactOptional(),
  fingerprint: z.string().nullable().exactOptional(),
  inFlight: count.exactOptional(),
  possibleCostUsd: count.exactOptional(),
  unboundedCalls: count.exactOptional(),
  endsCutOff: z.boolean().exactOptional(),
  purchase: purchaseSchema.exactOptional(),
  regraded: z.boolean().exactOptional(),
  error: z.string().nullable(),
  simulated: z.boolean(),
});

/** Decodes the JSON of a ledger line. */
export function parseLedgerEntry(value: unknown): Result<LedgerEntry> {
  // A fast path for the lines of this version: a large ledger has a million lines.
  if (isOrdinaryEntry(value)) return success(refuseAbsurdNumbers(value));
  const parsed = ledgerEntrySchema.safeParse(value);
  // zod infers `detail?: string | undefined`, which is equivalent for data that came from JSON.
  if (parsed.success) return success(refuseAbsurdNumbers(parsed.data as LedgerEntry));
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return failure(`${path === '' ? 'entry' : path}: ${issue?.message ?? 'not a ledger entry'}`);
}

/** Earlier versions recorded any charge and any count that a provider reported, also impossible ones. */
function refuseAbsurdNumbers(entry: LedgerEntry): LedgerEntry {
  const { costUsd, usage } = entry;
  const isCharge = costUsd === null || costUsd <= maxChargeUsd;
  const isUsage = usage === null || Object.values(usage).every((count) => count <= maxTokensOfCall);
  if (isCharge && isUsage) return entry;
  return { ...entry, usage: isUsage ? usage : null, costUsd: null, costSource: null };
}

const outcomes: ReadonlySet<unknown> = new Set(ledgerEntrySchema.shape.outcome.options);

/**
 * A hand-written check for most of what the schema accepts, several times as fast. The schema checks
 * everything else; a test compares the two.
 */
function isOrdinaryEntry(value: unknown): value is LedgerEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<keyof LedgerEntry, unknown>;
  return (
    entry.version === 1 &&
    isName(entry.cellKey) &&
    typeof entry.taskId === 'string' &&
    typeof entry.promptHash === 'string' &&
    isName(entry.model) &&
    Number.isSafeInteger(entry.repeat) &&
    isAmount(entry.repeat) &&
    outcomes.has(entry.outcome) &&
    isTextOrNull(entry.answer) &&
    isTextOrNull(entry.gradeKey) &&
    isOrdinaryGrade(entry.grade) &&
    (entry.usage === null || isOrdinaryUsage(entry.usage)) &&
    entry.rawUsage !== undefined &&
    isAmountOrNull(entry.costUsd) &&
    (entry.costSource === 'price_table' ||
      entry.costSource === 'provider' ||
      entry.costSource === null) &&
    isAmountOrNull(entry.ttftMs) &&
    isAmountOrNull(entry.firstContentMs) &&
    isAmountOrNull(entry.latencyMs) &&
    isAmount(entry.queueMs) &&
    typeof entry.startedAt === 'string' &&
    Array.isArray(entry.failedAttempts) &&
    entry.failedAttempts.length === 0 &&
    isTextOrNull(entry.finishReason) &&
    isTextOrNull(entry.servedModel) &&
    (entry.servedProvider === undefined || isTextOrNull(entry.servedProvider)) &&
    (entry.fingerprint === undefined || isTextOrNull(entry.fingerprint)) &&
    (entry.inFlight === undefined || isAmount(entry.inFlight)) &&
    (entry.possibleCostUsd === undefined || isAmount(entry.possibleCostUsd)) &&
    (entry.unboundedCalls === undefined || isAmount(entry.unboundedCalls)) &&
    (entry.paidUsd === undefined || isAmount(entry.paidUsd)) &&
    (entry.costIsGuess === undefined || typeof entry.costIsGuess === 'boolean') &&
    (entry.purchase === undefined || isOrdinaryPurchase(entry.purchase)) &&
    (entry.endsCutOff === undefined || typeof entry.endsCutOff === 'boolean') &&
    (entry.regraded === undefined || typeof entry.regraded === 'boolean') &&
    isTextOrNull(entry.error) &&
    typeof entry.simulated === 'boolean'
  );
}

function isOrdinaryGrade(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, quality: grade, reason, detail, judge } = value as Record<string, unknown>;
  if (judge !== undefined && !isOrdinaryJudge(judge)) return false;
  if (kind === 'ungraded') return typeof reason === 'string';
  const isGraded = kind === 'graded' && isAmount(grade) && (grade as number) <= 1;
  return isGraded && (detail === undefined || typeof detail === 'string');
}

function isOrdinaryJudge(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const judge = value as Record<string, unknown>;
  return (
    typeof judge['model'] === 'string' &&
    isAmount(judge['promptVersion']) &&
    isAmountOrNull(judge['costUsd']) &&
    isAmount(judge['calls']) &&
    (judge['guessed'] === undefined || isAmount(judge['guessed'])) &&
    (judge['unpriced'] === undefined || isAmount(judge['unpriced'])) &&
    (judge['possibleCostUsd'] === undefined || isAmount(judge['possibleCostUsd'])) &&
    (judge['id'] === undefined || typeof judge['id'] === 'string')
  );
}

function isOrdinaryUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const usage = value as Record<string, unknown>;
  return (
    isAmount(usage['inputTokens']) &&
    isAmount(usage['cachedInputTokens']) &&
    isAmount(usage['cacheWriteTokens']) &&
    isAmount(usage['outputTokens']) &&
    isAmount(usage['reasoningTokens'])
  );
}

function isOrdinaryPurchase(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { reason, round, probability } = value as Record<string, unknown>;
  const isReason = purchaseReasons.some((known) => known === reason);
  const isRound = Number.isSafeInteger(round) && isAmount(round);
  return (
    isReason && isRound && isAmount(probability) && probability !== 0 && Number(probability) <= 1
  );
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isAmountOrNull(value: unknown): boolean {
  return value === null || isAmount(value);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
