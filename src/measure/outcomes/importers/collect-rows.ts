import { canonicalJson } from '../../../util/canonical-json.js';
import type { Prompt } from '../../../llm/chat.js';
import { formatCount } from '../../../util/format-number.js';
import type { JsonObject } from '../../../util/json.js';
import { sha256OfJson } from '../../../util/sha256.js';
import { failure, success, type Result } from '../../../util/result.js';
import type { OutcomeRow } from '../outcome-row.js';
import { decodeOutcomeRow } from './decode-outcome-row.js';
import type { ImportTarget } from './import-target.js';

export interface CollectOptions {
  /** The label of all prompts, in place of the rows' own labels. */
  readonly task?: string | undefined;
  /** Omit the tools of rows, which are part of the prompt otherwise. @default false */
  readonly ignoreTools?: boolean | undefined;
}

/** What became of one record of a file. */
export type ConvertedRow =
  /** A row of the exchange format; see `decodeOutcomeRow`. */
  | { readonly kind: 'row'; readonly members: JsonObject }
  /** The call or its grading failed: that says nothing about the model, and is no outcome. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Turns rows into prompts and outcomes, with the same rules for all formats. */
export interface RowCollector {
  add(file: string, line: number, row: ConvertedRow): void;
  /** Adds the notes about missing cells, failed records and tools. Call it after the last row. */
  finish(): void;
}

/** A prompt of an earlier row. */
interface SeenPrompt {
  /** The id in the table; undefined if the prompt is excluded. */
  readonly id: string | undefined;
  readonly prompt: Prompt;
  readonly weight: number | undefined;
}

/**
 * Creates a collector. Rows with the same id are one prompt; rows without an id are one prompt if
 * their prompts are equal. The weight is that of the first row; later rows may omit it.
 */
export function createRowCollector(options: CollectOptions, target: ImportTarget): RowCollector {
  const seen = new Map<string, SeenPrompt>();
  const failures = new Map<string, number>();
  let missingCells = 0;
  let unconvertedTools = 0;

  function addMembers(members: JsonObject, file: string): string | undefined {
    const row = decodeOutcomeRow(members, options.ignoreTools ?? false);
    if (!row.ok) return row.problem;
    if (row.value.toolsLeftOut) unconvertedTools++;
    const opened = openPrompt(row.value, options.task, seen, target);
    if (!opened.ok) return opened.problem;
    missingCells += row.value.missingCells;
    if (opened.value === undefined) return undefined;
    for (const { model, values } of row.value.cells) {
      target.addOutcome(opened.value, model, values, file);
    }
    return undefined;
  }

  return {
    add(file, line, row) {
      target.countRow();
      if (row.kind === 'failed') {
        failures.set(row.reason, (failures.get(row.reason) ?? 0) + 1);
        return;
      }
      const problem = row.kind === 'row' ? addMembers(row.members, file) : row.problem;
      if (problem !== undefined) target.reject({ file, line, problem });
    },
    finish() {
      for (const [reason, count] of failures) {
        const records = formatCount(
          count,
          'record is not an outcome and counts',
          'records are not outcomes and count',
        );
        target.note(`${records} as missing: ${reason}`);
      }
      if (missingCells > 0) {
        const cells = formatCount(
          missingCells,
          'cell has no quality and counts',
          'cells have no quality and count',
        );
        target.note(`${cells} as missing`);
      }
      if (unconvertedTools === 0) return;
      target.note(
        `omitted the tools of ${formatCount(unconvertedTools, 'row')}: some cannot be converted`,
      );
    },
  };
}

/** @returns the id of the row's prompt in the table, or undefined if it is excluded */
function openPrompt(
  row: OutcomeRow,
  task: string | undefined,
  seen: Map<string, SeenPrompt>,
  target: ImportTarget,
): Result<string | undefined> {
  const id = row.id ?? (row.prompt === undefined ? '' : sha256OfJson(row.prompt).slice(0, 16));
  const known = seen.get(id);
  if (known !== undefined) {
    if (row.prompt !== undefined && !isSamePrompt(row.prompt, known.prompt)) {
      return failure(`the id ${id.slice(0, 80)} already belongs to another prompt`);
    }
    if (row.weight !== undefined && row.weight !== known.weight) {
      return failure(`weight ${row.weight}, but the prompt already has ${known.weight ?? 1}`);
    }
    return success(known.id);
  }
  if (row.prompt === undefined) return failure('the row has no prompt');
  const added = target.addPrompt({
    id,
    prompt: row.prompt,
    task: task ?? row.task,
    group: row.group,
    ...(row.weight !== undefined && { weight: row.weight }),
  });
  seen.set(id, { id: added, prompt: row.prompt, weight: row.weight });
  return success(added);
}

function isSamePrompt(a: Prompt, b: Prompt): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
