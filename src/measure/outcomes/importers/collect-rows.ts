import { formatCount } from '../../../util/format-number.js';
import type { JsonObject } from '../../../util/json.js';
import type { RowFault } from '../unread-value.js';
import { decodeOutcomeRow } from './decode-outcome-row.js';
import type { ImportTarget } from './import-target.js';
import { SeenPrompts } from './seen-prompts.js';

export interface CollectOptions {
  /** The label of all prompts, in place of the rows' own labels. */
  readonly task?: string | undefined;
  /** Omit the tools of rows, which are part of the prompt otherwise. @default false */
  readonly ignoreTools?: boolean | undefined;
}

/** What became of one record of a file. */
export type ConvertedRow =
  /** A row of the exchange format; see `decodeOutcomeRow`. */
  | {
      readonly kind: 'row';
      readonly members: JsonObject;
      /** Why cells without a quality are no outcomes, where that is known. @default none */
      readonly failed?: readonly string[];
    }
  /** The call or its grading failed: that says nothing about the model, and is no outcome. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly problem: RowFault };

/** Turns rows into prompts and outcomes, with the same rules for all formats. */
export interface RowCollector {
  add(file: string, line: number, row: ConvertedRow): void;
  /** Adds the notes about missing cells, failed records and tools. Call it after the last row. */
  finish(): void;
}

/** Creates a collector; see `SeenPrompts` for the rows that share a prompt. */
export function createRowCollector(options: CollectOptions, target: ImportTarget): RowCollector {
  const seen = new SeenPrompts(target);
  const failures = new Map<string, number>();
  let missingCells = 0;
  let unconvertedTools = 0;

  function countFailure(reason: string): void {
    failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }

  function addMembers(
    members: JsonObject,
    failed: readonly string[],
    file: string,
  ): RowFault | undefined {
    const row = decodeOutcomeRow(members, options.ignoreTools ?? false);
    if (!row.ok) return row.problem;
    if (row.value.toolsLeftOut) unconvertedTools++;
    const opened = seen.open({ ...row.value, task: options.task ?? row.value.task });
    if (!opened.ok) return opened.problem;
    failed.forEach(countFailure);
    missingCells += row.value.missingCells - failed.length;
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
        countFailure(row.reason);
        return;
      }
      const problem =
        row.kind === 'row' ? addMembers(row.members, row.failed ?? [], file) : row.problem;
      if (problem !== undefined) target.reject(file, line, problem);
    },
    finish() {
      const pairing = seen.describe();
      if (pairing !== undefined) target.note(pairing);
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
