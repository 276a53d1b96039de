import { isShare, shareProblem } from '../../util/checks.js';
import { RoutesmithError } from '../../util/errors.js';
import { isPlainName, plainNameProblem } from '../../util/escape-controls.js';
import {
  outcomeColumns,
  type CostBasis,
  type OutcomeColumn,
  type OutcomeTable,
  type OutcomeValues,
  type PromptRecord,
} from './outcome-table.js';

export interface OutcomeTableBuilder {
  /** @throws RoutesmithError `invalid_outcomes` if the id is already used */
  addPrompt(prompt: PromptRecord): void;
  /** Sets the labels of a prompt. @throws RoutesmithError `invalid_outcomes` for an unknown prompt */
  labelPrompt(id: string, labels: Pick<PromptRecord, 'task' | 'group'>): void;
  /** Adds a model before its first outcome; a known model keeps its position. */
  addModel(model: string): void;
  /**
   * Adds one outcome. Repeats of a cell are averaged, each column over its non-missing values.
   *
   * @throws RoutesmithError `invalid_outcomes` for an unknown prompt, an empty model name, a quality
   * outside [0, 1], or another value that is negative or not finite
   */
  addOutcome(promptId: string, model: string, values: OutcomeValues): void;
  /** The table so far, with models and prompts in the order in which they were added. */
  build(): OutcomeTable;
}

/** Sums and counts of one column of one model, by row. Rows after the last value are absent. */
interface RunningMean {
  readonly sums: number[];
  readonly counts: number[];
}

/** Creates a builder that collects outcomes in any order. */
export function createOutcomeTableBuilder(options: {
  readonly simulated: boolean;
  readonly costBasis: CostBasis;
}): OutcomeTableBuilder {
  const prompts: PromptRecord[] = [];
  const rowOfPrompt = new Map<string, number>();
  const columnsOfModel = new Map<string, Map<OutcomeColumn, RunningMean>>();

  function columnsOf(model: string): Map<OutcomeColumn, RunningMean> {
    const known = columnsOfModel.get(model);
    if (known !== undefined) return known;
    if (model.trim() === '') throw invalid('a model has an empty name', undefined);
    if (!isPlainName(model)) {
      throw invalid(`the name ${plainNameProblem}`, `model ${JSON.stringify(model)}`);
    }
    const created = new Map<OutcomeColumn, RunningMean>();
    columnsOfModel.set(model, created);
    return created;
  }

  function rowOf(promptId: string): number {
    const row = rowOfPrompt.get(promptId);
    if (row !== undefined) return row;
    throw invalid('an outcome names a prompt that was not added', `prompt ${promptId}`);
  }

  return {
    labelPrompt(id, { task, group }) {
      const row = rowOf(id);
      checkTask(id, task);
      prompts[row] = { ...(prompts[row] as PromptRecord), task, group };
    },
    addPrompt(prompt) {
      if (rowOfPrompt.has(prompt.id)) {
        throw invalid('the prompt id is used twice', `prompt ${prompt.id}`);
      }
      checkTask(prompt.id, prompt.task);
      rowOfPrompt.set(prompt.id, prompts.length);
      prompts.push(prompt);
    },
    addModel(model) {
      columnsOf(model);
    },
    addOutcome(promptId, model, values) {
      const row = rowOf(promptId);
      const columns = columnsOf(model);
      for (const { name } of outcomeColumns) {
        const problem = findValueProblem(name, values[name]);
        if (problem !== undefined) throw invalid(problem, `prompt ${promptId}, model ${model}`);
      }
      for (const { name } of outcomeColumns) addValue(columns, name, row, values[name]);
    },
    build() {
      const models = [...columnsOfModel.keys()];
      const matrix = (name: OutcomeColumn): Float32Array => {
        const values = new Float32Array(prompts.length * models.length).fill(NaN);
        [...columnsOfModel.values()].forEach((columns, column) => {
          const mean = columns.get(name);
          if (mean !== undefined) writeMeans(mean, values, column, models.length);
        });
        return values;
      };
      const columns = Object.fromEntries(
        outcomeColumns.map(({ name }) => [name, matrix(name)]),
      ) as Record<OutcomeColumn, Float32Array>;
      const { costBasis, simulated } = options;
      return { models, prompts: [...prompts], ...columns, costBasis, simulated };
    },
  };
}

function checkTask(promptId: string, task: string | undefined): void {
  if (isPlainName(task ?? '')) return;
  throw invalid(`the task label ${plainNameProblem}`, `prompt ${promptId}`);
}

/** @returns what is wrong with a value of a cell, or undefined if it is valid */
export function findValueProblem(
  name: OutcomeColumn,
  value: number | null | undefined,
): string | undefined {
  if (name === 'quality') {
    return isShare(value) ? undefined : `quality ${shareProblem}, not ${show(value)}`;
  }
  if (value === undefined) return undefined;
  // The table has 32-bit numbers, and larger values would become infinite.
  if (typeof value === 'number' && value >= 0 && Math.fround(value) < Infinity) return undefined;
  return `${name} must be a finite number of at least 0, not ${show(value)}`;
}

/** With the quotes of a text, which would pass for a number without. */
function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}

function addValue(
  columns: Map<OutcomeColumn, RunningMean>,
  name: OutcomeColumn,
  row: number,
  value: number | undefined,
): void {
  if (value === undefined) return;
  let mean = columns.get(name);
  if (mean === undefined) {
    mean = { sums: [], counts: [] };
    columns.set(name, mean);
  }
  // Arrays without holes are faster.
  while (mean.sums.length <= row) {
    mean.sums.push(0);
    mean.counts.push(0);
  }
  mean.sums[row] = (mean.sums[row] as number) + value;
  mean.counts[row] = (mean.counts[row] as number) + 1;
}

function writeMeans(
  mean: RunningMean,
  values: Float32Array,
  column: number,
  modelCount: number,
): void {
  mean.counts.forEach((count, row) => {
    if (count > 0) values[row * modelCount + column] = (mean.sums[row] as number) / count;
  });
}

function invalid(what: string, where: string | undefined): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', what, {
    ...(where !== undefined && { where: where.slice(0, 200) }),
    fix: 'Correct the recorded outcomes and run the command again.',
  });
}
