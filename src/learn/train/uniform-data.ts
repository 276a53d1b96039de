import { listUniformRows, selectUniformRows } from '../../measure/outcomes/chosen-cells.js';
import { pick } from '../../util/numeric-arrays.js';
import type { TrainingData } from './training-data.js';

/** Outcomes of which means may be taken, with the task and group of each prompt. */
export interface UniformData extends Pick<TrainingData, 'table' | 'taskOf'> {
  readonly groups: ArrayLike<number>;
}

/** Of an adaptive sweep's data, the held-out prompts; otherwise all. See `listUniformRows`. */
export function selectUniformData({ table, taskOf, groups }: UniformData): UniformData {
  if (table.design !== 'adaptive') return { table, taskOf, groups };
  const rows = listUniformRows(table);
  return {
    table: selectUniformRows(table),
    taskOf: Int32Array.from(pick(taskOf, rows)),
    groups: Int32Array.from(pick(groups, rows)),
  };
}
