/**
 * Writes the task sets that are written by hand, `datasets/work.jsonl`, `datasets/code.jsonl` and
 * `datasets/drafts.jsonl`, from `datasets/source/`, a file per label. Run it with
 * `npx tsx scripts/make/starter-tasks.ts`. The same sources always give the same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/util/random.js';
import { textHash } from '../../src/util/text-hash.js';
import { composeDocument } from './starter-tasks/compose-document.js';
import { readSourceTasks, type SourceTask } from './starter-tasks/read-source-tasks.js';

/** The starter sets with their labels. What runs code is apart: it is graded with --allow-code only. */
export const starterSets: Readonly<Record<string, readonly string[]>> = {
  work: [
    'summarise',
    'classify',
    'extract-json',
    'rewrite',
    'translate',
    'word-problems',
    'logic',
    'instructions',
    'long-document',
    'tool-calls',
    'multi-turn',
  ],
  code: ['code-javascript', 'code-python', 'sql'],
};

/** Drafts with a rubric each, which are graded with --judge only. */
export const draftSets: Readonly<Record<string, readonly string[]>> = {
  drafts: ['draft-mail', 'draft-announcement', 'draft-complaint-reply', 'draft-summary'],
};

const datasets = new URL('../../datasets/', import.meta.url);

/** A hand-written set as JSONL. */
export function makeStarterTasks(labels: readonly string[]): string {
  const rows = labels.flatMap((label) => {
    const text = readFileSync(new URL(`source/${label}.yaml`, datasets), 'utf8');
    return readSourceTasks(text, `${label}.yaml`).map((task, index) =>
      JSON.stringify(buildRow(task, label, `${label}-${String(index + 1).padStart(2, '0')}`)),
    );
  });
  return `${rows.join('\n')}\n`;
}

function buildRow(task: SourceTask, label: string, id: string): object {
  const { messages, tools, reference, grader, answer, wrong } = task;
  return {
    id,
    ...(messages === undefined ? { prompt: buildPrompt(task, id) } : { messages }),
    ...(tools !== undefined && { tools }),
    task: label,
    ...(reference !== undefined && { reference }),
    grader,
    metadata: {
      language: task.language,
      level: task.level,
      origin: 'hand-written',
      ...(answer !== undefined && { answer }),
      wrongAnswers: [wrong],
    },
  };
}

function buildPrompt({ prompt, document }: SourceTask, id: string): string {
  if (document === undefined) return prompt ?? '';
  const text = readFileSync(new URL(`source/documents/${document.from}.md`, datasets), 'utf8');
  const composed = composeDocument(text, document, createRandom(textHash(id, 1)));
  return `${composed}\n\n---\n\n${prompt ?? ''}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, labels] of Object.entries({ ...starterSets, ...draftSets })) {
    writeFileSync(new URL(`${name}.jsonl`, datasets), makeStarterTasks(labels));
  }
}
