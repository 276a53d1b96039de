import type { CellPurchase } from '../../../measure/ledger/ledger-entry.js';
import type { HeldOutRecord } from '../../../measure/outcomes/held-out.js';
import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { scaleWeights } from '../../../measure/outcomes/scale-weights.js';
import type { CellAnswer } from '../../../measure/sweep/cell-answers.js';
import type { CellSource, SourcedCell } from '../../../measure/sweep/cell-source.js';
import type { SweepPlan } from '../../../measure/sweep/plan-sweep.js';
import { RoutesmithError } from '../../../util/errors.js';
import { at, listRows } from '../../../util/numeric-arrays.js';
import { fillAdded } from '../../train/fill-added.js';
import { labelPrompts } from '../../train/label-prompts.js';
import { extendSplit } from '../bind-split.js';
import { AddedBuyer, type AddedEnding, type AddedProblem } from './added-buyer.js';
import { listCompleteModels, listMeasuredRows } from './complete-models.js';

export interface AddedSettings {
  /** The run's table without the added model's outcomes; see `describeAdded`. */
  readonly table: OutcomeTable;
  /** Share of the prompts to learn from that the model is asked, in (0, 1]. */
  readonly share: number;
  readonly seed: number;
  /** What earlier sweeps into the folder held out. @default drawn by the seed */
  readonly split?: HeldOutRecord | undefined;
}

/** What an added model is bought for, with the names of tasks and known models. */
export interface AddedTask extends AddedProblem {
  readonly tasks: readonly string[];
  readonly knownModels: readonly string[];
}

/**
 * Describes the prompts of a plan and the known outcomes of a run to a buyer.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two models that answered nearly all
 * prompts of the run
 */
function describeAdded(
  plan: Pick<SweepPlan, 'prompts'>,
  { table, share, seed, split }: AddedSettings,
): AddedTask {
  const { prompts } = plan;
  const columns = listCompleteModels(table, listMeasuredRows(table));
  if (columns.length < 2) {
    throw new RoutesmithError(
      'insufficient_data',
      'a model is added to at least two that have answered all prompts of the run',
      {
        fix:
          table.design === 'adaptive'
            ? 'Add it to the pool and run the adaptive sweep again: it goes on with one model more.'
            : 'Finish the sweep first.',
      },
    );
  }
  const { tasks, taskOf, groups } = labelPrompts(
    prompts.map(({ example: { id, prompt, task, group } }) => ({ id, prompt, task, group })),
  );
  const ordered = scaleWeights(orderRows(table, prompts));
  // Models that were added before are compared by what is expected of them.
  const filled = fillAdded(ordered, taskOf, tasks.length);
  const shown = filled === undefined ? columns : [...table.models.keys()];
  const { quality } = filled ?? ordered;
  const width = table.models.length;
  const known = prompts.flatMap((_, row) =>
    shown.map((column) => at(quality, row * width + column)),
  );
  const isUnlabeled = taskOf.includes(-1);
  return {
    taskOf: taskOf.map((task) => (task < 0 ? tasks.length : task)),
    taskCount: tasks.length + Number(isUnlabeled),
    tasks: isUnlabeled ? [...tasks, '(no task)'] : tasks,
    groups,
    weights: listRowWeights(ordered, listRows(prompts.length)),
    known: Float32Array.from(known),
    modelCount: shown.length,
    knownModels: shown.map((column) => table.models[column] as string),
    share,
    seed,
    ...(split && { heldOut: extendSplit(plan, groups, split) }),
  };
}

/**
 * The quality of a table in the order of a plan's prompts, with their weights; NaN for those that it
 * does not have.
 */
function orderRows(
  table: OutcomeTable,
  prompts: SweepPlan['prompts'],
): Pick<OutcomeTable, 'models' | 'prompts' | 'quality' | 'design'> {
  const width = table.models.length;
  const rowOf = new Map(table.prompts.map(({ id }, row) => [id, row]));
  const rows = prompts.map(({ example: { id } }) => rowOf.get(id));
  const quality = new Float32Array(prompts.length * width).fill(Number.NaN);
  rows.forEach((row, index) => {
    if (row === undefined) return;
    quality.set(table.quality.subarray(row * width, (row + 1) * width), index * width);
  });
  const records = prompts.map(({ example: { id, prompt, task, group, weight } }, index) => ({
    id,
    prompt,
    task,
    group,
    ...(weight !== undefined && { weight }),
    ...(table.prompts[rows[index] ?? -1]?.heldOut === true && { heldOut: true as const }),
  }));
  return { ...table, prompts: records, quality };
}

/** The source of the cells of a model that is added to a swept run. Its plan has only that model. */
export class AddedSource implements CellSource {
  readonly task: AddedTask;
  readonly buyer: AddedBuyer;
  /** Cells whose calls failed in an earlier sweep, and that are called again. */
  readonly #retried = new Set<number>();
  #ending: AddedEnding | undefined;
  /** Why each cell that has no answer yet was handed out. */
  readonly #reasonOf = new Map<number, CellPurchase['reason']>();
  #learningAnswers = 0;
  #holdOutAnswers = 0;

  constructor(plan: SweepPlan, settings: AddedSettings) {
    this.task = describeAdded(plan, settings);
    this.buyer = new AddedBuyer(this.task);
  }

  /** Why the sweep ended; undefined while it could go on. */
  get ending(): AddedEnding | undefined {
    return this.#ending;
  }

  /** Answers so far to learn, and on held-out prompts, earlier ones included; failed calls do not count. */
  get cells(): { readonly learning: number; readonly heldOut: number } {
    return { learning: this.#learningAnswers, heldOut: this.#holdOutAnswers };
  }

  takeNext(): readonly SourcedCell[] {
    // Without any answer yet, those that failed before are waited for.
    if (this.#retried.size > 0 && !this.buyer.hasOutcomes) return [];
    const step = this.buyer.decide();
    if (step.kind === 'ended') this.#ending = step.ending;
    if (step.kind !== 'round') return [];
    return step.purchases.map(({ prompt, reason, probability }) => {
      this.#reasonOf.set(prompt, reason);
      return { number: prompt, purchase: { reason, round: step.round, probability } };
    });
  }

  noteFailedBefore(number: number): void {
    this.#retried.add(number);
    this.buyer.note(number, null);
  }

  noteEnd(number: number, answer: CellAnswer | null): void {
    this.#retried.delete(number);
    if (answer !== null) this.#countAnswer(number);
    const isGraded = answer !== null && !Number.isNaN(answer.quality);
    this.buyer.note(number, isGraded ? answer.quality : null);
  }

  /**
   * The buyer goes on waiting for the cell, so that the sweep counts as stopped: what a model's key or
   * quota kept from being asked says nothing of its use.
   */
  noteNeverCalled(): void {}

  #countAnswer(number: number): void {
    const reason = this.#reasonOf.get(number);
    if (reason === undefined) return;
    this.#reasonOf.delete(number);
    if (reason === 'hold_out') this.#holdOutAnswers += 1;
    else this.#learningAnswers += 1;
  }
}
