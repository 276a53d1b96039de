import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../util/json.js';
import { isImageType } from './content-parts.js';
import type { Price } from './price.js';
import { tokenLimitNames } from './request-form.js';

/** Generous bounds for the tokens that providers add around messages and tools. */
const tokensPerMessage = 32;
const tokensForTools = 1024;
/**
 * More than any provider counts for an image. OpenAI counts the most, 2,833 for gpt-4o-mini and 5,667
 * for each of up to 8 tiles (768 x 2048 pixels in tiles of 512).
 */
const maxTokensPerImage = 50_000;

/** Upper bounds of a call's tokens. */
export interface TokenBounds {
  readonly inputTokens: number;
  /** Infinite if nothing limits the answer. */
  readonly outputTokens: number;
  /** Whether input may be written to a cache of an hour; see `asksForLongCache`. */
  readonly writesLongCache?: boolean;
}

/**
 * Upper bound of the tokens of a request's text. A token represents at least one byte, so the number
 * of bytes is an upper bound for every tokenizer. Images in the content of messages count by number,
 * whatever their size; members of these names elsewhere, as in a tool's input, are text.
 */
export function boundInputTokens(request: {
  readonly messages: readonly object[];
  readonly tools?: unknown;
  readonly [member: string]: unknown;
}): number {
  const { messages, tools, ...others } = request;
  const images = messages.flatMap(listImageParts);
  const unread = new Set<unknown>(images.filter(({ type }) => isImageType(type)));
  const text = JSON.stringify(messages, (_, value: unknown) => {
    if (!unread.has(value)) return value;
    const { image_url: _url, source: _source, ...rest } = value as JsonObject;
    return rest;
  });
  const toolText = tools === undefined || tools === null ? '' : JSON.stringify(tools);
  const otherText = Object.keys(others).length === 0 ? '' : JSON.stringify(others);
  return (
    countBytes(text) +
    messages.length * tokensPerMessage +
    images.length * maxTokensPerImage +
    countBytes(toolText) +
    (toolText === '' ? 0 : tokensForTools) +
    countBytes(otherText)
  );
}

/** The parts of a message with an image, also within results of tools and documents. */
function listImageParts(message: object): JsonObject[] {
  const { content, source, images } = message as JsonObject;
  // OpenRouter has the images of earlier answers in a member of their own.
  const parts = [content, getMember(source, 'content'), images].flatMap(listObjects);
  return parts.flatMap((part) => {
    const isImage = isGiven(part['image_url']) || isImageSource(part['source']);
    return isImage ? [part, ...listImageParts(part)] : listImageParts(part);
  });
}

/** The `source` of an image of Anthropic's, which is inline or a URL. */
function isImageSource(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { type, media_type: mediaType } = value;
  return type === 'url' || (type === 'base64' && String(mediaType).startsWith('image/'));
}

/**
 * Parts whose bytes bound their tokens: texts, thoughts, and the use of tools with its results. A list
 * of the others could not be complete: each provider has its own names for files, audio and video.
 */
const textType = new RegExp(
  [
    '^(?:(?:input_|output_)?text|refusal|reference|tool_reference|compaction',
    '|(?:redacted_)?(?:thinking|reasoning)(?:_text)?',
    '|(?:\\w+_)?(?:tool_use|tool_result(?:_error)?|search_result|web_fetch_result|code_execution(?:_\\w+)?))$',
  ].join(''),
);

/** Members of a part without a type that is a text. */
const textMembers = new Set(['text', 'cache_control']);

/**
 * Whether messages hold anything besides texts and images, in any protocol's words: the bytes of a file,
 * of audio or of video do not bound its tokens, if they are there at all.
 */
export function hasFiles(messages: unknown): boolean {
  return listObjects(messages as JsonValue | undefined).some(
    // Audio of an earlier answer is only referred to.
    ({ audio, content }) => isGiven(audio) || hasFileParts(content),
  );
}

function hasFileParts(content: JsonValue | undefined): boolean {
  if (Array.isArray(content)) return (content as readonly JsonValue[]).some(hasFileParts);
  return isJsonObject(content) && isOrHasFile(content);
}

function isOrHasFile(part: JsonObject): boolean {
  const { type = null, source, content } = part;
  if (type === 'document') {
    const kind = getMember(source, 'type');
    return (kind !== 'text' && kind !== 'content') || hasFileParts(getMember(source, 'content'));
  }
  if (isImageType(type)) return !isBoundedImage(part);
  if (type === null) return Object.keys(part).some((name) => !textMembers.has(name));
  return !textType.test(String(type)) || hasFileParts(content);
}

/** Whether an image is inline or a URL: one of the provider's own store is only referred to. */
function isBoundedImage({ image_url: image, source }: JsonObject): boolean {
  const url = isJsonObject(image) ? image['url'] : image;
  // Some servers take documents and videos by this name, too.
  if (isGiven(image)) return typeof url === 'string' && !/^data:(?!image\/)/i.test(url);
  return isImageSource(source);
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

/**
 * Upper bound of the tokens of all answers that a body asks for. A limit that is no whole number from
 * 1 on is none: some servers read texts as numbers, and -1 as no limit.
 *
 * @param contextWindow infinite if it is not known
 */
export function boundOutputTokens(body: JsonObject, contextWindow: number): number {
  // Servers differ in which of two names they read, and in whether they know `best_of`.
  const limits = tokenLimitNames.map((name) => body[name] ?? null);
  const given = limits.filter((limit) => limit !== null).map(readCount);
  const limit = given.length === 0 ? Infinity : Math.max(...given);
  const answers = Math.max(readCount(body['n'] ?? 1), readCount(body['best_of'] ?? 1));
  return answers * Math.min(contextWindow, limit);
}

function readCount(value: JsonValue): number {
  return Number.isInteger(value) && (value as number) >= 1 ? (value as number) : Infinity;
}

/**
 * Whether a request or a part of one has a mark for Anthropic's cache that keeps longer than the usual
 * five minutes, which costs more.
 */
export function asksForLongCache(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForLongCache);
  if (!isJsonObject(value)) return false;
  const ttl = getMember(value['cache_control'], 'ttl') ?? '5m';
  return ttl !== '5m' || Object.values(value).some(asksForLongCache);
}

/** Anthropic's price of writing to the cache of an hour, in prices of input (prompt caching, pricing). */
const longCacheFactor = 2;

/** Bytes of a text in UTF-8. */
function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Upper bound of the cost of a call in USD; infinite if nothing limits its tokens. */
export function boundCostUsd(
  { inputTokens, outputTokens, writesLongCache = false }: TokenBounds,
  price: Price,
): number {
  const maxInputPrice = Math.max(
    price.inputPerMillionUsd * (writesLongCache ? longCacheFactor : 1),
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
