import type { GraderTool, GradingTools } from '../graders/grade.js';
import type { CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import { sha256OfJson } from '../../util/sha256.js';
import { countReasons } from './count-reasons.js';
import {
  endJudging,
  findKeptReason,
  gradeEntry,
  isLabelKept,
  type KeptLabels,
} from './grade-entry.js';
import type { SweepPlan } from './plan-sweep.js';
import { defaultConcurrency, runWorkers } from '../../util/run-workers.js';
import type { SettledCells } from './settled-cells.js';

interface RegradeSettings {
  readonly settled: Pick<SettledCells, 'outdated' | 'answers'>;
  readonly ledger: Ledger;
  /** The tools for the answer of a cell. */
  readonly findTools: (cellKey: string) => GradingTools;
  /** Records the judge's calls before they are sent. @default none */
  readonly journal?: Pick<CallJournal, 'begin' | 'end'> | undefined;
  /** See `findKeptReason`. */
  readonly describeLack?: ((tool: GraderTool) => string) | undefined;
  /** Stops after the answers in progress, which are recorded. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each answer. */
  readonly onGraded?: (done: number, total: number) => void;
}

interface Regrading {
  /** Numbers of the cells whose grade was made again, with a new line. */
  readonly regraded: ReadonlySet<number>;
  /** Number of other cells with a new line, for another name of their example or model. */
  readonly renamed: number;
  /** Labels that stand although they are outdated, since they could not be made again. */
  readonly kept: KeptLabels;
  /** Number of answers that the signal left as they were. */
  readonly left: number;
}

/**
 * Appends a new line for every settled cell whose line is outdated, with the recorded answer, the
 * current ids of example and model, and a new grade where the recorded one no longer stands. Calls
 * no candidate model.
 */
export async function regradeSettled(
  plan: SweepPlan,
  {
    settled,
    ledger,
    findTools,
    journal,
    describeLack,
    signal,
    onGraded = () => {},
  }: RegradeSettings,
): Promise<Regrading> {
  const regraded = new Set<number>();
  const kept: string[] = [];
  let renamed = 0;
  let done = 0;
  await runWorkers(settled.outdated, defaultConcurrency, async ([number, line]) => {
    if (signal?.aborted === true) return;
    const { isShown, hasCurrentGrade, ...place } = line;
    const { example, model, cellKey } = plan.buildCell(number);
    const entry: LedgerEntry = await ledger.readEntry(place);
    const { grade, gradeKey } = entry;
    // A grade that stands is copied: the judge or sandbox that made it may not be at hand.
    const graded = hasCurrentGrade
      ? { grade, gradeKey }
      : await gradeEntry(example, entry, findTools(cellKey), journal);
    done += 1;
    onGraded(done, settled.outdated.size);
    const isKept = isLabelKept(example, entry, graded);
    if (isKept) kept.push(findKeptReason(graded, describeLack));
    const next = isKept ? { grade, gradeKey } : graded;
    // A cell that still cannot be graded gets no new line, or the ledger would grow on each resume.
    if (isShown && sha256OfJson(next) === sha256OfJson({ grade, gradeKey })) return;
    const names = { taskId: example.id, model: model.id };
    const renewed = { ...entry, ...next, ...names, regraded: true };
    ledger.append(renewed);
    if (journal !== undefined && !hasCurrentGrade && !isKept) endJudging(renewed, journal);
    settled.answers.note(number, renewed, model.price);
    if (!hasCurrentGrade && !isKept) regraded.add(number);
    else if (entry.taskId !== example.id || entry.model !== model.id) renamed += 1;
  });
  return { regraded, renamed, kept: countReasons(kept), left: settled.outdated.size - done };
}
