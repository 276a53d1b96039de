import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Price } from '../../../llm/price.js';
import type { Pool, PoolModel } from '../model.js';
import type { Environment } from '../read-api-key.js';
import { freePrice, nameEffort } from '../read-pool.js';
import { knownProviders } from '../resolve-provider.js';
import { toPoolPrice } from './build-pool.js';
import type { ListedModel, ListedPrice } from './listed-model.js';
import { readModelList } from './read-model-list.js';

/** A model of a pool next to what its provider's list says today. */
export interface PriceCheck {
  readonly id: string;
  readonly model: string;
  readonly price: Price;
  /**
   * `same` or `changed`: the list has a price. `unknown`: it has the model, without a price.
   * `not_listed`: it does not have the model, which may be gone. `free`: on a server of one's own.
   */
  readonly status: 'same' | 'changed' | 'unknown' | 'not_listed' | 'free';
  readonly listed: ListedPrice | undefined;
}

/**
 * Compares the prices of a pool with the lists of its providers, each of which is asked once.
 *
 * @throws RoutesmithError as `readModelList` does
 */
export async function checkPrices(
  pool: Pool,
  request: { readonly environment: Environment; readonly fetch: typeof globalThis.fetch },
): Promise<readonly PriceCheck[]> {
  const lists = new Map<string, readonly ListedModel[]>();
  const checks: PriceCheck[] = [];
  for (const model of pool.models) {
    const { baseUrl, apiKeyEnv } = model;
    const key = `${baseUrl} ${apiKeyEnv ?? ''}`;
    const list =
      lists.get(key) ??
      (await readModelList({ ...request, provider: findProviderName(model), apiKeyEnv }));
    lists.set(key, list);
    checks.push(checkPrice(model, list));
  }
  return checks;
}

function findProviderName({ baseUrl }: PoolModel): string {
  const known = [...knownProviders].find(([, provider]) => provider.baseUrl === baseUrl);
  return known?.[0] ?? baseUrl;
}

function checkPrice({ id, model, price }: PoolModel, list: readonly ListedModel[]): PriceCheck {
  const listed = list.find((one) => one.model === model)?.price;
  const status = ((): PriceCheck['status'] => {
    if (listed === undefined) return 'not_listed';
    if (price.date === freePrice.date || listed.kind === 'free') return 'free';
    if (listed.kind === 'unknown') return 'unknown';
    return isSamePrice(price, listed) ? 'same' : 'changed';
  })();
  return { id, model, price, status, listed };
}

/** Prices of the cache count only where the list states them. */
function isSamePrice(price: Price, listed: ListedPrice & { kind: 'listed' }): boolean {
  return (
    price.inputPerMillionUsd === listed.inputPerMillionUsd &&
    price.outputPerMillionUsd === listed.outputPerMillionUsd &&
    isSameOrUnstated(price.cachedInputPerMillionUsd, listed.cachedInputPerMillionUsd) &&
    isSameOrUnstated(price.cacheWritePerMillionUsd, listed.cacheWritePerMillionUsd)
  );
}

function isSameOrUnstated(current: number | undefined, listed: number | undefined): boolean {
  return listed === undefined || listed === current;
}

/**
 * The text of a pool file with the listed prices and their day in place; everything else, comments
 * included, stays. Models whose price the list does not have keep theirs and its day.
 *
 * @param checks of the models of that text
 * @param date ISO 8601
 */
export function refreshPool(text: string, checks: readonly PriceCheck[], date: string): string {
  const document = parseDocument(text);
  const models = document.get('models');
  if (!isSeq(models)) return text;
  const checkOf = new Map(checks.map((check) => [check.id, check]));
  const { models: inputs } = document.toJS({ maxAliasCount: 100 }) as ReadPool;
  // Otherwise the price that an entry borrows would change, or get lost, with that of its owner.
  visit(models, {
    Alias: (_, alias, path) =>
      path.some((node) => isPair(node) && isPrice(node.key))
        ? document.createNode(alias.toJS(document))
        : undefined,
  });
  models.items.forEach((item, index) => {
    const check = checkOf.get(nameFirstModel(inputs[index]));
    if (!isMap(item) || check?.listed?.kind !== 'listed' || check.status === 'free') return;
    const kept = { ...check.price, ...check.listed, date };
    const price = document.createNode(toPoolPrice(kept));
    const before = item.get('price');
    if (isMap(before)) price.flow = before.flow ?? false;
    item.set('price', price);
  });
  return document.toString({ lineWidth: 0 });
}

function isPrice(key: unknown): boolean {
  return isScalar(key) && key.value === 'price';
}

interface ReadPool {
  readonly models: readonly { readonly id: string; readonly efforts?: readonly string[] }[];
}

/** The id of the first model of an entry; all of them have its price. */
function nameFirstModel(entry: ReadPool['models'][number] | undefined): string {
  const { id = '', efforts: [effort] = [] } = entry ?? {};
  return effort === undefined ? id : nameEffort(id, effort);
}
