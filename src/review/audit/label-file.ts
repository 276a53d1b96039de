import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLedger } from '../../measure/ledger/ledger.js';
import { latestEntryPerCell } from '../../measure/ledger/latest-entries.js';
import type { LedgerEntry } from '../../measure/ledger/ledger-entry.js';
import { readRunExamples } from '../../measure/outcomes/read-run-examples.js';
import { runFiles } from '../../measure/outcomes/run.js';
import type { Example } from '../../measure/tasks/example.js';
import { promptText } from '../../llm/chat.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import { readTextFile } from '../../util/read-text-file.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';
import type { AuditFile } from './audit-file.js';

/** The answers that people are to label, in the folder of an audit. */
export const toLabelFileName = 'to-label.jsonl';

/**
 * Lists the answers to the picked requests in `to-label.jsonl`, a line each with `quality` to fill in.
 * A file that exists keeps its lines, which people may have filled in, and gets those of answers that
 * came later.
 */
export async function updateLabelFile(
  directory: string,
  { picked, drawn }: Pick<AuditFile, 'picked' | 'drawn'>,
): Promise<void> {
  const file = join(directory, toLabelFileName);
  const present = existsSync(file) ? await readTextFile(file) : '';
  const isListed = createListedCheck(present);
  const examples = await readRunExamples(join(directory, runFiles.tasks));
  const answers = latestEntryPerCell(await readLedger(join(directory, runFiles.ledger))).filter(
    (entry) => entry.outcome !== 'infrastructure' && !isListed(entry),
  );
  const exampleOf = new Map(drawn.map(({ id, example }) => [id, example]));
  const wanted = new Set((picked ?? []).map(({ id }) => exampleOf.get(id) ?? ''));
  const added = Array.from(wanted).flatMap((id) => {
    const example = examples.get(id);
    if (example === undefined) return [];
    return answers.filter(({ taskId }) => taskId === id).map((entry) => encodeLine(example, entry));
  });
  if (added.length === 0) return;
  const kept = present === '' || present.endsWith('\n') ? present : `${present}\n`;
  await replaceFile(file, kept + added.join(''), { mode: privateMode });
}

function encodeLine({ prompt }: Example, { taskId, model, repeat, answer }: LedgerEntry): string {
  const line = { task: taskId, model, repeat, quality: null, prompt: promptText(prompt), answer };
  return `${JSON.stringify(line)}\n`;
}

/** Whether a text of `to-label.jsonl` has a line for an answer. What cannot be read lists none. */
function createListedCheck(text: string): (entry: LedgerEntry) => boolean {
  const keyOf = ({ task, model, repeat, answer }: JsonObject): string =>
    JSON.stringify([task, model, repeat, answer]);
  const listed = new Set<string>();
  for (const line of parseJsonLines(text)) {
    if (line.ok && isJsonObject(line.value)) listed.add(keyOf(line.value));
  }
  return ({ taskId, model, repeat, answer }) =>
    listed.has(keyOf({ task: taskId, model, repeat, answer }));
}
