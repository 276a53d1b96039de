import { sha256 } from '../../../util/sha256.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import type { ConvertedRow } from './collect-rows.js';
import { decodeRowLabels } from './decode-outcome-row.js';
import type { PromptLabels } from './import-target.js';
import { computePromptKey } from './prompt-key.js';
import { completeLabels, fits } from './seen-prompts.js';

/** What the rows of a prompt have so far. */
interface PromptDetails {
  readonly labels: PromptLabels;
  readonly weight: number;
}

/** Finds ids that only count rows, as exports of databases have them: no two outcomes would share a prompt. */
export class RowNumbers {
  private readonly ids = new Set<string>();
  private readonly models = new Map<string, Set<string>>();
  private sharesIds = false;
  private repeatsPrompts = false;
  private readonly details = new Map<string, PromptDetails>();
  private differsWithinPrompts = false;
  private readonly task: string | undefined;

  /** @param task the task of all rows, in place of their own */
  constructor(task: string | undefined) {
    this.task = task;
  }

  add({ row }: { readonly row: ConvertedRow }): void {
    if (row.kind !== 'row') return;
    const { model, prompt, question, messages, tools, function: of, weight } = row.members;
    const decoded = decodeRowLabels(row.members);
    if (!decoded.ok || decoded.value.id === undefined) return;
    if (typeof model !== 'string' || isBlankCell(model)) return;
    const { id, ...own } = decoded.value;
    if (this.ids.has(id)) this.sharesIds = true;
    this.ids.add(id);
    const members = [prompt ?? question, messages, tools, of].map((member) => member ?? null);
    if (members.every((member) => member === null)) return;
    const key = sha256(computePromptKey(members));
    const models = this.models.get(key) ?? new Set();
    this.models.set(key, models.add(model.trim()));
    if (models.size > 1) this.repeatsPrompts = true;
    const stated = typeof weight === 'number' ? weight : undefined;
    this.compare(key, { ...own, task: this.task ?? own.task }, stated);
  }

  /** Labels and weights differ by the rules of `SeenPrompts`, which pairs the rows. */
  private compare(key: string, labels: PromptLabels, weight: number | undefined): void {
    const known = this.details.get(key) ?? { labels, weight: weight ?? 1 };
    const isOther = !fits(labels, known.labels) || (weight ?? known.weight) !== known.weight;
    if (isOther) this.differsWithinPrompts = true;
    this.details.set(key, { ...known, labels: completeLabels(known.labels, labels) });
  }

  /**
   * Whether every row has an id of its own, while equal prompts have rows of several models. Rows of one
   * prompt that state another task, group or weight are prompts of their own, which only their ids tell apart.
   */
  areIds(): boolean {
    return !this.sharesIds && this.repeatsPrompts && !this.differsWithinPrompts;
  }

  describe(): string {
    return (
      'the column "id" differs in every row, and equal prompts have rows of several models: outcomes are ' +
      'paired by their prompts (if each id is a prompt of its own: --map prompt_id=id)'
    );
  }
}
