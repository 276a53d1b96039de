import { computeGradeKey, isGradeCurrent, isKeptForJudge } from '../graders/grade-answer.js';
import type { GradingTools } from '../graders/grade.js';
import type { JudgeIdentity } from '../graders/judge/judge-model.js';
import type { BegunCall, LeftJournal } from '../ledger/call-journal.js';
import { createCurrentLines, type CurrentLines } from '../ledger/current-lines.js';
import { CutOffCalls } from '../ledger/cut-off-calls.js';
import { findPaidUsd, mayHaveCharged, type LedgerEntry } from '../ledger/ledger-entry.js';
import type { LinePlace } from '../ledger/ledger-reader.js';
import { createPlanIndex, type PlanIndex } from './plan-index.js';
import type { SweepPlan } from './plan-sweep.js';
import { RenamedModels } from './renamed-models.js';
import { measurePrompt } from './prompt-bytes.js';
import type { Example } from '../tasks/example.js';
import { CellAnswers } from './cell-answers.js';
import { isUseless } from './cell-outcome.js';
import { JudgeCosts } from '../ledger/judge-costs.js';
import { createServedTally, type ServedTally } from './served-models.js';

/** The state of a plan's cells in a run's ledger. */
export interface SettledCells {
  isSettled(number: number): boolean;
  /** True if the cell has only infrastructure failures. */
  hasFailed(number: number): boolean;
  /** True if a call to the cell failed that a source had asked for, and went on without. */
  hasFailedForSource(number: number): boolean;
  /** Settled cells that need another line, by number. */
  readonly outdated: ReadonlyMap<number, OutdatedLine>;
  /** The known cost of all calls of the run. */
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge. */
  readonly possibleUsd: number;
  /** Calls without a known charge whose cost nothing limits, those of the judge included. */
  readonly unboundedCalls: number;
  /** The known cost of the judge's calls. */
  readonly judgeUsd: number;
  /** Of `possibleUsd`, that of the judge's calls. */
  readonly judgePossibleUsd: number;
  /** Whether a line has what a call of the cell may have cost that did not answer it. */
  hasChargeLine(number: number): boolean;
  /** Number of ambiguous answers with the label of another rule, because a judge is to decide. */
  readonly keptForJudge: number;
  readonly served: ServedTally;
  /** The answers of settled cells, with their labels. */
  readonly answers: CellAnswers;
  /** Models of the pool that had another id. */
  readonly renamed: RenamedModels;
  /**
   * Number of answers by model id that are not used, because the model had other settings: their cells
   * are called again. Models without any are missing.
   */
  readonly otherSettings: ReadonlyMap<string, number>;
  /** Tokens and latency of each model's settled cells, by model id; models without any are missing. */
  readonly measured: ReadonlyMap<string, Measured>;
}

/** The line of a cell that needs regrading. */
export interface OutdatedLine extends LinePlace {
  /** False if another cell has superseded it, or if its task id or model id has changed. */
  readonly isShown: boolean;
  /** True if its grade still stands, so that only its names have to be written again. */
  readonly hasCurrentGrade: boolean;
  /** True if its answer is empty or malformed: no grader is asked. */
  readonly isUseless: boolean;
}

/** Sums over a model's settled cells. */
export interface Measured {
  cells: number;
  promptBytes: number;
  inputTokens: number;
  outputTokens: number;
  /** Those whose latency was measured, and its sum. */
  timedCells: number;
  latencyMs: number;
}

/** Marks of a cell that a source asked for; 0 for the others. */
const firstEnds = { settled: 1, failed: 2 } as const;

/**
 * Matches a ledger's entries with a plan, one by one, because the ledger may be larger than memory.
 * A settled cell needs regrading if
 *
 * - the key of its grade has changed: with the grader, its version, its options or the reference;
 * - another rule decides ambiguous answers now;
 * - the id of its example or model has changed; or
 * - a cell with other parameters has superseded it.
 */
export class SettledCellsReader {
  readonly #plan: SweepPlan;
  readonly #tools: GradingTools;
  readonly #index: PlanIndex;
  readonly #lines: CurrentLines;
  readonly #gradeKeys = createGradeKeyCache();
  readonly #hasCurrentGrade: Uint8Array;
  readonly #isUseless: Uint8Array;
  readonly #isKeptForJudge: Uint8Array;
  /** Cells with a line that has what a call may have cost. */
  readonly #hasChargeLine: Uint8Array;
  /** How each cell ended first that a source had asked for. */
  readonly #firstEnds: Uint8Array;
  /** The offset and length of the current line of each cell, in bytes. */
  readonly #starts: Float64Array;
  readonly #lengths: Uint32Array;
  /** Slots of the plan whose prompt the same model answered with other settings. */
  readonly #hasOtherSettings: Uint8Array;
  readonly #served = createServedTally();
  readonly #answers: CellAnswers;
  readonly #renamed: RenamedModels;
  readonly #measured = new Map<string, Measured>();
  /** Calls of the journal without an entry in the ledger, by the key of a cell or the id of a grade. */
  readonly #cutOff: Map<string, BegunCall>;
  readonly #journalBytes: number;
  readonly #cutOffCalls = new CutOffCalls();
  #spentUsd = 0;
  #possibleUsd = 0;
  #unboundedCalls = 0;
  readonly #judgeCosts: JudgeCosts;

  /**
   * @param tools the available tools; a grade that lacked one of them also needs regrading
   * @param journal the journal of a process that was killed
   */
  constructor(plan: SweepPlan, tools: GradingTools, journal?: LeftJournal) {
    this.#plan = plan;
    this.#tools = tools;
    this.#index = createPlanIndex(plan);
    this.#renamed = new RenamedModels(plan.models);
    this.#lines = createCurrentLines(plan.cellCount);
    this.#hasCurrentGrade = new Uint8Array(plan.cellCount);
    this.#isUseless = new Uint8Array(plan.cellCount);
    this.#isKeptForJudge = new Uint8Array(plan.cellCount);
    this.#hasChargeLine = new Uint8Array(plan.cellCount);
    this.#firstEnds = new Uint8Array(plan.cellCount);
    this.#hasOtherSettings = new Uint8Array(plan.cellCount);
    this.#answers = new CellAnswers(plan.cellCount);
    this.#starts = new Float64Array(plan.cellCount);
    this.#lengths = new Uint32Array(plan.cellCount);
    this.#judgeCosts = new JudgeCosts(plan.cellCount);
    this.#cutOff = new Map(journal?.calls);
    this.#journalBytes = journal?.ledgerBytes ?? Infinity;
  }

  /** Notes the next entry of the ledger. */
  accept(entry: LedgerEntry, place: LinePlace): void {
    if (entry.regraded !== true) this.#spentUsd += findPaidUsd(entry) ?? 0;
    for (const line of this.#cutOffCalls.accept(entry)) {
      this.#possibleUsd += line.possibleCostUsd ?? 0;
      this.#unboundedCalls += line.unboundedCalls ?? 0;
    }
    if (place.start >= this.#journalBytes) this.#cutOff.delete(entry.cellKey);
    if (entry.grade.judge?.id !== undefined) this.#cutOff.delete(entry.grade.judge.id);
    const number = this.#index.findCell(entry);
    this.#judgeCosts.accept(entry, number);
    this.#renamed.note(entry, place, number !== undefined);
    const isSettled = entry.outcome !== 'infrastructure';
    if (number !== undefined && mayHaveCharged(entry)) this.#hasChargeLine[number] = 1;
    // A call that was cut off has no purchase: its source waits for it.
    if (number !== undefined && entry.purchase !== undefined) {
      this.#firstEnds[number] ||= isSettled ? firstEnds.settled : firstEnds.failed;
    }
    const slot = this.#index.findSlot(entry);
    if (number === undefined && slot !== undefined && isSettled) this.#noteOther(slot, entry);
    const wasSettled = number !== undefined && this.#lines.isSettled(number);
    const counts = this.#lines.accept(number, slot, isSettled);
    if (number === undefined || !counts || !isSettled) return;
    this.#noteSettled(number, entry, place);
    // A line with another grade repeats what its answer's line says of the call.
    if (entry.regraded === true && wasSettled) return;
    const { id } = this.#plan.findModel(number);
    this.#served.note(id, entry);
    addMeasured(this.#measured, id, this.#plan.findPrompt(number).example, entry);
  }

  /** An answer to a prompt of the plan whose cell has another key: settings of the model differ. */
  #noteOther(slot: number, { promptHash }: LedgerEntry): void {
    if (this.#plan.findPrompt(slot).promptHash === promptHash) this.#hasOtherSettings[slot] = 1;
  }

  #noteSettled(number: number, entry: LedgerEntry, { start, length }: LinePlace): void {
    const { example } = this.#plan.findPrompt(number);
    const isCurrent = isGradeCurrent(example, entry, this.#tools, this.#gradeKeys.find);
    this.#hasCurrentGrade[number] = isCurrent ? 1 : 0;
    this.#isUseless[number] = isUseless(entry.outcome, entry.answer) ? 1 : 0;
    const isKept = isCurrent && isKeptForJudge(entry.grade, this.#tools);
    this.#isKeptForJudge[number] = isKept ? 1 : 0;
    this.#starts[number] = start;
    this.#lengths[number] = length;
    this.#answers.note(number, entry, this.#plan.findModel(number).price);
  }

  /** Calls that an earlier process sent and did not record, according to the entries so far. */
  listCutOff(): readonly BegunCall[] {
    return [...this.#cutOff.values()];
  }

  finish(): SettledCells {
    const open = [...this.#cutOffCalls.listOpen()];
    const sumOpen = (name: 'possibleCostUsd' | 'unboundedCalls'): number =>
      open.reduce((sum, line) => sum + (line[name] ?? 0), 0);
    return {
      isSettled: this.#lines.isSettled,
      hasFailed: this.#lines.hasFailed,
      hasFailedForSource: (number) => this.#firstEnds[number] === firstEnds.failed,
      outdated: this.#listOutdated(),
      spentUsd: this.#spentUsd,
      possibleUsd: this.#possibleUsd + sumOpen('possibleCostUsd') + this.#judgeCosts.possibleUsd,
      unboundedCalls:
        this.#unboundedCalls + sumOpen('unboundedCalls') + this.#judgeCosts.unboundedCalls,
      judgeUsd: this.#judgeCosts.usd,
      judgePossibleUsd: this.#judgeCosts.possibleUsd,
      hasChargeLine: (number) => this.#hasChargeLine[number] === 1,
      keptForJudge: this.#isKeptForJudge.reduce((sum, isKept) => sum + isKept, 0),
      served: this.#served,
      answers: this.#answers,
      renamed: this.#renamed,
      measured: this.#measured,
      otherSettings: this.#countOtherSettings(),
    };
  }

  #countOtherSettings(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [slot, hasOther] of this.#hasOtherSettings.entries()) {
      if (hasOther === 0 || this.#lines.isSettled(slot)) continue;
      const { id } = this.#plan.findModel(slot);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  #listOutdated(): ReadonlyMap<number, OutdatedLine> {
    const outdated = new Map<number, OutdatedLine>();
    for (let number = 0; number < this.#plan.cellCount; number++) {
      if (!this.#lines.isSettled(number)) continue;
      // The slot of a cell has the number of the cell; see `PlanIndex`.
      const isShown = this.#lines.findSlot(number) === number;
      const hasCurrentGrade = this.#hasCurrentGrade[number] === 1;
      if (isShown && hasCurrentGrade) continue;
      const place = {
        start: this.#starts[number] as number,
        length: this.#lengths[number] as number,
      };
      const nothing = this.#isUseless[number] === 1;
      outdated.set(number, { ...place, isShown, hasCurrentGrade, isUseless: nothing });
    }
    return outdated;
  }
}

/** Caches the grade keys of one example, because models often give the same answer. */
function createGradeKeyCache(): {
  find(example: Example, answer: string, judge?: JudgeIdentity): string;
} {
  let current: Example | undefined;
  const keyOf = new Map<string, string>();
  return {
    find(example, answer, judge) {
      if (example !== current) keyOf.clear();
      current = example;
      const judged = judge === undefined ? '' : `${judge.promptVersion} ${judge.model}`;
      const input = `${judged}\n${answer}`;
      const known = keyOf.get(input);
      if (known !== undefined) return known;
      const key = computeGradeKey(example, answer, judge);
      keyOf.set(input, key);
      return key;
    },
  };
}

function addMeasured(
  measured: Map<string, Measured>,
  id: string,
  { prompt }: Example,
  { usage, latencyMs }: LedgerEntry,
): void {
  if (usage === null) return;
  let sums = measured.get(id);
  if (sums === undefined) {
    sums = {
      cells: 0,
      promptBytes: 0,
      inputTokens: 0,
      outputTokens: 0,
      timedCells: 0,
      latencyMs: 0,
    };
    measured.set(id, sums);
  }
  sums.cells += 1;
  sums.promptBytes += measurePrompt(prompt);
  sums.inputTokens += usage.inputTokens;
  sums.outputTokens += usage.outputTokens;
  // An answer of a batch has no latency.
  if (latencyMs === null) return;
  sums.timedCells += 1;
  sums.latencyMs += latencyMs;
}
