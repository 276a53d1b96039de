import type { Capabilities } from '../../../llm/price.js';
import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { failure, success, type Result } from '../../../util/result.js';
import type { ListedModel, ListedPrice } from './listed-model.js';

/**
 * Parses the list of models that a server returns: OpenRouter's, Anthropic's or any OpenAI-compatible
 * one (`{"data": [...]}`), or Ollama's (`{"models": [...]}` of `/api/tags`).
 */
export function parseModelList(value: unknown): Result<readonly ListedModel[]> {
  if (!isJsonObject(value)) return failure('the list is not a JSON object');
  const entries = value['data'] ?? value['models'];
  if (!Array.isArray(entries)) return failure('there is no list "data" or "models"');
  const objects = listObjects(entries);
  // All prices of a list have one unit.
  const isPerMillion = objects.some(isPricedPerMillion);
  const models = objects.flatMap((entry) => parseEntry(entry, isPerMillion) ?? []);
  return models.length === 0 ? failure('the list is empty') : success(models);
}

function parseEntry(entry: JsonObject, isPerMillion: boolean): ListedModel | undefined {
  const model = entry['id'] ?? entry['model'] ?? entry['name'];
  if (typeof model !== 'string' || model.trim() === '') return undefined;
  return {
    model,
    price: parsePrice(entry, isPerMillion),
    contextWindow: parseContextWindow(entry),
    capabilities: parseCapabilities(entry),
    ...(entry['simulated'] === true && { simulated: true as const }),
  };
}

/** Charges of OpenRouter that a pool has no place for. */
const otherCharges = ['request'] as const;

const tokenPrices = ['prompt', 'completion', 'input_cache_read', 'input_cache_write'] as const;
/** More than ten times what any model costs, in USD per token. */
const maxPerTokenUsd = 0.01;

/** Some servers give the price of a million tokens in the members of OpenRouter, as Chutes does. */
function isPricedPerMillion({ pricing }: JsonObject): boolean {
  if (!isJsonObject(pricing)) return false;
  return tokenPrices.some((name) => Number(pricing[name] ?? 0) > maxPerTokenUsd);
}

/** OpenRouter's `pricing`: texts of US dollars per token; -1 where the price varies. */
function parsePrice(entry: JsonObject, isPerMillion: boolean): ListedPrice {
  const pricing = entry['pricing'];
  if (!isJsonObject(pricing)) return unknown('the list gives no price');
  const input = perMillion(pricing['prompt']);
  const output = perMillion(pricing['completion']);
  if (input === undefined || output === undefined) {
    const varies = [pricing['prompt'], pricing['completion']].some((price) => Number(price) < 0);
    return unknown(varies ? 'its price varies' : 'the list gives no price for input and output');
  }
  if (isPerMillion && (input > 0 || output > 0)) {
    return unknown('the list looks like prices per million tokens, not per token');
  }
  const other = otherCharges.find((name) => Number(pricing[name] ?? 0) > 0);
  if (other !== undefined) return unknown(`it also charges for each ${other}`);
  const cachedInput = perMillion(pricing['input_cache_read']);
  const cacheWrite = perMillion(pricing['input_cache_write']);
  return {
    kind: 'listed',
    inputPerMillionUsd: input,
    outputPerMillionUsd: output,
    ...(cachedInput !== undefined && { cachedInputPerMillionUsd: cachedInput }),
    ...(cacheWrite !== undefined && { cacheWritePerMillionUsd: cacheWrite }),
  };
}

function unknown(reason: string): ListedPrice {
  return { kind: 'unknown', reason };
}

/** Dollars per token to dollars per million, without the last digits of binary fractions. */
function perMillion(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const perToken = Number(value);
  if (!Number.isFinite(perToken) || perToken < 0) return undefined;
  return Number((perToken * 1_000_000).toPrecision(10));
}

/** `context_length` of OpenRouter and others, `max_model_len` of vLLM. */
function parseContextWindow(entry: JsonObject): number | undefined {
  const top = getMember(entry['top_provider'], 'context_length');
  const found = [
    top,
    entry['context_length'],
    entry['max_model_len'],
    entry['context_window'],
  ].find((size) => typeof size === 'number' && Number.isSafeInteger(size) && size > 0);
  return typeof found === 'number' ? found : undefined;
}

/**
 * What a model can do, by `supported_parameters` and modalities (OpenRouter's). A list of a pool says
 * that its model lacks what it leaves out, so there is none unless both are given.
 */
function parseCapabilities(entry: JsonObject): Capabilities | undefined {
  const parameters = listTexts(entry['supported_parameters']);
  const inputs = listTexts(getMember(entry['architecture'], 'input_modalities'));
  if (parameters === undefined || inputs === undefined) return undefined;
  const hasAny = (...names: readonly string[]): boolean =>
    names.some((name) => parameters.includes(name));
  return {
    vision: inputs.includes('image'),
    tools: hasAny('tools'),
    json: hasAny('response_format', 'structured_outputs'),
    reasoning: hasAny('reasoning', 'include_reasoning'),
  };
}

/** What a model can do, by the `capabilities` of Ollama's `/api/show`; older versions give none. */
export function parseOllamaCapabilities(shown: JsonObject): Capabilities | undefined {
  const own = listTexts(shown['capabilities']);
  if (own === undefined) return undefined;
  return {
    vision: own.includes('vision'),
    tools: own.includes('tools'),
    // Ollama has no word for it: it holds any model to JSON (`format`).
    json: true,
    reasoning: own.includes('thinking'),
  };
}

function listTexts(value: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly JsonValue[]).filter((item): item is string => typeof item === 'string');
}
