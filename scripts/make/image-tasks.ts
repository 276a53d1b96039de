/**
 * Writes `datasets/images.jsonl`: questions about charts, receipts, tables and forms, with the pictures
 * as PNG in data URLs. Run it with `npx tsx scripts/make/image-tasks.ts`, or with a folder to write
 * there, as files, the pictures themselves. The same version always writes the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/util/random.js';
import { textHash } from '../../src/util/text-hash.js';
import { createPicker } from './everyday-tasks/draft.js';
import { chartScenes } from './image-tasks/charts.js';
import { formScenes } from './image-tasks/forms.js';
import type { ImageDraft, Scene } from './image-tasks/image-draft.js';
import { receiptScenes } from './image-tasks/receipts.js';
import { createPngRenderer } from './image-tasks/render-png.js';
import { tableScenes } from './image-tasks/tables.js';

const seed = 20_260_701;
const tasksPerLabel = 20;

const scenesByLabel: Readonly<Record<string, readonly Scene[]>> = {
  'image-chart': chartScenes,
  'image-receipt': receiptScenes,
  'image-table': tableScenes,
  'image-form': formScenes,
};

interface NamedDraft {
  readonly id: string;
  readonly label: string;
  readonly draft: ImageDraft;
}

/**
 * The task set, one line of JSONL a task.
 *
 * @param select which tasks to draw, by their ids; by default all
 */
export async function makeImageTasks(
  select: (id: string) => boolean = () => true,
): Promise<readonly string[]> {
  const renderPng = await createPngRenderer();
  return makeDrafts()
    .filter(({ id }) => select(id))
    .map(({ id, label, draft }) => {
      const png = Buffer.from(renderPng(draft.picture)).toString('base64');
      const content = [
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
        { type: 'text', text: draft.prompt },
      ];
      const { reference, grader, level, wrong, language = 'en' } = draft;
      return JSON.stringify({
        id,
        messages: [{ role: 'user', content }],
        task: label,
        reference,
        grader,
        metadata: { language, level, origin: 'generated', wrongAnswers: [wrong] },
      });
    });
}

/** Each task has random numbers of its own, so that changing one leaves the others as they are. */
function makeDrafts(): readonly NamedDraft[] {
  return Object.entries(scenesByLabel).flatMap(([label, scenes]) =>
    Array.from({ length: tasksPerLabel }, (_, index): NamedDraft => {
      const id = `${label}-${String(index + 1).padStart(2, '0')}`;
      const scene = scenes[index % scenes.length] as Scene;
      return { id, label, draft: scene(createPicker(createRandom(textHash(id, seed)))) };
    }),
  );
}

async function writePictures(folder: string): Promise<void> {
  const renderPng = await createPngRenderer();
  for (const { id, draft } of makeDrafts()) {
    writeFileSync(join(folder, `${id}.png`), renderPng(draft.picture));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) {
    const file = fileURLToPath(new URL('../../datasets/images.jsonl', import.meta.url));
    writeFileSync(file, `${(await makeImageTasks()).join('\n')}\n`);
  } else await writePictures(folder);
}
