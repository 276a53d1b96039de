import { getMember, listObjects, type JsonObject, type JsonValue } from '../util/json.js';

/**
 * Whether a usage has what the price table has no price of: writing to Anthropic's cache of an hour,
 * which is twice the price of input, searches of its own, audio, iterations of another model, which has
 * a price of its own, or tokens at the price of another place, speed or tier.
 */
export function hasUnpricedUse(rawUsage: JsonValue | undefined): boolean {
  const iterations = listObjects(getMember(rawUsage, 'iterations'));
  const models = new Set(iterations.flatMap(({ model }) => model ?? []));
  if (models.size > 1 || !iterations.every(({ type }) => ownIterations.has(type))) return true;
  return hasUnpricedCount(rawUsage) || [rawUsage, ...iterations].some(hasOtherPrices);
}

/** Members that say at which price tokens count, with their values for the usual one. */
const usualPrices: Readonly<Record<string, readonly JsonValue[]>> = {
  inference_geo: ['global', 'not_available'],
  speed: ['standard'],
  // Groq calls its usual tier on_demand. Batches have a share of the price that their sweep counts with.
  service_tier: ['standard', 'default', 'auto', 'on_demand', 'batch'],
};

function hasOtherPrices(rawUsage: JsonValue | undefined): boolean {
  return Object.entries(usualPrices).some(([name, usual]) => {
    const value = getMember(rawUsage, name) ?? '';
    return value !== '' && !usual.includes(value);
  });
}

/**
 * A usage with the `service_tier` of the answer, which OpenAI's protocol has beside it, if its tokens have
 * another price for it: as where Anthropic has it, and kept with the usage.
 */
export function addServiceTier(rawUsage: JsonObject, tier: JsonValue = null): JsonObject {
  const isTold = (rawUsage['service_tier'] ?? null) !== null;
  return isTold || !hasOtherPrices({ service_tier: tier })
    ? rawUsage
    : { ...rawUsage, service_tier: tier };
}

/** Others are of an advisor, or of a model that answered in place of the requested one. */
const ownIterations = new Set<JsonValue | undefined>(['message', 'compaction']);

/**
 * Counts of a usage, at any depth, that have prices of their own: Anthropic's cache of an hour
 * and requests of its tools but for fetches, which cost their tokens only, audio in tokens, and Mistral's
 * in seconds.
 */
const unpricedCount = /^(?:ephemeral_1h_input|audio)_tokens$|_seconds$|^(?!web_fetch).*_requests$/;

/** LiteLLM repeats Anthropic's counts of cached tokens inside of `prompt_tokens_details`. */
function hasUnpricedCount(part: JsonValue | undefined): boolean {
  return Object.entries(part ?? {}).some(
    ([name, value]: [string, JsonValue]) =>
      (unpricedCount.test(name) && Number(value) > 0) ||
      (typeof value === 'object' && hasUnpricedCount(value)),
  );
}
