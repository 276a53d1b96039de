/**
 * Writes `datasets/documents.jsonl`: questions on contracts and reports of 2,000 words and more. Run it
 * with `npx tsx scripts/make/long-tasks.ts`. The same version always writes the same bytes.
 *
 * A document comes before its questions in each prompt, so that a provider's prompt cache serves all
 * questions after the first.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/util/random.js';
import { textHash } from '../../src/util/text-hash.js';
import { createPicker } from './everyday-tasks/draft.js';
import { annualReport } from './long-tasks/annual-report.js';
import { inspectionReport } from './long-tasks/inspection-report.js';
import { lease } from './long-tasks/lease.js';
import type { DocumentTemplate } from './long-tasks/long-document.js';
import { minutes } from './long-tasks/minutes.js';
import { serviceAgreement } from './long-tasks/service-agreement.js';

const seed = 20_260_801;
const editions = [0, 1] as const;

const templates: readonly {
  readonly name: string;
  readonly label: string;
  readonly write: DocumentTemplate;
}[] = [
  { name: 'lease', label: 'long-contract', write: lease },
  { name: 'service', label: 'long-contract', write: serviceAgreement },
  { name: 'inspection', label: 'long-report', write: inspectionReport },
  { name: 'annual', label: 'long-report', write: annualReport },
  { name: 'minutes', label: 'long-report', write: minutes },
];

/** The task set as JSONL. */
export function makeLongTasks(): string {
  const rows = templates.flatMap(({ name, label, write }) =>
    editions.flatMap((edition) => {
      const document = `${name}-${edition + 1}`;
      const picker = createPicker(createRandom(textHash(document, seed)));
      const { text, questions } = write(picker, edition);
      return questions.map(({ question, reference, grader, kind, level, wrong }, index) =>
        JSON.stringify({
          id: `${document}-${'abcdef'[index]}`,
          prompt: `${text}\n\n---\n\n${question}`,
          task: label,
          reference,
          grader,
          metadata: {
            language: 'en',
            level,
            origin: 'generated',
            document,
            kind,
            wrongAnswers: [wrong],
          },
        }),
      );
    }),
  );
  return `${rows.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../../datasets/documents.jsonl', import.meta.url));
  writeFileSync(file, makeLongTasks());
}
