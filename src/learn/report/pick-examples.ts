import { splitPromptFields } from '../../policy/features/prompt-fields.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { formatCount } from '../../util/format-number.js';
import { nullIfUnknown } from '../../util/json.js';
import type { ExamplePrompt } from './report.js';

/** Longer prompts are shortened. */
const maxCharacters = 700;
const exampleCount = 2;

/**
 * Picks prompts of about median length from different groups of near-duplicates. They illustrate the
 * task and are chosen without regard to results.
 *
 * @param rows rows of the task
 * @param cheaper the model to compare with the baseline; null for none
 */
export function pickExamples(
  table: OutcomeTable,
  rows: readonly number[],
  groups: ArrayLike<number>,
  { baseline, cheaper }: { readonly baseline: string; readonly cheaper: string | null },
): ExamplePrompt[] {
  const sized = rows
    .map((row) => ({ row, text: describePrompt(table, row) }))
    .sort((a, b) => a.text.length - b.text.length || a.row - b.row);
  const middle = (sized.length - 1) / 2;
  const byDistance = sized
    .map((item, place) => ({ ...item, distance: Math.abs(place - middle) }))
    .sort((a, b) => a.distance - b.distance || a.row - b.row);
  const seen = new Set<number>();
  const picked: typeof byDistance = [];
  for (const item of byDistance) {
    const group = groups[item.row] as number;
    if (picked.length === exampleCount) break;
    if (seen.has(group)) continue;
    seen.add(group);
    picked.push(item);
  }
  const qualityOf = (model: string | null, row: number): number | null =>
    model === null
      ? null
      : nullIfUnknown(
          table.quality[row * table.models.length + table.models.indexOf(model)] ?? Number.NaN,
        );
  return picked.map(({ row, text }) => ({
    text: shorten(text),
    baselineQuality: qualityOf(baseline, row),
    cheaperQuality: qualityOf(cheaper, row),
  }));
}

function describePrompt(table: OutcomeTable, row: number): string {
  const { userText, toolCount, imageCount } = splitPromptFields(table.prompts[row]?.prompt ?? '');
  const extras = [
    ...(toolCount > 0 ? [formatCount(toolCount, 'tool')] : []),
    ...(imageCount > 0 ? [formatCount(imageCount, 'image')] : []),
  ];
  return extras.length === 0 ? userText : `${userText}\n[${extras.join(', ')}]`;
}

/** The beginning and the end of a text, cut at code points. */
function shorten(text: string): string {
  const characters = [...text.trim()];
  if (characters.length <= maxCharacters) return characters.join('');
  const kept = Math.floor(maxCharacters / 2);
  const left = characters.length - 2 * kept;
  return `${characters.slice(0, kept).join('')} … [${left} characters] … ${characters.slice(-kept).join('')}`;
}
