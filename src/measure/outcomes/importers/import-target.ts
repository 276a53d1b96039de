import { messageText, promptMessages, type Prompt } from '../../../llm/chat.js';
import { createOutcomeTableBuilder } from '../outcome-table-builder.js';
import type { RowFault } from '../unread-value.js';
import type { OutcomeTable, OutcomeValues, PromptRecord } from '../outcome-table.js';
import { formatCount } from '../../../util/format-number.js';
import type { ModelEffort } from '../../models/model.js';
import { nameEffort } from '../../models/read-pool.js';
import { DroppedCopies } from './dropped-copies.js';
import { ImportReporter, type ImportReport } from './import-reporter.js';
import { computePromptKey } from './prompt-key.js';
import { RepeatedCells } from './repeated-cells.js';

export interface ImportTargetOptions {
  /** Texts of prompts to exclude, compared exactly. @default none */
  readonly exclusions?: ReadonlySet<string>;
  /**
   * Keep only the first of several identical prompts, with the others' outcomes of models that it has
   * none of. @default false
   */
  readonly dropDuplicatePrompts?: boolean;
  /** As of `ImportReporter`. */
  readonly maxBadShare?: number | undefined;
}

export type PromptLabels = Pick<PromptRecord, 'task' | 'group'>;

export interface ImportedTable {
  readonly table: OutcomeTable;
  readonly report: ImportReport;
  /** The efforts of models that were run at one, by the model's id in the table. */
  readonly efforts: ReadonlyMap<string, ModelEffort>;
  /** Whether rows hold an object with the outcomes of each model, which are in no column of their own. */
  readonly hasNestedRows: boolean;
}

/** Collects the prompts and outcomes of an import, with the same rules for all formats. */
export class ImportTarget {
  readonly #options: ImportTargetOptions;
  readonly #reporter: ImportReporter;
  readonly #builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  /** How often each id of a prompt is used. */
  readonly #uses = new Map<string, number>();
  readonly #matchedExclusions = new Set<string>();
  /** The id of the first prompt of each text. */
  readonly #firstIds = new Map<string, string>();
  readonly #copies = new DroppedCopies();
  readonly #cells = new RepeatedCells();
  readonly #efforts = new Map<string, ModelEffort>();
  #excluded = 0;
  #duplicates = 0;
  #renamed = 0;
  #hasNestedRows = false;

  constructor(options: ImportTargetOptions) {
    this.#options = options;
    this.#reporter = new ImportReporter(options.maxBadShare);
  }

  countRow(): void {
    this.#reporter.countRow();
  }

  /** Counts a row that cannot be used; `line` is the one on which it starts, from 1. */
  reject(file: string, line: number, fault: RowFault): void {
    this.#reporter.reject(file, line, fault);
  }

  note(text: string): void {
    this.#reporter.note(text);
  }

  markNestedRows(): void {
    this.#hasNestedRows = true;
  }

  /**
   * Adds a prompt, with another id if its own is already used.
   *
   * @returns the id for its outcomes, or undefined if it is on the exclusion list; its outcomes must
   * then be skipped
   */
  addPrompt(prompt: PromptRecord): string | undefined {
    const text = messagesText(prompt.prompt);
    if (this.#options.exclusions?.has(text) === true) {
      this.#matchedExclusions.add(text);
      this.#excluded++;
      return undefined;
    }
    const key = computePromptKey(prompt.prompt);
    const first = this.#firstIds.get(key);
    if (first !== undefined) {
      this.#duplicates++;
      if (this.#options.dropDuplicatePrompts === true) return this.#copies.open(first);
    }
    const id = this.#takeId(prompt.id);
    if (first === undefined) this.#firstIds.set(key, id);
    this.#builder.addPrompt({ ...prompt, id });
    return id;
  }

  /** Sets the labels of a prompt that was added without some. */
  labelPrompt(id: string, labels: PromptLabels): void {
    if (!this.#copies.has(id)) this.#builder.labelPrompt(id, labels);
  }

  /**
   * The id of a model that was run at an effort, such as `gpt-5@low`: other efforts are other models.
   */
  nameModel(model: string, effort: string | undefined): string {
    if (effort === undefined) return model;
    const id = nameEffort(model, effort);
    this.#efforts.set(id, { of: model, level: effort });
    return id;
  }

  /**
   * Adds an outcome as `OutcomeTableBuilder.addOutcome` does.
   *
   * @param file where it is from, if several files may have outcomes of a cell
   */
  addOutcome(promptId: string, model: string, values: OutcomeValues, file?: string): void {
    if (this.#copies.hold(promptId, { model, values, file })) return;
    this.#keepOutcome(promptId, model, values, file);
  }

  /** @throws RoutesmithError `invalid_outcomes` as `ImportReporter.finish` does */
  finish(): ImportedTable {
    this.#copies.release(
      (promptId, model) => this.#cells.has(promptId, model),
      (promptId, model, values, file) => this.#keepOutcome(promptId, model, values, file),
    );
    this.#noteSummary();
    return {
      report: this.#reporter.finish(),
      table: this.#builder.build(),
      efforts: this.#efforts,
      hasNestedRows: this.#hasNestedRows,
    };
  }

  #takeId(wanted: string): string {
    let id = wanted;
    while (this.#uses.has(id)) {
      const use = (this.#uses.get(wanted) ?? 1) + 1;
      this.#uses.set(wanted, use);
      id = `${wanted}~${use}`;
    }
    this.#uses.set(id, 1);
    if (id !== wanted) this.#renamed++;
    return id;
  }

  #keepOutcome(
    promptId: string,
    model: string,
    values: OutcomeValues,
    file: string | undefined,
  ): void {
    this.#builder.addOutcome(promptId, model, values);
    this.#cells.add(promptId, model, file);
  }

  #noteSummary(): void {
    const { exclusions, dropDuplicatePrompts: isDropping = false } = this.#options;
    if (exclusions !== undefined) {
      const unmatched = exclusions.size - this.#matchedExclusions.size;
      const entries = formatCount(unmatched, 'entry', 'entries');
      this.note(
        `excluded ${formatCount(this.#excluded, 'prompt')} on the exclusion list` +
          (unmatched > 0 ? `; ${entries} of the list matched no prompt` : ''),
      );
    }
    if (this.#duplicates > 0) {
      const prompts = formatCount(this.#duplicates, 'prompt');
      this.note(
        `${isDropping ? 'dropped' : 'kept'} ${prompts} identical to an earlier one` +
          (isDropping ? this.#copies.describe() : ''),
      );
    }
    if (this.#renamed > 0) {
      this.note(`renamed ${formatCount(this.#renamed, 'prompt')} with an id already used`);
    }
    const repeats = this.#cells.describe();
    if (repeats !== undefined) this.note(repeats);
  }
}

/** The text of the messages, without the tools. */
function messagesText(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : promptMessages(prompt).map(messageText).join('\n');
}
