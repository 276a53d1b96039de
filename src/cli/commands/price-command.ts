import { describeCostGuesses } from '../../measure/outcomes/entry-cost.js';
import type { PricedSweep } from '../../measure/outcomes/price-sweep.js';
import {
  formatChange,
  formatCostPerThousand,
  formatCount,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { defineCommand } from '../options/define-command.js';
import {
  escapeControls,
  formatTable,
  print,
  printJson,
  printWrapped,
  textColumn,
} from '../print/print.js';

export const priceCommand = defineCommand({
  usage: 'price <run>',
  summary: 'Price a finished sweep again from its recorded tokens; calls no model',
  positionals: {
    run: { type: 'string', demandOption: true, describe: 'Run folder of a sweep' },
  },
  options: {
    pool: {
      type: 'string',
      describe: "Pool file with the new prices [default: the run's own prices]",
    },
    out: {
      type: 'string',
      describe: 'Folder for a copy of the run with the new costs; the run itself never changes',
    },
  },
  examples: [
    ['price runs/everyday --pool models.yaml', 'what the same answers would cost today'],
    [
      'price runs/everyday --pool models.yaml --out runs/everyday-repriced',
      'a copy to train and evaluate on',
    ],
  ],
  async run(args) {
    const [{ priceSweep }, { readPool }] = await Promise.all([
      import('../../measure/outcomes/price-sweep.js'),
      import('../../measure/models/read-pool.js'),
    ]);
    const pool = args.pool === undefined ? undefined : await readPool(args.pool);
    const prices = pool && new Map(pool.models.map(({ id, price }) => [id, price]));
    const priced = await priceSweep(args.run, { prices, copyTo: args.out });
    if (args.json) {
      printJson({ run: args.run, pool: args.pool ?? null, copy: args.out ?? null, ...priced });
      return;
    }
    printPrices(priced);
    if (args.out !== undefined) print(`\nCopy: ${args.out}`);
  },
});

function printPrices({ models, withoutTokens, reported, unpricedModels }: PricedSweep): void {
  print(
    formatTable(
      [
        textColumn('model'),
        'cells',
        'recorded cost',
        'new cost',
        'new cost per 1,000 cells',
        'change',
      ],
      models.map(({ model, cells, recordedUsd, pricedUsd, changedShare }) => [
        model,
        formatWhole(cells),
        formatUsd(recordedUsd),
        formatUsd(pricedUsd),
        formatCostPerThousand(cells === 0 || pricedUsd === null ? null : pricedUsd / cells),
        formatChange(changedShare),
      ]),
    ),
  );
  if (reported > 0) {
    print();
    printWrapped(
      `${formatCount(reported, 'cell')} had a charge reported by the provider; the new cost uses list prices instead.`,
    );
  }
  const guesses = describeCostGuesses(models);
  if (guesses !== undefined) printWrapped(guesses);
  if (withoutTokens > 0) {
    print(`${formatCount(withoutTokens, 'cell')} without recorded tokens: cost unchanged.`);
  }
  if (unpricedModels.length > 0) {
    print(escapeControls(`Not in the pool, cost unchanged: ${unpricedModels.join(', ')}.`));
  }
}
