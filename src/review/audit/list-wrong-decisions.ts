import { promptText } from '../../llm/chat.js';
import type { Run } from '../../measure/outcomes/run.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { computeFigures, selectAnswers } from './compute-figures.js';
import type { AuditReading } from './read-audited-requests.js';

/** An audited request that another model would have answered better. */
export interface WrongDecision {
  readonly id: string;
  readonly task: string;
  /** The start of the prompt. */
  readonly prompt: string;
  readonly served: string;
  readonly better: string;
  readonly quality: number;
  readonly betterQuality: number;
  readonly costUsd: number;
  readonly betterCostUsd: number;
}

const shownCharacters = 100;

/** Lists the wrong decisions by the grades of single answers, those that lost most first. */
export function listWrongDecisions(
  run: Run,
  { requests, drawn, rowOf }: AuditReading,
): WrongDecision[] {
  const { models, served } = requests;
  return drawn
    .flatMap(({ id, task }, row): WrongDecision[] => {
      const own = valueAt(served, row);
      const answered = selectAnswers(requests, row, own);
      const { quality, costUsd } = answered;
      if (!(computeFigures(answered).regret > 0)) return [];
      const affordable = [...models.keys()].filter(
        (model) => valueAt(costUsd, model) <= valueAt(costUsd, own),
      );
      const best = Math.max(...affordable.map((model) => valueAt(quality, model)));
      const better = affordable.find((model) => valueAt(quality, model) === best);
      if (better === undefined || !(best > valueAt(quality, own))) return [];
      const record = run.table.prompts[rowOf[row] ?? -1];
      const text = record === undefined ? '' : promptText(record.prompt).replaceAll(/\s+/g, ' ');
      return [
        {
          id,
          task,
          prompt: text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text,
          served: models[own] ?? '',
          better: models[better] ?? '',
          quality: valueAt(quality, own),
          betterQuality: valueAt(quality, better),
          costUsd: valueAt(costUsd, own),
          betterCostUsd: valueAt(costUsd, better),
        },
      ];
    })
    .sort((a, b) => b.betterQuality - b.quality - (a.betterQuality - a.quality));
}
