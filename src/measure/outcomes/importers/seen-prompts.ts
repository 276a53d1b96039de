import { canonicalJson } from '../../../util/canonical-json.js';
import type { Prompt } from '../../../llm/chat.js';
import { sha256, sha256OfJson } from '../../../util/sha256.js';
import { formatCount } from '../../../util/format-number.js';
import { foldName } from '../../tables/name-variants.js';
import { failure, success, type Result } from '../../../util/result.js';
import type { OutcomeRow } from '../outcome-row.js';
import type { ImportTarget, PromptLabels } from './import-target.js';
import { computePromptKey } from './prompt-key.js';

/** A prompt of an earlier row. */
interface SeenPrompt {
  /** The id in the table; undefined if the prompt is excluded. */
  readonly id: string | undefined;
  readonly prompt: Prompt;
  readonly weight: number | undefined;
  /** The labels of the first row. */
  readonly first: PromptLabels;
  /** The same, completed by later rows. */
  labels: PromptLabels;
}

/**
 * The prompts of the rows so far. Rows with the same id are one prompt; so are rows without an id if
 * their prompts, tasks and groups are equal. Prompts may differ in line ends and in blanks at their ends,
 * labels in case; the first spelling stays. A row may omit the task, group and weight of an earlier one.
 */
export class SeenPrompts {
  private readonly byId = new Map<string, SeenPrompt>();
  private readonly byText = new Map<string, SeenPrompt[]>();
  /** Prompts that were written differently before, and are the same. */
  private readonly otherTexts = new Set<string>();
  private readonly target: ImportTarget;

  constructor(target: ImportTarget) {
    this.target = target;
  }

  /** @returns the id of the row's prompt in the table, or undefined if it is excluded */
  open(row: OutcomeRow): Result<string | undefined> {
    const found = row.id === undefined ? this.findByText(row) : this.findById(row.id, row);
    if (!found.ok) return found;
    if (found.value === undefined) return this.add(row);
    const { id, weight, prompt } = found.value;
    if (row.weight !== undefined && row.weight !== weight) {
      return failure(`weight ${row.weight}, but the prompt already has ${weight ?? 1}`);
    }
    this.complete(found.value, row);
    if (row.prompt !== undefined && !isWrittenAlike(row.prompt, prompt)) {
      this.otherTexts.add(hashOf(row.prompt));
    }
    return success(id);
  }

  /** A note on prompts that are one though they are not written alike. */
  describe(): string | undefined {
    const count = this.otherTexts.size;
    if (count === 0) return undefined;
    return (
      `took as an earlier one: ${formatCount(count, 'prompt')} with other line ends, or other blanks ` +
      'at the ends'
    );
  }

  private findById(id: string, row: OutcomeRow): Result<SeenPrompt | undefined> {
    const known = this.byId.get(id);
    if (known === undefined) return success(undefined);
    if (
      row.prompt !== undefined &&
      computePromptKey(row.prompt) !== computePromptKey(known.prompt)
    ) {
      return failure(`the id ${id.slice(0, 80)} already belongs to another prompt`);
    }
    const other = labelNames.find((name) => differs(row[name], known.labels[name]));
    if (other === undefined) return success(known);
    return failure(
      `${other} ${quote(row[other])}, but the prompt already has ${quote(known.labels[other])}`,
    );
  }

  private findByText(row: OutcomeRow): Result<SeenPrompt | undefined> {
    if (row.prompt === undefined) return success(undefined);
    const equal = this.byText.get(sha256(computePromptKey(row.prompt))) ?? [];
    const fitting = equal.filter(({ labels }) => fits(row, labels));
    const exact = fitting.find(({ labels }) =>
      labelNames.every((name) => isSameLabel(labels[name], row[name])),
    );
    if (exact !== undefined) return success(exact);
    // A row that was completed may as well have belonged to this row's labels.
    const isUnclear =
      fitting.length > 1 || (fitting.length === 0 && equal.some(({ first }) => fits(row, first)));
    if (!isUnclear) return success(fitting[0]);
    return failure(
      'equal prompts have several tasks or groups, and some rows omit which is theirs; give them ids',
    );
  }

  private add(row: OutcomeRow): Result<string | undefined> {
    const { prompt, task, group, weight } = row;
    if (prompt === undefined) return failure('the row has no prompt');
    const key = sha256(computePromptKey(prompt));
    const equal = row.id === undefined ? (this.byText.get(key) ?? []) : [];
    const isFirst = equal.length === 0;
    const id = isFirst ? (row.id ?? hashOf(prompt)) : hashOf([prompt, task ?? null, group ?? null]);
    const added = this.target.addPrompt({
      id,
      prompt,
      task,
      group,
      ...(weight !== undefined && { weight }),
    });
    const labels = { task, group };
    const seen = { id: added, prompt, weight, first: labels, labels };
    if (row.id === undefined) this.byText.set(key, [...equal, seen]);
    else this.byId.set(row.id, seen);
    return success(added);
  }

  private complete(seen: SeenPrompt, row: OutcomeRow): void {
    const labels = completeLabels(seen.labels, row);
    if (labels.task === seen.labels.task && labels.group === seen.labels.group) return;
    seen.labels = labels;
    if (seen.id !== undefined) this.target.labelPrompt(seen.id, labels);
  }
}

const labelNames = ['task', 'group'] as const;

function differs(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && !isSameLabel(a, b);
}

function isSameLabel(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && foldName(a) === foldName(b));
}

/** Whether two rows of equal prompts may be of one prompt: no label that both have differs. */
export function fits(a: PromptLabels, b: PromptLabels): boolean {
  return !labelNames.some((name) => differs(a[name], b[name]));
}

export function completeLabels(first: PromptLabels, later: PromptLabels): PromptLabels {
  return { task: first.task ?? later.task, group: first.group ?? later.group };
}

function hashOf(value: unknown): string {
  return sha256OfJson(value).slice(0, 16);
}

function quote(label: string | undefined): string {
  return JSON.stringify((label ?? '').slice(0, 60));
}

function isWrittenAlike(a: Prompt, b: Prompt): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
