import { join } from 'node:path';
import { readLedger } from '../../measure/ledger/ledger.js';
import { latestEntryPerCell } from '../../measure/ledger/latest-entries.js';
import { readRunExamples } from '../../measure/outcomes/read-run-examples.js';
import { runFiles } from '../../measure/outcomes/run.js';
import { promptText } from '../../llm/chat.js';
import { createRandom, shuffle } from '../../util/random.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';
import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditFile } from './audit-file.js';
import { drawSample } from './draw-sample.js';
import { findStakes } from './find-stakes.js';
import type { AuditReading } from './read-audited-requests.js';

/** The answers that people are to label, in the folder of an audit. */
export const toLabelFileName = 'to-label.jsonl';

/**
 * Picks requests whose answers people are to label: half uniform, half where a label matters most.
 *
 * @returns in random order, so that a part of the list is a random part
 */
export function pickLabels(
  { requests, drawn }: Pick<AuditReading, 'requests' | 'drawn'>,
  reference: number,
  size: number,
  seed: number,
): NonNullable<AuditFile['picked']> {
  const random = createRandom(seed);
  const { members, probability } = drawSample(findStakes(requests, reference), size, random);
  const picked = Array.from(members, (member, place) => ({
    id: drawn[member]?.id ?? '',
    probability: valueAt(probability, place),
  }));
  return shuffle(picked, random);
}

/** Writes the answers of picked requests, a line each with `quality` to fill in. */
export async function writeLabelFile(directory: string, audit: AuditFile): Promise<void> {
  const examples = await readRunExamples(join(directory, runFiles.tasks));
  const entries = latestEntryPerCell(await readLedger(join(directory, runFiles.ledger)));
  const exampleOf = new Map(audit.drawn.map(({ id, example }) => [id, example]));
  const wanted = new Set((audit.picked ?? []).map(({ id }) => exampleOf.get(id)));
  const lines: string[] = [];
  for (const id of wanted) {
    const example = id === undefined ? undefined : examples.get(id);
    if (example === undefined) continue;
    for (const { model, repeat, answer } of entries.filter(({ taskId }) => taskId === id)) {
      const prompt = promptText(example.prompt);
      lines.push(JSON.stringify({ task: id, model, repeat, quality: null, prompt, answer }));
    }
  }
  const text = lines.map((line) => `${line}\n`).join('');
  await replaceFile(join(directory, toLabelFileName), text, { mode: privateMode });
}
