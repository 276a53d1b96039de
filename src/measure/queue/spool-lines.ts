import { z } from 'zod';
import { isFree, type BegunCall, type JudgingCall } from '../ledger/call-journal.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';

/** The delivery of a cell that a line is about, and the worker that wrote it. */
const keySchema = z.object({
  runId: z.string(),
  lane: z.int().min(0),
  number: z.int().min(0),
  jobId: z.string(),
  fence: z.int().min(0),
  workerId: z.string(),
});

const judgeSchema = z.object({
  calls: z.number(),
  costUsd: z.number(),
  /** Absent in files of earlier versions. */
  guessed: z.number().default(0),
  unpriced: z.number(),
  possibleUsd: z.number().optional(),
});

/** An answer that was paid for, as the worker's own file keeps it until it is in the database. */
const answerSchema = keySchema.extend({
  /** The charge of the call; null if unknown. */
  chargedUsd: z.number().nullable(),
  /** The line for the run's ledger. */
  line: z.string(),
  /** The line has no grade yet; it was being graded. Absent where it has. */
  isGrading: z.boolean().optional(),
  /** What the judge was asked for the line. */
  judge: judgeSchema.optional(),
});

/** A grade of an answer that was recorded before it was graded. */
const gradeSchema = keySchema.extend({
  kind: z.literal('grade'),
  /** The line for the run's ledger. */
  line: z.string(),
  judge: judgeSchema.optional(),
  /** The judge was interrupted: another worker grades the answer. */
  isHandedBack: z.boolean().optional(),
});

/** A call of the judge that is about to be sent. The last line of a grade's id counts. */
const judgingSchema = keySchema.extend({
  kind: z.literal('judging'),
  call: z.object({
    cellKey: z.string(),
    taskId: z.string(),
    promptHash: z.string(),
    model: z.string(),
    repeat: z.number(),
    simulated: z.boolean(),
    startedAt: z.string(),
    possibleCostUsd: z.number().nullable(),
    unboundedCalls: z.int().min(0).exactOptional(),
    judging: z.object({ id: z.string(), model: z.string(), promptVersion: z.number() }),
  }),
});

export type SpoolKey = z.infer<typeof keySchema>;
export type SpooledAnswer = z.infer<typeof answerSchema>;
export type SpooledGrade = z.infer<typeof gradeSchema>;

/** The calls of the judge for one grade. */
export interface SpooledJudging extends SpoolKey {
  readonly kind: 'judging';
  readonly call: BegunCall & { readonly judging: JudgingCall };
}

export type SpooledLine = SpooledAnswer | SpooledGrade | SpooledJudging;

/** What a worker's file keeps. */
export interface SpoolContent {
  readonly answers: readonly SpooledAnswer[];
  readonly grades: readonly SpooledGrade[];
  /** Calls of the judge whose grade is not in the file; it may be in the database. */
  readonly judgings: readonly SpooledJudging[];
  /** Lines that cannot be read; an incomplete last one is of an answer that had not arrived. */
  readonly damaged: number;
}

/** Answers of earlier versions have no kind either. */
const lineSchema = z.union([gradeSchema, judgingSchema, answerSchema]);

export function parseSpool(text: string): SpoolContent {
  const answers: SpooledAnswer[] = [];
  const grades: SpooledGrade[] = [];
  const judgings = new Map<string, SpooledJudging>();
  let damaged = 0;
  for (const line of parseJsonLines(text.slice(0, text.lastIndexOf('\n') + 1))) {
    const parsed = line.ok ? lineSchema.safeParse(line.value) : undefined;
    if (parsed?.success !== true) damaged += 1;
    else if (!('kind' in parsed.data)) answers.push(parsed.data);
    else if (parsed.data.kind === 'grade') grades.push(parsed.data);
    else judgings.set(parsed.data.call.judging.id, parsed.data);
  }
  const known = new Set([...answers, ...grades].flatMap(({ line }) => listIds(line)));
  const open = [...judgings].filter(([id, { call }]) => !isFree(call) && !known.has(id));
  return { answers, grades, judgings: open.map(([, judging]) => judging), damaged };
}

/** The id of a line's grade, and other ids. */
function listIds(line: string): string[] {
  return [...line.matchAll(/"id":"([^"]*)"/g)].map(([, id = '']) => id);
}
