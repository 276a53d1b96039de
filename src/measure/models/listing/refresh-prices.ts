import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type YAMLMap,
} from 'yaml';
import type { Price } from '../../../llm/price.js';
import type { Pool, PoolModel } from '../model.js';
import type { Environment } from '../read-api-key.js';
import { RoutesmithError } from '../../../util/errors.js';
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
  /** Whether the pool says `price: free`. */
  readonly isFree: boolean;
  /**
   * `same` or `changed`: the list has a price. `unknown`: it has the model, without a price.
   * `not_listed`: it does not have the model, which may be gone. `free`: for the pool and the server.
   * `own_price`: the pool has a price, and the server charges nothing. `no_list`: its list could not be read.
   */
  readonly status: 'same' | 'changed' | 'unknown' | 'not_listed' | 'free' | 'own_price' | 'no_list';
  readonly listed: ListedPrice | undefined;
  /** Prices of the cache that belong to an earlier price: the list does not state them. */
  readonly outdated: readonly CachePrice[];
}

const cachePrices = ['cachedInputPerMillionUsd', 'cacheWritePerMillionUsd'] as const;
type CachePrice = (typeof cachePrices)[number];

/** A list that could not be read. */
export interface UnreadList {
  /** As `readModelList` throws it. */
  readonly error: RoutesmithError;
  /** The ids of the pool's models whose list it is. */
  readonly models: readonly string[];
}

/**
 * Compares the prices of a pool with the lists of its providers, each of which is asked once. Where one
 * cannot be read, the others still count.
 *
 * @throws RoutesmithError as `readModelList` does, for a pool with one list
 */
export async function checkPrices(
  pool: Pool,
  request: PoolListRequest,
): Promise<{ readonly checks: readonly PriceCheck[]; readonly unread: readonly UnreadList[] }> {
  const lists = new Map<string, readonly ListedModel[] | RoutesmithError>();
  const unread = new Map<RoutesmithError, string[]>();
  const checks: PriceCheck[] = [];
  for (const model of pool.models) {
    const { baseUrl, apiKeyEnv, protocol } = model;
    const key = `${baseUrl} ${apiKeyEnv ?? ''} ${protocol}`;
    const list = lists.get(key) ?? (await tryToReadList(model, request));
    lists.set(key, list);
    if (RoutesmithError.isInstance(list)) {
      unread.set(list, [...(unread.get(list) ?? []), model.id]);
      checks.push({ ...checkPrice(model, []), status: 'no_list' });
    } else {
      checks.push(checkPrice(model, list));
    }
  }
  const [only] = unread.keys();
  if (only !== undefined && lists.size === 1) throw only;
  return { checks, unread: Array.from(unread, ([error, models]) => ({ error, models })) };
}

interface PoolListRequest {
  readonly environment: Environment;
  readonly fetch: typeof globalThis.fetch;
}

/** @returns the error of a list that cannot be read */
async function tryToReadList(
  model: PoolModel,
  request: PoolListRequest,
): Promise<readonly ListedModel[] | RoutesmithError> {
  const { apiKeyEnv, protocol } = model;
  try {
    const provider = findProviderName(model);
    return await readModelList({ ...request, provider, apiKeyEnv, protocol });
  } catch (error) {
    if (RoutesmithError.isInstance(error)) return error;
    throw error;
  }
}

function findProviderName({ baseUrl }: PoolModel): string {
  const known = [...knownProviders].find(([, provider]) => provider.baseUrl === baseUrl);
  return known?.[0] ?? baseUrl;
}

function checkPrice({ id, model, price }: PoolModel, list: readonly ListedModel[]): PriceCheck {
  const listed = list.find((one) => one.model === model)?.price;
  const isFree = price.date === freePrice.date;
  const status = comparePrice(price, listed);
  return { id, model, price, isFree, status, listed, outdated: listOutdated(price, listed) };
}

function listOutdated(price: Price, listed: ListedPrice | undefined): readonly CachePrice[] {
  if (listed?.kind !== 'listed' || isSameTextPrice(price, listed)) return [];
  return cachePrices.filter((name) => price[name] !== undefined && listed[name] === undefined);
}

function comparePrice(price: Price, listed: ListedPrice | undefined): PriceCheck['status'] {
  if (listed === undefined) return 'not_listed';
  if (listed.kind === 'unknown') return 'unknown';
  if (listed.kind === 'free') return isFree(price) ? 'free' : 'own_price';
  if (price.date === freePrice.date && isFree(listed)) return 'free';
  return isSamePrice(price, listed) ? 'same' : 'changed';
}

function isFree(price: Omit<Price, 'date'>): boolean {
  const { cachedInputPerMillionUsd: cached = 0, cacheWritePerMillionUsd: written = 0 } = price;
  return [price.inputPerMillionUsd, price.outputPerMillionUsd, cached, written].every(
    (usd) => usd === 0,
  );
}

/** Prices of the cache count only where the list states them. */
function isSamePrice(price: Price, listed: ListedPrice & { kind: 'listed' }): boolean {
  return (
    isSameTextPrice(price, listed) &&
    cachePrices.every((name) => listed[name] === undefined || listed[name] === price[name])
  );
}

function isSameTextPrice(price: Price, listed: ListedPrice & { kind: 'listed' }): boolean {
  return (
    price.inputPerMillionUsd === listed.inputPerMillionUsd &&
    price.outputPerMillionUsd === listed.outputPerMillionUsd
  );
}

/**
 * The text of a pool file with the listed prices and their day in place; everything else, comments
 * included, stays. Models whose price the list does not have keep theirs and its day. Prices of the cache
 * that belong to an earlier price are removed.
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
  const isInPrice = (path: readonly unknown[]): boolean =>
    path.some((node) => isPair(node) && isPrice(node.key));
  const inPrices = new Set<unknown>();
  visit(models, { Node: (_, node, path) => void (isInPrice(path) && inPrices.add(node)) });
  // Otherwise what an entry borrows of a price would change with it, and a price with what it borrows.
  visit(models, {
    Alias: (_, alias, path) =>
      isInPrice(path) || inPrices.has(alias.resolve(document))
        ? document.createNode(alias.toJS(document))
        : undefined,
  });
  models.items.forEach((item, index) => {
    const check = checkOf.get(nameFirstModel(inputs[index]));
    const isListed = check?.status === 'same' || check?.status === 'changed';
    if (!isMap(item) || !isListed || check.listed?.kind !== 'listed') return;
    const price = { ...check.price, ...check.listed, date };
    for (const name of check.outdated) delete price[name];
    setPrice(document, item, toPoolPrice(price));
  });
  return document.toString({ lineWidth: 0 });
}

/** Sets a price member by member: their comments, and those of the price, stay. */
function setPrice(
  document: Document,
  item: YAMLMap,
  price: Readonly<Record<string, number | string>>,
): void {
  const before: unknown = item.get('price', true);
  if (isMap(before)) {
    for (const name of ['cachedInput', 'cacheWrite']) {
      if (!Object.hasOwn(price, name)) before.delete(name);
    }
    for (const [name, value] of Object.entries(price)) before.set(name, value);
    return;
  }
  // The word "free".
  const node = document.createNode(price, { flow: true });
  if (isScalar(before)) {
    node.comment = before.comment ?? null;
    node.commentBefore = before.commentBefore ?? null;
  }
  item.set('price', node);
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
