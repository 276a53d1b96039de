import { describeStaleness, isGradeCurrent } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';
import { defaultConcurrency, runWorkers } from '../../util/run-workers.js';
import { sha256OfJson } from '../../util/sha256.js';
import { countReasons } from './count-reasons.js';
import {
  findKeptReason,
  gradeEntry,
  isLabelKept,
  type EntryGrade,
  type KeptLabels,
} from './grade-entry.js';
import { createJudgeProbe, JudgeEstimator, type JudgeEstimate } from './judge-estimate.js';

/** A cell whose grade has changed. */
export interface GradeChange {
  readonly task: string;
  readonly model: string;
  readonly repeat: number;
  readonly before: Grade;
  readonly after: Grade;
  /** Why it was graded again: "numeric: version 2 -> 3". */
  readonly cause: string;
}

/** Grades with the tools at hand, or with a judge that is only estimated. */
export interface AnswerGrading {
  readonly tools: GradingTools;
  readonly toJudge: ReadonlySet<string>;
  /** Undefined for an answer that the estimated judge would be asked about. */
  readonly gradeOrAsk: (example: Example, entry: LedgerEntry) => Promise<EntryGrade | undefined>;
  readonly estimate: () => JudgeEstimate | null;
}

/** @param estimatedJudge a judge that is not asked; its calls are estimated */
export function createGrading(
  tools: GradingTools,
  estimatedJudge: PoolModel | undefined,
): AnswerGrading {
  const toJudge = new Set<string>();
  if (estimatedJudge === undefined) {
    return {
      tools,
      toJudge,
      gradeOrAsk: (example, entry) => gradeEntry(example, entry, tools),
      estimate: () => null,
    };
  }
  const estimator = new JudgeEstimator(estimatedJudge);
  return {
    tools: { ...tools, judge: createJudgeProbe(estimatedJudge).judge },
    toJudge,
    async gradeOrAsk(example, entry) {
      const { judge, requests } = createJudgeProbe(estimatedJudge);
      const result = await gradeEntry(example, entry, { ...tools, judge });
      if (requests.length === 0) return result;
      for (const request of requests) estimator.add(request);
      toJudge.add(entry.cellKey);
      return undefined;
    },
    estimate: () => estimator.estimate(),
  };
}

/** A recorded answer, and the example that it is graded by. */
export interface GradedCell {
  readonly entry: LedgerEntry;
  readonly example: Example;
}

interface GradedCells {
  /** Number of cells with a new grade, even if it is the same. */
  readonly graded: number;
  /** Labels that are not current and stand, since they could not be made again. */
  readonly kept: KeptLabels;
  readonly changes: readonly GradeChange[];
  /** Number of cells that were looked at. */
  readonly done: number;
  /** New lines, by cell key. */
  readonly renewed: ReadonlyMap<string, LedgerEntry>;
}

/** How cells are graded again; the optional members are those of `GradeRunSettings`. */
interface GradeCellsSettings {
  readonly force?: boolean;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Takes each new line. */
  readonly record: (line: LedgerEntry) => void;
}

/** Grades recorded answers again, and lists whose grades have changed. */
export async function gradeCells(
  stale: readonly GradedCell[],
  grading: AnswerGrading,
  settings: GradeCellsSettings,
): Promise<GradedCells> {
  const { force = false, concurrency = defaultConcurrency, signal, onProgress, record } = settings;
  const renewed = new Map<string, LedgerEntry>();
  const changes: GradeChange[] = [];
  const keptReasons: string[] = [];
  let done = 0;
  let graded = 0;
  onProgress?.(0, stale.length);
  await runWorkers(stale, concurrency, async (cell) => {
    if (signal?.aborted === true) return;
    const { entry, example } = cell;
    const { grade, gradeKey, isGraded, keptReason } = await regrade(cell, grading, force);
    done++;
    if (isGraded) graded++;
    onProgress?.(done, stale.length);
    if (keptReason !== undefined) keptReasons.push(keptReason);
    const before = { grade: entry.grade, gradeKey: entry.gradeKey };
    const isSame = sha256OfJson({ grade, gradeKey }) === sha256OfJson(before);
    if (isSame && entry.taskId === example.id) return;
    const line = { ...entry, grade, gradeKey, taskId: example.id, regraded: true };
    renewed.set(entry.cellKey, line);
    record(line);
    if (isSameGrade(entry.grade, grade)) return;
    const { model, repeat } = entry;
    const cause = describeStaleness(example, entry);
    changes.push({ task: example.id, model, repeat, before: entry.grade, after: grade, cause });
  });
  return { done, graded, kept: countReasons(keptReasons), changes: changes.sort(byPlace), renewed };
}

/** The grade that a cell ends up with. */
interface Regrade extends EntryGrade {
  /** False for an answer that was looked at, and whose tool is missing. */
  readonly isGraded: boolean;
  /** Why an outdated label stands; undefined for all other grades. */
  readonly keptReason?: string;
}

async function regrade(
  { entry, example }: GradedCell,
  { tools, gradeOrAsk }: AnswerGrading,
  force: boolean,
): Promise<Regrade> {
  const { grade, gradeKey } = entry;
  const isCurrent = isGradeCurrent(example, entry, tools);
  const made = isCurrent && !force ? undefined : await gradeOrAsk(example, entry);
  if (made === undefined) return { grade, gradeKey, isGraded: false };
  const isGraded = made.gradeKey !== null;
  const isLabel = !isCurrent && isLabelKept(example, entry, made);
  // A grade that stands is not given up for a tool that is missing or failed.
  const isKept = isLabel || (isCurrent && !isGraded);
  if (!isKept) return { ...made, isGraded };
  const { judge } = made.grade;
  return {
    // What the same judge was paid without a verdict stays on record.
    grade: judge === undefined ? grade : { ...grade, judge },
    gradeKey,
    isGraded,
    ...(isLabel && { keptReason: findKeptReason(made) }),
  };
}

function isSameGrade(before: Grade, after: Grade): boolean {
  if (before.kind === 'graded' && after.kind === 'graded') return before.quality === after.quality;
  return before.kind === 'ungraded' && after.kind === 'ungraded' && before.reason === after.reason;
}

function byPlace(a: GradeChange, b: GradeChange): number {
  const compare = (x: string, y: string): number => (x < y ? -1 : Number(x > y));
  return compare(a.task, b.task) || compare(a.model, b.model) || a.repeat - b.repeat;
}
