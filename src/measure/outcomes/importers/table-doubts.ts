import { promptText } from '../../../llm/chat.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import { countKnown, viewMatrix } from '../../../util/numeric-arrays.js';
import { listColumns } from '../../tables/column-map.js';
import { listNameVariants } from '../../tables/name-variants.js';
import type { OutcomeTable } from '../outcome-table.js';
import { isAggregateName } from './model-columns.js';

/** Sentences about what a table likely holds that is not as its files meant it. */
export function describeTableDoubts(table: OutcomeTable): readonly string[] {
  return [
    ...describeLookAlikes(table),
    ...describeAggregates(table),
    ...describeSingleOutcomes(table),
  ];
}

/** Rows of totals and averages, as spreadsheets and pivot tables append them. A prompt may be such a word, too. */
function describeAggregates({ models, prompts }: OutcomeTable): readonly string[] {
  const describe = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0
      ? []
      : [
          `${listColumns(names)} ${names.length === 1 ? `is read as a ${what}` : `are read as ${what}s`}: ` +
            'if these outcomes are totals or averages of others, remove their rows',
        ];
  const texts = prompts.map(({ prompt }) => promptText(prompt).trim());
  return [
    ...describe('model', models.filter(isAggregateName)),
    ...describe('prompt', [...new Set(texts.filter(isAggregateName))]),
  ];
}

/** Sentences about models and labels that are likely one and the same. */
function describeLookAlikes({ models, prompts }: OutcomeTable): readonly string[] {
  const describe = (what: string, names: Iterable<string>): string[] =>
    listNameVariants(names).map(
      (group) => `${what} that differ only in case or spaces count apart: ${listColumns(group)}`,
    );
  return [
    ...describe('models', models),
    ...describe('task labels', new Set(prompts.flatMap(({ task }) => task ?? []))),
  ];
}

/** Models are compared by what they do on the same prompts, and prompts with one outcome say nothing of that. */
function describeSingleOutcomes({ models, prompts, quality }: OutcomeTable): readonly string[] {
  const matrix = viewMatrix(quality, models.length);
  const single = prompts.filter((_, row) => countKnown(matrix.row(row)) === 1).length;
  if (models.length < 2 || single <= prompts.length / 2) return [];
  return [
    `${formatWhole(single)} of ${formatCount(prompts.length, 'prompt')} have the outcome of one model only; ` +
      'models are compared by the prompts that they share: sweep some prompts with all of them',
  ];
}
