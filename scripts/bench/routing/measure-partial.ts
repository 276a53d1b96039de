import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom } from '../../../src/util/random.js';
import { keepCells } from '../keep-cells.js';
import { fitPolicy } from './fit-policy.js';
import { keepModels } from '../../../src/measure/outcomes/select-models.js';

/** What missing outcomes cost, on held-out prompts whose outcomes are all known. */
export interface PartialResult {
  /** Quality-first gain over the best single model with every cell. */
  readonly gain: number;
  /** The same with a random 30 % of the cells. */
  readonly gainAt30: number;
  /**
   * Smallest difference, over the models, between quality with the model known for 2 % of the
   * prompts and quality without the model.
   */
  readonly worstModel: number;
  readonly byModel: Readonly<Record<string, number>>;
}

/** Trains on parts of a table, and measures quality-first routing on the whole of it. */
export async function measurePartial(
  engine: TensorFlowEngine,
  table: OutcomeTable,
  seed: number,
): Promise<PartialResult> {
  const measure = async (known: OutcomeTable): Promise<{ quality: number; gain: number }> => {
    const data = computeTrainingData(known);
    const { policy, decide, heldOutRows } = await fitPolicy(engine, data, seed);
    const qualityOf = (row: number, model: string): number =>
      table.quality[row * table.models.length + table.models.indexOf(model)]!;
    let routed = 0;
    let single = 0;
    for (const row of heldOutRows) {
      const { model } = decide(table.prompts[row]!.prompt, { objective: 'quality' });
      routed += qualityOf(row, model ?? policy.baseline);
      single += qualityOf(row, policy.baseline);
    }
    const quality = routed / heldOutRows.length;
    return { quality, gain: quality - single / heldOutRows.length };
  };
  const random = createRandom(seed);
  const { gain } = await measure(table);
  const { gain: gainAt30 } = await measure(keepCells(table, () => random() < 0.3));
  const byModel: Record<string, number> = {};
  for (const [index, model] of table.models.entries()) {
    const rare = await measure(
      keepCells(table, (cell) => cell % table.models.length !== index || random() < 0.02),
    );
    const others = table.models.filter((other) => other !== model);
    const without = await measure(keepModels(table, new Set(others)));
    byModel[model] = rare.quality - without.quality;
  }
  return { gain, gainAt30, worstModel: Math.min(...Object.values(byModel)), byModel };
}
