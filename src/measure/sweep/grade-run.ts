import path from 'node:path';
import { describeStaleness, isGradeCurrent } from '../graders/grade-answer.js';
import type { Grade, GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { latestEntryPerCell } from '../ledger/latest-entries.js';
import { openLedger, readLedger } from '../ledger/ledger.js';
import { readRunExamples } from '../outcomes/read-run-examples.js';
import { encodeRunInfo, readRunInfo, runFiles, type RunInfo } from '../outcomes/run.js';
import { computePromptHash, type Example } from '../tasks/example.js';
import { replaceFile } from '../../util/replace-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { PoolModel } from '../models/model.js';
import { countReasons } from './count-reasons.js';
import {
  findKeptReason,
  gradeEntry,
  isLabelKept,
  type EntryGrade,
  type KeptLabels,
} from './grade-entry.js';
import { createJudgeProbe, JudgeEstimator, type JudgeEstimate } from './judge-estimate.js';
import { keepAmbiguousRule, writeExamples } from './run-directory.js';
import { defaultConcurrency, runWorkers } from '../../util/run-workers.js';

/** What is graded again, and with what. */
export interface GradeRunSettings {
  /** The folder of the run. */
  readonly runDirectory: string;
  /** Examples whose graders and references replace those of the run, by prompt. @default none */
  readonly examples?: readonly Example[];
  /** The sandbox and the judge that graders may use. */
  readonly tools: GradingTools;
  /** The clock, usually `() => new Date()`; the lock of the ledger names the time. */
  readonly now: () => Date;
  /** Answers graded at the same time; minimum 1. @default 8 */
  readonly concurrency?: number;
  /** Also regrade answers whose grades are current. @default false */
  readonly force?: boolean;
  /**
   * Do not write anything. With a judge here, its calls are estimated instead of made; `tools` has none,
   * then. @default false
   */
  readonly dryRun?: boolean | { readonly estimatedJudge: PoolModel };
  /** Stops grading after the answers in progress, which are recorded. */
  readonly signal?: AbortSignal;
  /** Called before the first answer and after each, with the numbers of those done and of all to grade. */
  readonly onProgress?: (done: number, total: number) => void;
}

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

/** How many grades are new, and what they are now. */
export interface GradeRunSummary {
  /** Number of settled cells, with or without an answer. Infrastructure failures do not count. */
  readonly cells: number;
  /**
   * Number of cells that were graded now. The grades of the others are current, or lack a tool that
   * was not given, such as a judge.
   */
  readonly graded: number;
  /** Labels that are not current and stand, since they could not be made again. */
  readonly kept: KeptLabels;
  readonly changes: readonly GradeChange[];
  /** The cells with their current grades. */
  readonly entries: readonly LedgerEntry[];
  /** The same cells with their earlier grades. */
  readonly before: readonly LedgerEntry[];
  /** Cells whose example is neither in the run nor among the given examples. */
  readonly withoutTask: number;
  /** Keys of the cells that a dry run left to the judge; they keep their earlier grades. */
  readonly toJudge: ReadonlySet<string>;
  /** What the judge would cost; null unless it was only estimated. */
  readonly judgeEstimate: JudgeEstimate | null;
  readonly interrupted: boolean;
}

/**
 * Grades the recorded answers of a sweep with the current graders and references, without calling
 * any candidate model. Only grades whose key has changed are computed again. Changed grades are
 * appended to the ledger as new lines.
 *
 * @throws RoutesmithError `invalid_input` if the run is not a sweep, `run_locked` while a sweep runs
 */
export async function gradeRun(settings: GradeRunSettings): Promise<GradeRunSummary> {
  const { runDirectory, force = false, signal, onProgress } = settings;
  const isDry = (settings.dryRun ?? false) !== false;
  const info = await readSweepInfo(runDirectory);
  const kept = await keepAmbiguousRule(runDirectory, settings.tools);
  const { tools, gradeOrAsk, toJudge, estimate } = createTools({ ...settings, tools: kept });
  const tasksFile = path.join(runDirectory, runFiles.tasks);
  const findExample = indexExamples(await readRunExamples(tasksFile), settings.examples ?? []);
  const ledger = await openLedger(path.join(runDirectory, runFiles.ledger), { now: settings.now });
  try {
    const entries = latestEntryPerCell(await readLedger(ledger.file));
    const before = entries.filter(({ outcome }) => outcome !== 'infrastructure');
    const known = before.filter((entry) => findExample(entry) !== undefined);
    const stale = known.filter((entry) => {
      const example = findExample(entry) as Example;
      return force || entry.taskId !== example.id || !isGradeCurrent(example, entry, tools);
    });
    const afterOf = new Map<string, LedgerEntry>();
    const changes: GradeChange[] = [];
    let done = 0;
    let graded = 0;
    const keptReasons: string[] = [];
    onProgress?.(0, stale.length);
    await runWorkers(stale, settings.concurrency ?? defaultConcurrency, async (entry) => {
      if (signal?.aborted === true) return;
      const example = findExample(entry) as Example;
      const { grade, gradeKey } = entry;
      const isCurrent = isGradeCurrent(example, entry, tools);
      const made = isCurrent && !force ? undefined : await gradeOrAsk(example, entry);
      done++;
      // An answer whose tool is missing has been looked at, not graded.
      const isGraded = made !== undefined && made.gradeKey !== null;
      if (isGraded) graded++;
      onProgress?.(done, stale.length);
      const isLabel = made !== undefined && !isCurrent && isLabelKept(example, entry, made);
      if (isLabel) keptReasons.push(findKeptReason(made));
      // A grade that stands is not given up for a tool that is missing or failed.
      const isKept = isLabel || (isCurrent && !isGraded);
      const judge = made?.grade.judge;
      const result =
        made !== undefined && !isKept
          ? made
          : // What the same judge was paid without a verdict stays on record.
            { grade: judge === undefined ? grade : { ...grade, judge }, gradeKey };
      if (sha256OfJson(result) === sha256OfJson({ grade, gradeKey }) && entry.taskId === example.id)
        return;
      const renewed = { ...entry, ...result, taskId: example.id, regraded: true };
      afterOf.set(entry.cellKey, renewed);
      if (!isDry) ledger.append(renewed);
      if (isSameGrade(grade, result.grade)) return;
      const { model, repeat } = entry;
      const cause = describeStaleness(example, entry);
      changes.push({ task: example.id, model, repeat, before: grade, after: result.grade, cause });
    });
    if (!isDry && settings.examples !== undefined) {
      const used = new Set(known.map((entry) => findExample(entry)));
      await ledger.flush();
      await writeExamples(
        tasksFile,
        settings.examples.filter((example) => used.has(example)),
      );
    }
    if (!isDry && tools.ambiguous !== undefined && tools.ambiguous !== info.ambiguous) {
      const infoFile = path.join(runDirectory, runFiles.info);
      await replaceFile(infoFile, encodeRunInfo({ ...info, ambiguous: tools.ambiguous }));
    }
    return {
      cells: before.length,
      graded,
      kept: countReasons(keptReasons),
      changes: changes.sort(byPlace),
      before: known,
      entries: known.map((entry) => afterOf.get(entry.cellKey) ?? entry),
      withoutTask: before.length - known.length,
      toJudge,
      judgeEstimate: estimate(),
      interrupted: signal?.aborted === true && done < stale.length,
    };
  } finally {
    await ledger.close();
  }
}

/** Grades with the tools at hand, or with a judge that is only estimated. */
function createTools({ tools, dryRun }: GradeRunSettings): {
  readonly tools: GradingTools;
  readonly toJudge: ReadonlySet<string>;
  /** Undefined for an answer that the estimated judge would be asked about. */
  readonly gradeOrAsk: (example: Example, entry: LedgerEntry) => Promise<EntryGrade | undefined>;
  readonly estimate: () => JudgeEstimate | null;
} {
  const toJudge = new Set<string>();
  if (typeof dryRun !== 'object') {
    return {
      tools,
      toJudge,
      gradeOrAsk: (example, entry) => gradeEntry(example, entry, tools),
      estimate: () => null,
    };
  }
  const { estimatedJudge } = dryRun;
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

async function readSweepInfo(runDirectory: string): Promise<RunInfo> {
  const info = await readRunInfo(path.join(runDirectory, runFiles.info));
  if (info.kind === 'sweep') return info;
  throw new RoutesmithError('invalid_input', 'imported outcomes contain no answers to grade', {
    where: runDirectory,
    fix: 'Give the folder of a sweep.',
  });
}

/** Finds an entry's example by its prompt, and by its id if several have the same prompt. */
function indexExamples(
  own: ReadonlyMap<string, Example>,
  given: readonly Example[],
): (entry: LedgerEntry) => Example | undefined {
  const ownByPlace = new Map<string, Example>();
  const ownByPrompt = new Map<string, Example>();
  for (const example of own.values()) {
    const hash = computePromptHash(example.prompt);
    ownByPlace.set(`${hash} ${example.id}`, example);
    ownByPrompt.set(hash, example);
  }
  const givenByPrompt = new Map<string, Example>();
  for (const example of given.toReversed())
    givenByPrompt.set(computePromptHash(example.prompt), example);
  return ({ taskId, promptHash }) =>
    givenByPrompt.get(promptHash) ??
    ownByPlace.get(`${promptHash} ${taskId}`) ??
    ownByPrompt.get(promptHash);
}

function isSameGrade(before: Grade, after: Grade): boolean {
  if (before.kind === 'graded' && after.kind === 'graded') return before.quality === after.quality;
  return before.kind === 'ungraded' && after.kind === 'ungraded' && before.reason === after.reason;
}

function byPlace(a: GradeChange, b: GradeChange): number {
  const compare = (x: string, y: string): number => (x < y ? -1 : Number(x > y));
  return compare(a.task, b.task) || compare(a.model, b.model) || a.repeat - b.repeat;
}
