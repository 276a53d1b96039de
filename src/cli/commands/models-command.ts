import type { Price } from '../../llm/price.js';
import type { PriceCheck, UnreadList } from '../../measure/models/listing/refresh-prices.js';
import { joinLines, RoutesmithError } from '../../util/errors.js';
import {
  formatCostPerThousand,
  formatCount,
  formatPrice,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { checkCombination } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import {
  escapeControls,
  formatTable,
  print,
  printJson,
  printWrapped,
  textColumn,
} from '../print/print.js';
import { quoteWord } from '../../util/quote-word.js';

export const modelsCommand = defineCommand({
  usage: 'models',
  summary: "List a provider's models, or compare a pool's prices with today's lists",
  positionals: {},
  options: {
    pool: { type: 'string', describe: 'Pool file whose prices to compare with the lists' },
    refresh: {
      type: 'boolean',
      default: false,
      describe: "Write the listed prices into the pool file, with today's date",
    },
    provider: {
      type: 'string',
      describe: 'openai, openrouter, anthropic, ollama, or a base URL: list its models',
    },
    'key-env': {
      type: 'string',
      variable: true,
      describe: 'NAME of the environment variable with the API key',
    },
    search: { type: 'string', describe: 'List only models whose name contains this text' },
    activity: {
      type: 'string',
      describe: "OpenRouter's activity export: list what you use, by cost",
    },
  },
  examples: [
    ['models --provider openrouter --search gemini', 'prices, context and abilities'],
    ['models --pool models.yaml', 'have prices changed?'],
    ['models --pool models.yaml --refresh', 'write the listed prices, keep everything else'],
  ],
  async run(args) {
    const { pool, provider, activity, refresh, search, json } = args;
    const keyEnv = args['key-env'];
    if (activity !== undefined) {
      const others = { pool, provider, refresh, search, 'key-env': keyEnv };
      checkCombination(others, 'activity', 'The export needs no list of models.');
      await printActivity(activity, json);
    } else if (pool !== undefined) {
      const others = { provider, search, 'key-env': keyEnv };
      checkCombination(
        others,
        'pool',
        'A pool names its providers and the variables of their keys.',
      );
      await comparePool(pool, refresh, json);
    } else {
      if (provider === undefined) throw needsPool();
      checkCombination({ refresh }, 'provider', 'Only the prices of a --pool can be refreshed.');
      await listModels(provider, keyEnv, search, json);
    }
  },
});

function needsPool(): RoutesmithError {
  return new RoutesmithError('usage', 'there is no pool and no provider', {
    fix: 'Give --pool models.yaml, --provider NAME or --activity FILE.',
  });
}

async function listModels(
  provider: string,
  apiKeyEnv: string | undefined,
  search: string | undefined,
  json: boolean,
): Promise<void> {
  const [{ readModelList }, { formatListedModels }] = await Promise.all([
    import('../../measure/models/listing/read-model-list.js'),
    import('../init/print-init.js'),
  ]);
  const listed = await readModelList({ provider, apiKeyEnv, environment: process.env, fetch });
  const wanted = search?.toLowerCase() ?? '';
  const models = listed.filter(({ model }) => model.toLowerCase().includes(wanted));
  if (json) {
    printJson({ provider, models });
    return;
  }
  print(formatListedModels(models));
  print(`\n${formatCount(models.length, 'model')}; prices in USD per million tokens.`);
}

async function comparePool(file: string, refresh: boolean, json: boolean): Promise<void> {
  const [{ checkPrices, refreshPool }, { parsePool }, { readTextFile }, { writeOutputFile }] =
    await Promise.all([
      import('../../measure/models/listing/refresh-prices.js'),
      import('../../measure/models/read-pool.js'),
      import('../../util/read-text-file.js'),
      import('../../util/write-output-file.js'),
    ]);
  const text = await readTextFile(file);
  const pool = parsePool(text, file);
  const { checks, unread } = await checkPrices(pool, { environment: process.env, fetch });
  const date = new Date().toISOString().slice(0, 10);
  const changed = checks.filter(({ status }) => status === 'changed').length;
  const missing = checks.filter(({ status }) => status === 'unknown' || status === 'not_listed');
  const isDated = checks.some(({ status }) => status === 'changed' || status === 'same');
  if (refresh && isDated) await writeOutputFile(file, refreshPool(text, checks, date));
  if (json) {
    printJson({
      pool: file,
      refreshed: refresh && isDated,
      changed,
      models: checks,
      ...(unread.length > 0 && { unread: unread.map(describeUnread) }),
    });
    checkAllRead(unread);
    return;
  }
  printChecks(checks, refresh);
  print(`\n${formatCount(changed, 'price')} changed.`);
  if (missing.length > 0) {
    const names = missing.map(({ id }) => id).join(', ');
    print(escapeControls(`Kept, because no list has a price: ${names}.`));
  }
  for (const { models, problem } of unread.map(describeUnread)) {
    printWrapped(`Not compared: ${models.join(', ')}. ${problem}`);
  }
  if (refresh && isDated) print(escapeControls(`Wrote ${file}, with prices of ${date}.`));
  else if (refresh) print(escapeControls(`Nothing to write: ${file} stays as it is.`));
  else if (changed > 0) print(`\nNext: routesmith models --pool ${quoteWord(file)} --refresh`);
  checkAllRead(unread);
}

/** The models of a list that could not be read, and why. */
function describeUnread({ models, error }: UnreadList): {
  readonly models: readonly string[];
  readonly problem: string;
} {
  return { models, problem: joinLines(error.message) };
}

/** @throws RoutesmithError if a list could not be read */
function checkAllRead(unread: readonly UnreadList[]): void {
  const [first] = unread;
  if (first === undefined) return;
  const models = unread.flatMap((list) => list.models);
  throw new RoutesmithError(
    first.error.code,
    `${formatCount(unread.length, 'list')} of models could not be read`,
    { fix: `Prices of these models are as they were: ${models.join(', ')}.`, cause: first.error },
  );
}

const statusTexts = {
  same: 'same',
  changed: 'changed',
  unknown: 'no price listed',
  not_listed: 'not in the list',
  free: 'free',
  own_price: 'your own price, kept',
  no_list: 'no list, see below',
} as const;

function printChecks(checks: readonly PriceCheck[], isRefreshed: boolean): void {
  print(
    formatTable(
      [textColumn('model'), 'in pool', 'of', 'listed today', textColumn('')],
      checks.map((check) => [
        check.id,
        check.isFree ? 'free' : formatPair(check.price),
        check.isFree ? '-' : check.price.date,
        formatListed(check.listed),
        statusTexts[check.status],
      ]),
    ),
  );
  print('  Input / output in USD per million tokens.');
  const lines = checks.flatMap((check) => describeCachePrices(check, isRefreshed));
  for (const line of lines) print(escapeControls(`  ${line}`));
}

function formatListed(listed: PriceCheck['listed']): string {
  if (listed?.kind === 'listed') return formatPair(listed);
  return listed?.kind === 'free' ? 'free' : '-';
}

function formatPair({ inputPerMillionUsd, outputPerMillionUsd }: Omit<Price, 'date'>): string {
  return `${formatPrice(inputPerMillionUsd)} / ${formatPrice(outputPerMillionUsd)}`;
}

/** The prices of the cache that have changed, which have no column. */
function describeCachePrices(
  { id, price, listed, status, outdated }: PriceCheck,
  isRefreshed: boolean,
): string[] {
  if (status !== 'changed' || listed?.kind !== 'listed') return [];
  return (
    [
      ['cached input', 'cachedInputPerMillionUsd'],
      ['cache writes', 'cacheWritePerMillionUsd'],
    ] as const
  ).flatMap(([name, member]) => {
    const [current, today] = [price[member], listed[member]];
    const before = current === undefined ? 'not in the pool' : formatPrice(current);
    if (outdated.includes(member)) {
      return `${id}, ${name}: ${before}, not listed today: ${isRefreshed ? 'removed' : '--refresh removes it'}`;
    }
    if (today === undefined || today === current) return [];
    return `${id}, ${name}: ${before}, listed today: ${formatPrice(today)}`;
  });
}

async function printActivity(file: string, json: boolean): Promise<void> {
  const { readActivity } = await import('../../measure/models/listing/read-activity.js');
  const models = await readActivity(file);
  if (json) {
    printJson({ activity: file, models });
    return;
  }
  print(
    formatTable(
      [
        textColumn('model'),
        'requests',
        'cost',
        'per 1,000 requests',
        'input tokens',
        'output tokens',
      ],
      models.map(({ model, requests, costUsd, inputTokens, outputTokens }) => [
        model,
        formatWhole(requests),
        formatUsd(costUsd),
        formatCostPerThousand(requests === 0 ? null : costUsd / requests),
        formatWhole(inputTokens),
        formatWhole(outputTokens),
      ]),
    ),
  );
  print('\nNext: routesmith init PROMPTS.csv --provider openrouter');
}
