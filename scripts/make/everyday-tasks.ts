/**
 * Writes `datasets/everyday.jsonl`: short everyday tasks with graders. Run it with
 * `npx tsx scripts/make-everyday-tasks.ts`, or with another file's name to write there instead. The
 * same version of this script always writes the same bytes.
 *
 * Most tasks are generated: each label has templates that put random facts into a prompt and
 * compute the reference from them. The others are written by hand, in several languages. Of
 * generated prompts that are nearly the same, only the first is kept.
 */
import { writeFileSync } from 'node:fs';
import { formatSpreadsheet } from './everyday-spreadsheet.js';
import { fileURLToPath } from 'node:url';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import { createRandom } from '../../src/util/random.js';
import { textHash } from '../../src/util/text-hash.js';
import { arithmeticTemplates } from './everyday-tasks/arithmetic.js';
import { codeReadingTemplates } from './everyday-tasks/code-reading.js';
import { createPicker, type Draft, type Template } from './everyday-tasks/draft.js';
import { extractionTemplates } from './everyday-tasks/extraction.js';
import { handWrittenLanguage } from './everyday-tasks/hand-written-language.js';
import { handWrittenReasoning } from './everyday-tasks/hand-written-reasoning.js';
import { logicTemplates } from './everyday-tasks/logic.js';
import { sentimentTemplates } from './everyday-tasks/sentiment.js';
import { topicTemplates } from './everyday-tasks/topic.js';
import { translationTemplates } from './everyday-tasks/translation.js';
import { unitConversionTemplates } from './everyday-tasks/unit-conversion.js';

const seed = 20_260_101;
const tasksPerLabel = 72;
const candidatesPerLabel = 400;

const templatesByLabel: Readonly<Record<string, readonly Template[]>> = {
  arithmetic: arithmeticTemplates,
  'unit-conversion': unitConversionTemplates,
  sentiment: sentimentTemplates,
  topic: topicTemplates,
  extraction: extractionTemplates,
  translation: translationTemplates,
  logic: logicTemplates,
  'code-reading': codeReadingTemplates,
};

/** The task set as JSONL. */
export function makeEverydayTasks(): string {
  const rows: string[] = [];
  for (const [label, templates] of Object.entries(templatesByLabel)) {
    const drafts = makeDrafts(label, templates).map((draft) => ({ draft, origin: 'generated' }));
    const written = [...handWrittenLanguage, ...handWrittenReasoning]
      .filter((draft) => draft.task === label)
      .map((draft) => ({ draft, origin: 'hand-written' }));
    for (const [index, { draft, origin }] of [...drafts, ...written].entries()) {
      rows.push(
        JSON.stringify({
          id: `${label}-${String(index + 1).padStart(3, '0')}`,
          prompt: draft.prompt,
          task: label,
          reference: draft.reference,
          grader: draft.grader,
          metadata: { language: draft.language ?? 'en', origin },
        }),
      );
    }
  }
  return `${rows.join('\n')}\n`;
}

/** Each label has random numbers of its own, so that changing one leaves the others as they are. */
function makeDrafts(label: string, templates: readonly Template[]): Draft[] {
  const picker = createPicker(createRandom(textHash(label, seed)));
  const candidates = Array.from({ length: candidatesPerLabel }, (_, index) =>
    (templates[index % templates.length] as Template)(picker),
  );
  const groups = computeNearDuplicateGroups(candidates.map((draft) => draft.prompt));
  const seen = new Set<number>();
  const kept = candidates.filter((_, index) => {
    const group = groups[index] as number;
    return !seen.has(group) && seen.add(group);
  });
  if (kept.length < tasksPerLabel) {
    throw new Error(`${label}: only ${kept.length} prompts differ; add templates or words`);
  }
  return kept.slice(0, tasksPerLabel);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file =
    process.argv[2] ?? fileURLToPath(new URL('../../datasets/everyday.jsonl', import.meta.url));
  const tasks = makeEverydayTasks();
  writeFileSync(file, tasks);
  writeFileSync(file.replace(/\.jsonl$/, '.csv'), formatSpreadsheet(tasks));
}
