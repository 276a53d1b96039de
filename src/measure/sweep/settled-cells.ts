import { computeGradeKey, findGradingJudge } from '../graders/grade-answer.js';
import type { GradingTools } from '../graders/grade.js';
import type { JudgeIdentity } from '../graders/judge-model.js';
import type { BegunCall, LeftJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { LinePlace } from '../ledger/ledger-reader.js';
import type { PlannedPrompt, SweepPlan } from './plan-sweep.js';
import { promptText } from '../../llm/chat.js';
import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';
import { createServedTally, type ServedTally } from './served-models.js';

/** What a run's ledger says of the cells of a plan. */
export interface SettledCells {
  isSettled(number: number): boolean;
  /** True where the last call failed for reasons of the infrastructure. */
  hasFailed(number: number): boolean;
  /** Settled cells whose line no longer stands for them, with the line: it is to be graded anew. */
  readonly outdated: ReadonlyMap<number, OutdatedLine>;
  /** What all calls of the run are known to have cost. */
  readonly spentUsd: number;
  /** What calls without a known charge can have cost at most. */
  readonly possibleUsd: number;
  readonly served: ServedTally;
  /** What the settled cells of each model took, by its id; a model without any is missing. */
  readonly measured: ReadonlyMap<string, Measured>;
}

/** The line of a cell that is to be graded anew. */
export interface OutdatedLine extends LinePlace {
  /** False where a later line hides it, or names its task or model otherwise. */
  readonly isShown: boolean;
}

/** Sums over a model's settled cells that say how many tokens they took. */
export interface Measured {
  cells: number;
  promptBytes: number;
  inputTokens: number;
  outputTokens: number;
  latencyMs: number;
}

/** Reads a ledger against a plan, entry by entry: it may be larger than memory. */
export interface SettledCellsReader {
  accept(entry: LedgerEntry, place: LinePlace): void;
  /** Calls that an earlier process has sent and not lived to record, by what has been read. */
  listCutOff(): readonly BegunCall[];
  finish(): SettledCells;
}

const settled = 1;
const failed = 2;

/**
 * Creates a reader. A settled cell's line no longer stands for it where its grade has another key
 * (another grader, grader version, option or reference), where its task or model has got another
 * id, or where a later line of the same task, model and repeat with other parameters hides it.
 *
 * @param tools what graders may use now: a grade that only lacked them is outdated, too
 * @param journal what a process that was cut off has left behind; taken over, and changed
 */
export function createSettledCellsReader(
  plan: SweepPlan,
  tools: GradingTools,
  journal?: LeftJournal,
): SettledCellsReader {
  const { models, prompts, cellCount } = plan;
  const status = new Uint8Array(cellCount);
  const isGraded = new Uint8Array(cellCount);
  const isShown = new Uint8Array(cellCount);
  const starts = new Float64Array(cellCount);
  const lengths = new Uint32Array(cellCount);
  const served = createServedTally();
  const measured = new Map<string, Measured>();
  const cutOff = new Map(journal?.calls);
  let spentUsd = 0;
  let possibleUsd = 0;

  const promptIndexOf = new Map(prompts.map(({ example }, index) => [example.id, index]));
  const modelIndexOf = new Map(models.map(({ id }, index) => [id, index]));
  const hashIndexOf = new Map(prompts.map(({ promptHash }, index) => [promptHash, index]));

  /** The cell of an entry. A key says which it is; prompt and model only say where to look. */
  function findNumber({ cellKey, promptHash, model, repeat }: LedgerEntry): number | undefined {
    const prompt = hashIndexOf.get(promptHash);
    if (prompt === undefined || repeat >= plan.repeats) return undefined;
    const first = (repeat * prompts.length + prompt) * models.length;
    const named = modelIndexOf.get(model);
    if (named !== undefined && plan.computeKey(first + named) === cellKey) return first + named;
    // The model may have got another id since.
    const index = models.findIndex((_, other) => plan.computeKey(first + other) === cellKey);
    return index === -1 ? undefined : first + index;
  }

  function findPlace({ taskId, model, repeat }: LedgerEntry): number | undefined {
    const prompt = promptIndexOf.get(taskId);
    const column = modelIndexOf.get(model);
    if (prompt === undefined || column === undefined || repeat >= plan.repeats) return undefined;
    return (repeat * prompts.length + prompt) * models.length + column;
  }

  // Models answer a prompt one after the other, and often the same.
  let gradedTask: Example | undefined;
  const gradeKeyOf = new Map<string, string>();
  function findGradeKey(
    example: Example,
    answer: string,
    judge: JudgeIdentity | undefined,
  ): string {
    if (example !== gradedTask) gradeKeyOf.clear();
    gradedTask = example;
    const judged = judge === undefined ? '' : `${judge.promptVersion} ${judge.model}`;
    const place = JSON.stringify([judged, answer]);
    const known = gradeKeyOf.get(place);
    if (known !== undefined) return known;
    const key = computeGradeKey(example, answer, judge);
    gradeKeyOf.set(place, key);
    return key;
  }

  function measure(id: string, { prompt }: Example, { usage, latencyMs }: LedgerEntry): void {
    if (usage === null || latencyMs === null) return;
    let sums = measured.get(id);
    if (sums === undefined) {
      sums = { cells: 0, promptBytes: 0, inputTokens: 0, outputTokens: 0, latencyMs: 0 };
      measured.set(id, sums);
    }
    sums.cells += 1;
    sums.promptBytes += Buffer.byteLength(promptText(prompt));
    sums.inputTokens += usage.inputTokens;
    sums.outputTokens += usage.outputTokens;
    sums.latencyMs += latencyMs;
  }

  return {
    accept(entry, place) {
      if (entry.regraded !== true) {
        spentUsd += entry.costUsd ?? 0;
        possibleUsd += entry.possibleCostUsd ?? 0;
      }
      if (journal !== undefined && place.start >= journal.ledgerBytes) {
        cutOff.delete(entry.cellKey);
      }
      const number = findNumber(entry);
      const shown = findPlace(entry);
      if (shown !== undefined) isShown[shown] = number === shown ? 1 : 0;
      if (number === undefined) return;
      if (entry.outcome === 'infrastructure') {
        if (status[number] !== settled) status[number] = failed;
        return;
      }
      const { example } = prompts[
        Math.floor(number / models.length) % prompts.length
      ] as PlannedPrompt;
      status[number] = settled;
      const judge = findGradingJudge(entry.grade, tools);
      const gradeKey = findGradeKey(example, entry.answer ?? '', judge);
      isGraded[number] = entry.gradeKey === gradeKey ? 1 : 0;
      starts[number] = place.start;
      lengths[number] = place.length;
      const { id } = models[plan.findModelIndex(number)] as PoolModel;
      served.note(id, entry);
      measure(id, example, entry);
    },
    listCutOff: () => [...cutOff.values()],
    finish() {
      const outdated = new Map<number, OutdatedLine>();
      for (let number = 0; number < cellCount; number++) {
        if (status[number] !== settled) continue;
        if (isGraded[number] === 1 && isShown[number] === 1) continue;
        const start = starts[number] as number;
        const length = lengths[number] as number;
        outdated.set(number, { start, length, isShown: isShown[number] === 1 });
      }
      return {
        isSettled: (number) => status[number] === settled,
        hasFailed: (number) => status[number] === failed,
        outdated,
        spentUsd,
        possibleUsd,
        served,
        measured,
      };
    },
  };
}
