import { canonicalJson } from '../../../util/canonical-json.js';
import type { JsonValue } from '../../../util/json.js';
import { sha256 } from '../../../util/sha256.js';
import type { ConvertedRow } from './collect-rows.js';

/** Finds ids that only count rows, as exports of databases have them: no two outcomes would share a prompt. */
export class RowNumbers {
  private readonly ids = new Set<JsonValue>();
  private readonly models = new Map<string, Set<JsonValue>>();
  private sharesIds = false;
  private repeatsPrompts = false;
  private readonly details = new Map<string, string>();
  private differsWithinPrompts = false;

  add({ row }: { readonly row: ConvertedRow }): void {
    if (row.kind !== 'row') return;
    const {
      id = null,
      model = null,
      prompt,
      question,
      messages,
      tools,
      function: of,
      task,
      category,
      group = null,
      weight = null,
    } = row.members;
    if (id === null || id === '' || model === null) return;
    if (this.ids.has(id)) this.sharesIds = true;
    this.ids.add(id);
    const members = [prompt ?? question, messages, tools, of].map((member) => member ?? null);
    if (members.every((member) => member === null)) return;
    const key = sha256(canonicalJson(members));
    const models = this.models.get(key) ?? new Set();
    this.models.set(key, models.add(model));
    if (models.size > 1) this.repeatsPrompts = true;
    const details = canonicalJson([task ?? category ?? null, group, weight]);
    if ((this.details.get(key) ?? details) !== details) this.differsWithinPrompts = true;
    this.details.set(key, details);
  }

  /**
   * Whether every row has an id of its own, while equal prompts have rows of several models. Rows of one
   * prompt with another task, group or weight are prompts of their own, which only their ids tell apart.
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
