import { defineCommand } from './define-command.js';
import { formatCount, formatUsd } from '../print/format-number.js';
import { formatTable } from '../print/format-table.js';
import { print, printJson } from '../print/print.js';

export const priceCommand = defineCommand({
  usage: 'price <run>',
  summary: 'Price a finished sweep anew, from its recorded tokens and without a call',
  positionals: {
    run: { type: 'string', demandOption: true, describe: "The sweep's folder" },
  },
  options: {
    pool: {
      type: 'string',
      describe: "The models with their new prices: models.yaml; without it the run's own prices",
    },
    out: {
      type: 'string',
      describe: 'A folder for a copy of the run with the new costs; the run itself never changes',
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
    print(
      formatTable(
        [
          { title: 'model', align: 'left' },
          { title: 'cells' },
          { title: 'recorded' },
          { title: 'priced anew' },
          { title: 'per cell' },
          { title: 'change' },
        ],
        priced.models.map(({ model, cells, recordedUsd, pricedUsd, changedShare }) => [
          model,
          String(cells),
          formatUsd(recordedUsd),
          formatUsd(pricedUsd),
          formatUsd(cells === 0 ? null : pricedUsd / cells),
          changedShare === null
            ? '-'
            : `${changedShare < 0 ? '' : '+'}${(100 * changedShare).toFixed(1)} %`,
        ]),
      ),
    );
    const { withoutTokens, reported, unpricedModels } = priced;
    if (reported > 0) {
      print(
        `\n${formatCount(reported, 'cell')} had a charge that the provider reported; here the table counts.`,
      );
    }
    if (withoutTokens > 0) {
      print(`${formatCount(withoutTokens, 'cell')} without recorded tokens keep their cost.`);
    }
    if (unpricedModels.length > 0) {
      print(`Not in the pool, and left as recorded: ${unpricedModels.join(', ')}.`);
    }
    if (args.out !== undefined) print(`\nWritten: ${args.out}`);
  },
});
