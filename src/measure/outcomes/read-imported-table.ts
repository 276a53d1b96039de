import { RoutesmithError } from '../../util/errors.js';
import { readTextFile } from '../../util/read-text-file.js';
import type { Decoded } from '../../util/decoded.js';
import { decodeOutcomeLine, type OutcomeLine } from './outcome-lines.js';
import { createOutcomeTableBuilder } from './outcome-table-builder.js';
import type { OutcomeTable } from './outcome-table.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import type { RunInfo } from './run.js';

/**
 * Reads the table of an imported run from its `outcomes.jsonl`.
 *
 * @throws RoutesmithError `invalid_outcomes`, with file and line, for any line that is not as it
 * was written: an own file has no bad rows
 */
export async function readImportedTable(file: string, info: RunInfo): Promise<OutcomeTable> {
  const builder = createOutcomeTableBuilder(info);
  for (const { id } of info.models) builder.addModel(id);
  const ids = new Set<string>();
  for (const parsed of parseJsonLines(await readTextFile(file))) {
    const row: Decoded<OutcomeLine> =
      parsed.problem === undefined ? decodeOutcomeLine(parsed.value) : { ok: false, ...parsed };
    const where = `${file}:${parsed.line}`;
    if (!row.ok) throw invalid(where, row.problem);
    const { prompt, cells } = row.value;
    if (ids.has(prompt.id)) throw invalid(where, `the id ${prompt.id.slice(0, 80)} is used twice`);
    ids.add(prompt.id);
    builder.addPrompt(prompt);
    for (const { model, values } of cells) builder.addOutcome(prompt.id, model, values);
  }
  return builder.build();
}

function invalid(where: string, problem: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', problem, {
    where,
    fix: 'Import the outcomes again.',
  });
}
