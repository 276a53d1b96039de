import { z } from 'zod';
import type { JsonValue } from '../util/json.js';
import type { LedgerEntry } from './ledger-entry.js';

const count = z.number().min(0);
const milliseconds = z.number().min(0).nullable();
const quality = z.number().min(0).max(1);

const judgeSchema = z.object({
  model: z.string(),
  promptVersion: z.number(),
  costUsd: z.number().min(0).nullable(),
  calls: z.number().min(0),
});

const gradeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('graded'),
    quality,
    detail: z.string().optional(),
    judge: judgeSchema.optional(),
  }),
  z.object({
    kind: z.literal('ungraded'),
    reason: z.string(),
    retryable: z.boolean().optional(),
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

/** One line of a ledger. Members it does not know are left out, so that newer lines can be read. */
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
  ttftMs: milliseconds,
  firstContentMs: milliseconds,
  latencyMs: milliseconds,
  queueMs: z.number().min(0),
  startedAt: z.string(),
  failedAttempts: z.array(failedAttemptSchema),
  finishReason: z.string().nullable(),
  servedModel: z.string().nullable(),
  error: z.string().nullable(),
  simulated: z.boolean(),
  regraded: z.boolean().exactOptional(),
});

/** A line's JSON as an entry, or what is wrong with it. */
export function parseLedgerEntry(
  value: unknown,
): { readonly entry: LedgerEntry } | { readonly problem: string } {
  const parsed = ledgerEntrySchema.safeParse(value);
  // zod writes `detail?: string | undefined`, which means the same once it is JSON.
  if (parsed.success) return { entry: parsed.data as LedgerEntry };
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return { problem: `${path === '' ? 'entry' : path}: ${issue?.message ?? 'not a ledger entry'}` };
}
