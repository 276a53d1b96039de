import type { Price } from '../llm/price.js';
import type { LoadedPolicy } from '../policy/decide/load-policy.js';
import type { Decision } from '../policy/decide/decision.js';
import { findPrice } from '../policy/file/estimates.js';
import type { PolicyModel } from '../policy/file/policy.js';
import { checkMembers, checkSetting, type MemberTypes } from '../util/check-members.js';
import { RoutesmithError } from '../util/errors.js';
import { isJsonObject } from '../util/json.js';

/** OpenRouter refuses requests with more models. */
const maxModelsOfOpenRouter = 3;

/** What a decision is translated with. */
export interface OpenRouterOptions {
  /**
   * The policy that decided: its prices become the highest ones to accept, and its efforts those that
   * are asked for.
   */
  readonly policy?: Pick<LoadedPolicy, 'policy'>;
  /** What OpenRouter calls a model, by its id in the policy. Ids such as `vendor/name` need none. */
  readonly slugs?: Readonly<Record<string, string>>;
  /** How many models to name, from 1 to 3. @default 3 */
  readonly maxModels?: number;
  /** Share by which a provider's price may exceed the policy's. Needs `policy`. @default 0 */
  readonly priceMargin?: number;
  /** Other preferences, passed on as they are: `order`, `data_collection`, `sort` and so on. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

const optionTypes: MemberTypes<keyof OpenRouterOptions> = {
  policy: 'object',
  slugs: 'object',
  maxModels: 'number',
  priceMargin: 'number',
  provider: 'object',
};

/** Members of a chat completion at OpenRouter. */
export interface OpenRouterRouting {
  /** The chosen model, then those to try after it. */
  readonly models: string[];
  readonly provider: {
    /** Only providers that support all of the request's parameters, such as tools. */
    readonly require_parameters: boolean;
    /** USD per million tokens. Providers that ask for more are left out, by OpenRouter. */
    readonly max_price?: { readonly prompt: number; readonly completion: number };
    readonly [preference: string]: unknown;
  };
  readonly reasoning?: { readonly effort: string };
}

/**
 * The members that make OpenRouter follow a decision; spread them into the body of a request. After the
 * chosen model, only models with the same effort of reasoning are named, because one request has one.
 *
 * `max_price` holds for all models alike, so it is the price of the most expensive one that is named.
 *
 * @throws RoutesmithError `no_feasible_model` if the decision has no model; `usage` if OpenRouter's name
 * or, with `policy`, the price of a model is not known, or for an option that is unknown or out of its range
 */
export function toOpenRouter(
  decision: Decision,
  options: OpenRouterOptions = {},
): OpenRouterRouting {
  const isDecision = isJsonObject(decision as unknown) && Array.isArray(decision.ranked);
  checkSetting(isDecision, 'must be a decision, as policy.decide returns it', 'decision');
  checkMembers(options, optionTypes, 'options');
  if (decision.kind === 'no_feasible_model') {
    throw new RoutesmithError('no_feasible_model', decision.explanation);
  }
  const { slugs = {}, provider = {} } = options;
  const priceMargin = readPriceMargin(options.priceMargin);
  const { policy } = options;
  // Of a policy in place of the loaded one, this would be undefined.
  const known = (policy as { policy?: { models: readonly PolicyModel[] } } | undefined)?.policy
    ?.models;
  const isLoaded = policy === undefined || known !== undefined;
  checkSetting(isLoaded, 'must be loaded: await loadPolicy', 'options, policy');
  const effort = findModel(known, decision.model)?.effort?.level;
  const named = decision.ranked
    .map(({ model }) => model)
    .filter((model) => findModel(known, model)?.effort?.level === effort)
    .slice(0, readMaxModels(options.maxModels));
  return {
    models: named.map((model) =>
      readSlug(slugs, model, findModel(known, model)?.effort?.of ?? model),
    ),
    provider: {
      require_parameters: true,
      ...(known && { max_price: computeMaxPrice(named, known, priceMargin) }),
      ...provider,
    },
    ...(effort !== undefined && { reasoning: { effort } }),
  };
}

function findModel(known: readonly PolicyModel[] | undefined, id: string): PolicyModel | undefined {
  return known?.find((model) => model.id === id);
}

function readMaxModels(given = maxModelsOfOpenRouter): number {
  if (Number.isInteger(given) && given >= 1 && given <= maxModelsOfOpenRouter) return given;
  throw new RoutesmithError('usage', `maxModels must be from 1 to ${maxModelsOfOpenRouter}`, {
    where: 'toOpenRouter',
  });
}

function readPriceMargin(given = 0): number {
  // Written as JSON, no number at all would mean no limit at all.
  if (Number.isFinite(given) && given >= 0) return given;
  throw new RoutesmithError('usage', 'priceMargin must be a number of at least 0', {
    where: 'toOpenRouter',
    fix: 'Write 0.1 to accept prices that are 10 % higher.',
  });
}

function readSlug(slugs: Readonly<Record<string, string>>, model: string, id: string): string {
  const slug = [model, id].map((name) => (Object.hasOwn(slugs, name) ? slugs[name] : undefined));
  const named = slug.find((one) => one !== undefined);
  const found = named ?? id;
  // An effort such as `@low` is a part of the policy's name only.
  if (named === undefined && /@\w+$/.test(id)) {
    throw new RoutesmithError('usage', `"${id}" is not the name of a model at OpenRouter`, {
      where: 'toOpenRouter',
      fix: 'Pass the policy, which says the model and the effort: toOpenRouter(decision, { policy }).',
    });
  }
  if (/^[^/\s]+\/\S+$/.test(found)) return found;
  throw new RoutesmithError('usage', `"${found}" is not the name of a model at OpenRouter`, {
    where: 'toOpenRouter',
    fix: `Name it: slugs: { ${JSON.stringify(model)}: 'vendor/name' }.`,
  });
}

function computeMaxPrice(
  named: readonly string[],
  known: readonly PolicyModel[],
  margin: number,
): { prompt: number; completion: number } {
  const prices = named.map((model) => readPrice(findModel(known, model), model));
  const highest = (member: 'inputPerMillionUsd' | 'outputPerMillionUsd'): number =>
    // Without the digits that multiplying by the margin leaves behind.
    Number((Math.max(...prices.map((price) => price[member])) * (1 + margin)).toPrecision(12));
  return { prompt: highest('inputPerMillionUsd'), completion: highest('outputPerMillionUsd') };
}

function readPrice(model: PolicyModel | undefined, id: string): Price {
  const price = model && findPrice(model);
  if (price !== undefined) return price;
  throw new RoutesmithError('usage', `the policy has no price of ${id}`, {
    where: 'toOpenRouter',
    fix: 'Give loadPolicy its price, or leave out "policy" to accept any price.',
  });
}
