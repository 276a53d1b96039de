import { stringify } from 'yaml';
import type { Price } from '../../../llm/price.js';
import { RoutesmithError } from '../../../util/errors.js';
import { findTokenPriceProblem } from '../token-price.js';
import { findProvider } from './read-model-list.js';
import type { ListedModel, ListedPrice } from './listed-model.js';

/** A price that the user gives for a model. */
export interface GivenPrice {
  readonly model: string;
  readonly price: Exclude<ListedPrice, { kind: 'unknown' }>;
}

/**
 * Parses a `model=input/output` text, in USD per million tokens, or `model=free`.
 *
 * @throws RoutesmithError `usage`
 */
export function parseGivenPrice(text: string): GivenPrice {
  const match = /^(.+)=(?:(free)|(\d*\.?\d+)\/(\d*\.?\d+))$/.exec(text.trim());
  const [, model, free, input, output] = match ?? [];
  if (model === undefined) {
    throw new RoutesmithError('usage', `--price: "${text.slice(0, 80)}" is not a price`, {
      fix: "Write 'MODEL=INPUT/OUTPUT' in USD per million tokens, such as 'small=0.15/0.60', or MODEL=free.",
    });
  }
  if (free !== undefined) return { model, price: { kind: 'free' } };
  const price = { inputPerMillionUsd: Number(input), outputPerMillionUsd: Number(output) };
  const problem = Object.values(price)
    .map(findTokenPriceProblem)
    .find((found) => found !== undefined);
  if (problem !== undefined) throw new RoutesmithError('usage', `--price ${model}: ${problem}`);
  return { model, price: { kind: 'listed', ...price } };
}

/** Puts the prices that the user gives in place of those of the list. */
export function applyPrices(
  models: readonly ListedModel[],
  given: readonly GivenPrice[],
): readonly ListedModel[] {
  const prices = new Map(given.map(({ model, price }) => [model, price]));
  return models.map((listed) => ({ ...listed, price: prices.get(listed.model) ?? listed.price }));
}

/** The models without a price. */
export function listUnpriced(models: readonly ListedModel[]): readonly ListedModel[] {
  return models.filter(({ price }) => price.kind === 'unknown');
}

export interface PoolRequest {
  readonly provider: string;
  readonly apiKeyEnv: string | undefined;
  readonly models: readonly ListedModel[];
  /** The limit of an answer, so that a budget has a worst case. */
  readonly maxTokens: number;
  /** The day of the prices, ISO 8601. */
  readonly date: string;
}

/**
 * The text of a pool file for models of a list.
 *
 * @throws RoutesmithError `usage` if a model has no price: none is assumed
 */
export function buildPool(request: PoolRequest): string {
  const { provider, apiKeyEnv, models, maxTokens, date } = request;
  const unpriced = listUnpriced(models);
  if (unpriced.length > 0) throw missingPrices(unpriced);
  const header =
    `# Models of ${provider}, with their prices in USD per million tokens on ${date}.\n` +
    '# "routesmith models --pool FILE --refresh" looks the prices up again. maxTokens limits an\n' +
    '# answer, and with it what a call can cost; thinking counts too.\n';
  const entries = models.map((listed) => ({
    id: listed.model,
    provider,
    model: listed.model,
    ...(apiKeyEnv !== undefined && { apiKeyEnv }),
    price: buildPrice(listed, provider, date),
    ...(listed.contextWindow !== undefined && { contextWindow: listed.contextWindow }),
    ...listCapabilities(listed),
    parameters: { maxTokens: limitAnswer(maxTokens, listed.contextWindow) },
    ...(listed.simulated === true && { simulated: true }),
  }));
  return `${header}${stringify({ models: entries })}`;
}

/** At most half of a small window, so that the prompt has the other half. */
function limitAnswer(maxTokens: number, contextWindow = Infinity): number {
  return Math.max(1, Math.min(maxTokens, Math.floor(contextWindow / 2)));
}

function buildPrice({ price, model }: ListedModel, provider: string, date: string): unknown {
  if (price.kind === 'listed') return toPoolPrice({ ...price, date });
  if (price.kind === 'unknown' || findProvider(provider).mayBeFree) return 'free';
  throw new RoutesmithError('usage', `--price: ${model} cannot be free`, {
    fix: `${provider} charges for its models. Give a price, such as '${model}=0.15/0.60'.`,
  });
}

/** A price as pool files have it. */
export function toPoolPrice(price: Price): Readonly<Record<string, number | string>> {
  return {
    input: price.inputPerMillionUsd,
    output: price.outputPerMillionUsd,
    ...(price.cachedInputPerMillionUsd !== undefined && {
      cachedInput: price.cachedInputPerMillionUsd,
    }),
    ...(price.cacheWritePerMillionUsd !== undefined && {
      cacheWrite: price.cacheWritePerMillionUsd,
    }),
    date: price.date,
  };
}

function listCapabilities({ capabilities }: ListedModel): { capabilities?: readonly string[] } {
  if (capabilities === undefined) return {};
  // An empty list says that the model can do none of it; no list, that nobody knows.
  return { capabilities: Object.entries(capabilities).flatMap(([name, has]) => (has ? name : [])) };
}

/** An error that names the models without a price, with the options that give them one. */
export function missingPrices(models: readonly ListedModel[]): RoutesmithError {
  const listed = models
    .map(({ model, price }) => (price.kind === 'unknown' ? `${model} (${price.reason})` : model))
    .join(', ');
  const options = models.map(({ model }) => `--price '${model}=INPUT/OUTPUT'`).join(' ');
  return new RoutesmithError('usage', `no price is known for ${listed}`, {
    fix:
      `Give USD per million tokens: ${options}\n  ` +
      `For a server of your own: --price '${models[0]?.model ?? 'MODEL'}=free'`,
  });
}
