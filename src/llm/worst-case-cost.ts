import { isJsonObject } from '../util/json.js';
import type { Price } from './price.js';

/** Generous bounds for the tokens that providers add around messages and tools. */
const tokensPerMessage = 32;
const tokensForTools = 1024;
/** More than any provider counts for an image. */
const tokensPerImage = 40_000;

/** Upper bounds of a call's tokens. */
export interface TokenBounds {
  readonly inputTokens: number;
  /** Infinite if nothing limits the answer. */
  readonly outputTokens: number;
}

/**
 * Upper bound of the tokens of a request's text. A token represents at least one byte, so the number
 * of bytes is an upper bound for every tokenizer. Images count by number, whatever their size.
 */
export function boundInputTokens(request: {
  readonly messages: readonly object[];
  readonly tools?: unknown;
  readonly [member: string]: unknown;
}): number {
  const { messages, tools, ...others } = request;
  let images = 0;
  const text = JSON.stringify(messages, (key, value: unknown) => {
    const isImage = key === 'image_url' || isImageSource(key, value);
    if (!isImage) return value;
    images += 1;
    return undefined;
  });
  const toolText = tools === undefined || tools === null ? '' : JSON.stringify(tools);
  const otherText = Object.keys(others).length === 0 ? '' : JSON.stringify(others);
  return (
    countBytes(text) +
    messages.length * tokensPerMessage +
    images * tokensPerImage +
    countBytes(toolText) +
    (toolText === '' ? 0 : tokensForTools) +
    countBytes(otherText)
  );
}

/** The `source` of an image of Anthropic's, which is inline or a URL. */
function isImageSource(key: string, value: unknown): boolean {
  if (key !== 'source' || !isJsonObject(value)) return false;
  const { type, media_type: mediaType } = value;
  return type === 'url' || (type === 'base64' && String(mediaType).startsWith('image/'));
}

const fileTypes = new Set<unknown>(['file', 'input_file', 'video_url', 'audio_url']);

/**
 * Whether messages hold files other than images, in either protocol's words: their bytes, if they are
 * there at all, do not bound their tokens.
 */
export function hasFiles(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasFiles);
  if (!isJsonObject(value)) return false;
  const { type, source, content } = value;
  if (fileTypes.has(type)) return true;
  const kind = isJsonObject(source) ? source['type'] : undefined;
  if (type === 'document' && kind !== 'text' && kind !== 'content') return true;
  // An image of the provider's own store has no size here, either.
  if (kind === 'file') return true;
  return hasFiles(content) || hasFiles(isJsonObject(source) ? source['content'] : undefined);
}

/** Bytes of a text in UTF-8. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Upper bound of the cost of a call in USD; infinite if nothing limits its tokens. */
export function boundCostUsd({ inputTokens, outputTokens }: TokenBounds, price: Price): number {
  const maxInputPrice = Math.max(
    price.inputPerMillionUsd,
    price.cachedInputPerMillionUsd ?? 0,
    price.cacheWritePerMillionUsd ?? 0,
  );
  const inputUsd = priceTokens(inputTokens, maxInputPrice);
  return (inputUsd + priceTokens(outputTokens, price.outputPerMillionUsd)) / 1_000_000;
}

/** Infinity * 0 would be NaN. */
function priceTokens(tokens: number, price: number): number {
  return price === 0 ? 0 : tokens * price;
}

/** Upper bound of a prompt that is a single text. */
export function boundTextTokens(text: string): number {
  return countBytes(text) + tokensPerMessage;
}
