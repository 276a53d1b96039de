import { z } from 'zod';
import type { LogTotals } from '../../serve/log/log-totals.js';
import { taskSources } from '../estimates/logged-outcome.js';
import { describeIssues } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { readTextFile } from '../../util/read-text-file.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';

/** The file of an audit, in the folder of its run. */
export const auditFileName = 'audit.json';

const share = z.number().gt(0).max(1);

const drawnSchema = z.object({
  /** The logged request: its id, with its time and number where the log has several of that id. */
  id: z.string(),
  /** The example of the run that has its prompt; requests with the same prompt share it. */
  example: z.string(),
  /** Probability with which it was drawn. */
  probability: share,
  /** Probability with which it was logged. */
  keep: share,
  served: z.string(),
  conversation: z.string().nullable(),
  task: z.string(),
  /** Who said so; absent where nobody did, and in files of earlier versions. */
  taskBy: z.enum(taskSources).exactOptional(),
  /**
   * The request for which `--prompts` gave the grader or the reference, where that is another one with the
   * same prompt; absent in files of earlier versions.
   */
  gradedAs: z.string().exactOptional(),
});

const logTotalsSchema = z.object({
  segments: z.number(),
  decisions: z.number(),
  served: z.number(),
  feedback: z.number(),
  unmatchedServed: z.number(),
  /** Absent in files of earlier versions. */
  ambiguousServed: z.number().default(0),
  unmatchedFeedback: z.number(),
  repeatedIds: z.number(),
  sampledOut: z.number(),
  overflow: z.number(),
  lost: z.number(),
  tornLines: z.number(),
  damagedLines: z.number(),
  problems: z.array(z.string()),
}) satisfies z.ZodType<LogTotals>;

const auditSchema = z.object({
  version: z.literal(1),
  log: z.string(),
  seed: z.number(),
  /** Of the first and the last logged request. */
  from: z.string(),
  to: z.string(),
  /** Logged requests that could be drawn, and the requests that they stand for. */
  logged: z.number(),
  represented: z.number(),
  /** The model to use without routing, by the last policy of the log. */
  baseline: z.string(),
  /** Logged requests that could not be drawn, by reason. */
  leftOut: z.record(z.string(), z.number()),
  /** The requests that these stand for; absent in files of earlier versions. */
  leftOutRepresented: z.record(z.string(), z.number()).exactOptional(),
  /** Ids of the first of them, by reason; absent in files of earlier versions. */
  leftOutIds: z.record(z.string(), z.array(z.string())).exactOptional(),
  /**
   * Requests that those that could be drawn stand for, and whose answer the log does not have: only a
   * decision was asked. They count as answered by its choice. Absent in files of earlier versions.
   */
  onlyDecided: z.number().exactOptional(),
  /** See `computePromptsDigest`; absent in files of earlier versions. */
  promptsDigest: z.string().exactOptional(),
  /** What was found in the log, and what it lacks; absent in files of earlier versions. */
  logTotals: logTotalsSchema.exactOptional(),
  /**
   * What production asks: the share of each task, and the mean novelty, which is null where the policy of the
   * log reads no words (and 0 in files of earlier versions).
   */
  production: z.object({
    tasks: z.record(z.string(), z.number()),
    novelty: z.number().nullable(),
    /** As many of equal weight say as much about the shares; absent in files of earlier versions. */
    conversations: z.number().exactOptional(),
  }),
  drawn: z.array(drawnSchema),
  /** Drawn requests whose answers people are to label, in random order; null if none are wanted. */
  picked: z.array(z.object({ id: z.string(), probability: share })).nullable(),
});

/** One audited request. */
export type DrawnRequest = Readonly<z.infer<typeof drawnSchema>>;

/** What was drawn from a log, and with which probabilities: `audit.json`. */
export type AuditFile = Readonly<z.infer<typeof auditSchema>>;

/** Writes `audit.json`, readable by its owner only: it names requests. */
export async function writeAuditFile(file: string, audit: AuditFile): Promise<void> {
  await replaceFile(file, `${JSON.stringify(audit, null, 2)}\n`, { mode: privateMode });
}

/**
 * Reads `audit.json`.
 *
 * @throws RoutesmithError `invalid_input` if it is missing, damaged or of another version, or has a
 * request twice
 */
export async function readAuditFile(file: string): Promise<AuditFile> {
  const text = await readTextFile(file);
  const fix = 'Restore the file, or audit into another folder.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'the file is not JSON', {
      where: file,
      fix,
      cause,
    });
  }
  const checked = auditSchema.safeParse(value);
  if (checked.success) {
    const { drawn } = checked.data;
    if (new Set(drawn.map(({ id }) => id)).size === drawn.length) return checked.data;
    // Earlier versions took the model and the weight of one request for all others of its id.
    const mixed = 'the audit has mixed up requests that have one id';
    throw new RoutesmithError('invalid_input', mixed, {
      where: file,
      fix: 'Audit into another folder.',
    });
  }
  const issues = describeIssues(checked.error.issues.slice(0, 5), Object.keys(auditSchema.shape));
  throw new RoutesmithError('invalid_input', issues, { where: file, fix });
}
