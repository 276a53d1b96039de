import type { RosterOptions } from '../../policy/decide/apply-roster.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';

export const replayCommand = defineCommand({
  usage: 'replay <directory>',
  summary: 'Show what a policy would have chosen for the requests of a decision log',
  positionals: {
    directory: {
      type: 'string',
      demandOption: true,
      describe: 'Folder of the log, as of "serve --log" or "route --log"',
    },
  },
  options: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file to replay' },
    objective: {
      type: 'string',
      describe: "Objective of the policy [default: each request's own]",
    },
    pool: { type: 'string', describe: 'Pool file (models.yaml) with other prices' },
    prices: {
      type: 'string',
      conflicts: 'pool',
      describe: 'JSON file of other prices in USD per million tokens',
    },
    unavailable: {
      type: 'string',
      array: true,
      describe: 'Models that it may not choose',
    },
    csv: { type: 'string', describe: 'CSV file to write, with a row for each request' },
    overwrite: { type: 'boolean', default: false, describe: 'Replace the CSV file' },
  },
  examples: [
    [
      'replay runs/log --policy policies/practice-everyday.policy.json --objective cost',
      'after "routesmith route ... --log runs/log"',
    ],
    [
      'replay runs/log --policy policies/practice-everyday.policy.json --csv replay.csv --json',
      'each request as a row of a file',
    ],
  ],
  async run(args) {
    const [
      { replayLog },
      { readPolicyFile },
      { printReplay },
      { printPolicyReports },
      { openReplayCsv },
      { listSegments },
    ] = await Promise.all([
      import('../../review/replay/replay-log.js'),
      import('../../learn/read-policy-file.js'),
      import('../print/print-replay.js'),
      import('../print/print-decision.js'),
      import('../../review/replay/replay-csv.js'),
      import('../../serve/log/list-segments.js'),
    ]);
    const { objective, unavailable } = args;
    const prices = await readPrices(args);
    const policy = await readPolicyFile(args.policy, prices === undefined ? {} : { prices });
    const filed = prices === undefined ? policy : await readPolicyFile(args.policy);
    const ids = policy.policy.models.map(({ id }) => id);
    checkPriced(prices, ids, args);
    printPolicyReports(policy);
    const unknown = unavailable?.find((id) => !ids.includes(id));
    if (unknown !== undefined) {
      throw new RoutesmithError('usage', `the policy has no model "${unknown.slice(0, 60)}"`, {
        where: '--unavailable',
        fix: `Its models are ${ids.join(', ')}.`,
      });
    }
    const csv =
      args.csv === undefined
        ? undefined
        : await openReplayCsv(args.csv, ids, {
            overwrite: args.overwrite,
            inputs: [
              args.policy,
              args.pool,
              args.prices,
              ...(await listSegments(args.directory)).map(({ path }) => path),
            ],
          });
    let replay;
    try {
      replay = await replayLog(args.directory, policy, {
        filed: filed.policy,
        ...(objective === undefined ? {} : { objective }),
        ...(unavailable === undefined ? {} : { unavailable }),
        ...(csv === undefined ? {} : { onReplayed: csv.add, onBatch: csv.flush }),
      });
      await csv?.close();
    } catch (error) {
      await csv?.discard();
      throw error;
    }
    printReplay(replay, args.json);
  },
});

/** @throws RoutesmithError `usage` where there are prices, and none is of the policy's models */
function checkPriced(
  prices: RosterOptions['prices'],
  models: readonly string[],
  { pool, prices: file }: PriceArguments,
): void {
  if (prices === undefined || models.some((id) => Object.hasOwn(prices, id))) return;
  throw new RoutesmithError('usage', 'it has no price of any model of the policy', {
    where: pool ?? file ?? '--prices',
    fix: `Name the models as the policy does: ${models.join(', ')}.`,
  });
}

interface PriceArguments {
  readonly pool: string | undefined;
  readonly prices: string | undefined;
}

async function readPrices(args: PriceArguments): Promise<RosterOptions['prices']> {
  if (args.pool !== undefined) {
    const { readPool } = await import('../../measure/models/read-pool.js');
    const { models } = await readPool(args.pool);
    return Object.fromEntries(models.map(({ id, price }) => [id, price]));
  }
  if (args.prices === undefined) return undefined;
  const { readPriceFile } = await import('../../measure/outcomes/importers/read-price-file.js');
  const today = new Date().toISOString().slice(0, 10);
  return Object.fromEntries(await readPriceFile(args.prices, today));
}
