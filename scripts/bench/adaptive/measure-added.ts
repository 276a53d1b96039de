import { AddedBuyer } from '../../../src/learn/adaptive/added/added-buyer.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { keepModels } from '../../../src/measure/outcomes/select-models.js';
import { keepCells } from '../keep-cells.js';
import { measureQuality } from './score-choices.js';
import { trainOnCells } from './train-on-cells.js';

/** What each model adds to the others, of all its cells and of a share of them. */
export interface AddedResult {
  readonly model: string;
  /** Quality of routing on held-out prompts without the model, with a part of it, and with all. */
  readonly without: number;
  readonly added: number;
  readonly full: number;
  /** Whether the sweep found it of use. */
  readonly isUseful: boolean;
}

/** Takes each model out, and adds it by a share of the prompts. */
export async function measureAdded(
  engine: TensorFlowEngine,
  data: TrainingData,
  { share, seed }: { readonly share: number; readonly seed: number },
): Promise<AddedResult[]> {
  const { table, taskOf, groups } = data;
  const width = table.models.length;
  const results: AddedResult[] = [];
  let full: number | undefined;
  for (const [column, model] of table.models.entries()) {
    const others = table.models.filter((one) => one !== model);
    const known = keepModels(table, new Set(others));
    const buyer = new AddedBuyer({
      taskOf,
      taskCount: data.tasks.length,
      groups,
      seed,
      share,
      known: known.quality,
      modelCount: others.length,
    });
    const { heldOut } = buyer;
    const score = async (from: OutcomeTable): Promise<number> => {
      const estimates = await trainOnCells(engine, from, heldOut, seed);
      return measureQuality({ ...table, ...from, quality: pickQuality(table, from) }, estimates);
    };
    full ??= await score(table);
    const without = await score(known);
    const { asked, isUseful } = buy(buyer, table, column);
    const partial = keepCells(table, (cell) => {
      return cell % width !== column || asked.has(Math.floor(cell / width));
    });
    const isHeldOut = new Set(heldOut);
    const added = isUseful
      ? await score({
          ...partial,
          design: 'adaptive',
          prompts: table.prompts.map((prompt, row) =>
            isHeldOut.has(row) ? { ...prompt, heldOut: true as const } : prompt,
          ),
        })
      : without;
    results.push({ model, without, added, full, isUseful });
  }
  return results;
}

function buy(
  buyer: AddedBuyer,
  { models, quality }: OutcomeTable,
  column: number,
): { readonly asked: ReadonlySet<number>; readonly isUseful: boolean } {
  const asked = new Set<number>();
  for (;;) {
    const step = buyer.decide();
    if (step.kind === 'ended') return { asked, isUseful: step.ending === 'useful' };
    if (step.kind === 'waiting') throw new Error('all outcomes are recorded');
    for (const { prompt } of step.purchases) {
      asked.add(prompt);
      const grade = quality[prompt * models.length + column] as number;
      buyer.note(prompt, Number.isNaN(grade) ? null : grade);
    }
  }
}

/** The recorded quality of a table's models, whatever of it was hidden. */
function pickQuality(whole: OutcomeTable, { models }: OutcomeTable): Float32Array {
  return keepModels(whole, new Set(models)).quality;
}
