import path from 'node:path';
import { isGradeCurrent } from '../graders/grade-answer.js';
import type { GradingTools } from '../graders/grade.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { latestEntryPerCell } from '../ledger/latest-entries.js';
import { checkHasLedger, openLedger, readLedger } from '../ledger/ledger.js';
import { readRunExamples } from '../outcomes/read-run-examples.js';
import { encodeRunInfo, readRunInfo, runFiles, type RunInfo } from '../outcomes/run.js';
import { computePromptHash, type Example } from '../tasks/example.js';
import { replaceFile } from '../../util/replace-file.js';
import { RoutesmithError } from '../../util/errors.js';
import type { PoolModel } from '../models/model.js';
import { createGrading, gradeCells, type GradeChange, type GradedCell } from './grade-cells.js';
import type { KeptLabels } from './grade-entry.js';
import type { JudgeEstimate } from './judge-estimate.js';
import { keepAmbiguousRule, writeExamples } from './run-directory.js';

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
  const { runDirectory, force = false, dryRun = false, signal } = settings;
  const info = await readSweepInfo(runDirectory);
  const kept = await keepAmbiguousRule(runDirectory, settings.tools);
  const estimatedJudge = typeof dryRun === 'object' ? dryRun.estimatedJudge : undefined;
  const grading = createGrading(kept, estimatedJudge);
  const tasksFile = path.join(runDirectory, runFiles.tasks);
  const findExample = indexExamples(await readRunExamples(tasksFile), settings.examples ?? []);
  const ledger = await openLedger(path.join(runDirectory, runFiles.ledger), { now: settings.now });
  try {
    const entries = latestEntryPerCell(await readLedger(ledger.file));
    const cells = entries.filter(({ outcome }) => outcome !== 'infrastructure');
    const known = cells.flatMap((entry): GradedCell[] => {
      const example = findExample(entry);
      return example === undefined ? [] : [{ entry, example }];
    });
    const stale = known.filter(
      ({ entry, example }) =>
        force || entry.taskId !== example.id || !isGradeCurrent(example, entry, grading.tools),
    );
    const { done, renewed, ...regraded } = await gradeCells(stale, grading, {
      ...settings,
      record: dryRun === false ? (entry) => ledger.append(entry) : () => {},
    });
    if (dryRun === false) {
      await ledger.flush();
      await recordRules(info, grading.tools, { ...settings, known });
    }
    return {
      cells: cells.length,
      ...regraded,
      before: known.map(({ entry }) => entry),
      entries: known.map(({ entry }) => renewed.get(entry.cellKey) ?? entry),
      withoutTask: cells.length - known.length,
      toJudge: grading.toJudge,
      judgeEstimate: grading.estimate(),
      interrupted: signal?.aborted === true && done < stale.length,
    };
  } finally {
    await ledger.close();
  }
}

/** Records in the run's folder what its answers are graded by: examples, and the rule for ambiguous ones. */
async function recordRules(
  info: RunInfo,
  { ambiguous }: GradingTools,
  settings: Pick<GradeRunSettings, 'runDirectory' | 'examples'> & {
    readonly known: readonly GradedCell[];
  },
): Promise<void> {
  const { runDirectory, examples, known } = settings;
  if (examples !== undefined) {
    const used = new Set(known.map(({ example }) => example));
    const added = examples.filter((example) => used.has(example));
    await writeExamples(path.join(runDirectory, runFiles.tasks), added);
  }
  if (ambiguous !== undefined && ambiguous !== info.ambiguous) {
    const infoFile = path.join(runDirectory, runFiles.info);
    await replaceFile(infoFile, encodeRunInfo({ ...info, ambiguous }));
  }
}

/** @throws RoutesmithError `invalid_input` if the folder is not that of a sweep, or has no ledger */
export async function readSweepInfo(runDirectory: string): Promise<RunInfo> {
  const info = await readRunInfo(path.join(runDirectory, runFiles.info));
  if (info.kind === 'sweep') {
    checkHasLedger(path.join(runDirectory, runFiles.ledger));
    return info;
  }
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
