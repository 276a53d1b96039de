import { isJsonObject } from '../../../util/json.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { quoteColumn } from '../../tables/column-map.js';
import { numericMembers } from '../outcome-row.js';
import type { ConvertedRow } from './collect-rows.js';
import { isCallName } from './failed-calls.js';
import { describeUnmappable } from './suggest-members.js';

/** What the cells of nested rows hold that is not read. */
export class UnreadMembers {
  readonly #models = new Map<string, Set<string>>();
  readonly #read = new Set<string>();

  add(row: ConvertedRow): void {
    const { models, scores } = row.kind === 'row' ? row.members : {};
    const byModel = models ?? scores;
    if (!isJsonObject(byModel)) return;
    for (const [model, cell] of Object.entries(byModel)) {
      if (!isJsonObject(cell)) continue;
      for (const [name, value] of Object.entries(cell)) {
        if (isBlankCell(value) || isCallName(name)) continue;
        if (numericMembers.has(name)) this.#read.add(name);
        else this.#models.set(name, (this.#models.get(name) ?? new Set()).add(model));
      }
    }
  }

  describe(): string | undefined {
    if (this.#models.size === 0) return undefined;
    const listed = [...this.#models].map(([name, models]) => {
      const names = [...models].slice(0, 5).map((model) => quoteColumn(model));
      const more = models.size > names.length ? ' and others' : '';
      return `${describeUnmappable(name, this.#read)} of ${names.join(', ')}${more}`;
    });
    return `ignored members of models: ${listed.slice(0, 20).join('; ')}`;
  }
}
