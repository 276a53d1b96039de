import { isJsonObject } from '../../util/json.js';
import { tokensPerAttachment } from '../../llm/chat.js';
import { isImageType } from '../../llm/content-parts.js';
import type { Capabilities } from '../../llm/price.js';

/** One thing that a model can be asked to do besides text. */
export type Capability = keyof Capabilities;

/** What a model has to be able to do to take a request at all, and how long the request is. */
export interface RequestNeeds {
  readonly capabilities: readonly Capability[];
  /** Of all that is sent as text: every turn, tool calls, and the tools as they stand. */
  readonly characters: number;
  /** Those before the last message: what a provider may have cached. */
  readonly earlierCharacters: number;
  /** Input tokens that a provider has cached after the last answer; undefined where nobody says. */
  readonly cachedTokens?: number | undefined;
  /** Tokens that images, files, audio and video are taken for, whatever their size. */
  readonly attachmentTokens: number;
  /** Whether there are files, audio or video: no policy knows which models read them. */
  readonly hasFiles: boolean;
  /** The longest answer that the request allows, in tokens; undefined where it does not say. */
  readonly maxOutputTokens: number | undefined;
}

/** Reads a request; never throws. */
export function findNeeds(prompt: unknown): RequestNeeds {
  const request = isJsonObject(prompt) ? prompt : {};
  const format = request['response_format'];
  const type = isJsonObject(format) ? format['type'] : undefined;
  const limit = request['max_completion_tokens'] ?? request['max_tokens'];
  const messages = Array.isArray(prompt) ? prompt : (request['messages'] ?? prompt);
  const last = Array.isArray(messages) ? messages.at(-1) : messages;
  const all = survey(request['system'], survey(messages));
  const tools = measure(request['tools']) + measure(request['functions']);
  const characters =
    all.characters + tools + measure(isJsonObject(format) ? format['json_schema'] : undefined);
  const capabilities: Capability[] = [];
  if (all.images > 0) capabilities.push('vision');
  if (tools > 0) capabilities.push('tools');
  if (type === 'json_object' || type === 'json_schema') capabilities.push('json');
  return {
    capabilities,
    characters,
    earlierCharacters: characters - survey(last).characters,
    attachmentTokens: tokensPerAttachment * (all.images + all.files),
    hasFiles: all.files > 0,
    maxOutputTokens: typeof limit === 'number' && limit >= 0 ? limit : undefined,
  };
}

/** What stands in messages. */
interface Survey {
  characters: number;
  images: number;
  files: number;
}

const file = /^(?:input_)?(?:file|audio|video|document)(?:_url)?$/;

/** Counts texts and attachments, whose data and URLs are no text. */
function survey(
  value: unknown,
  sum: Survey = { characters: 0, images: 0, files: 0 },
  depth = 0,
): Survey {
  if (typeof value === 'string') sum.characters += value.length;
  if (typeof value !== 'object' || value === null || depth > maxDepth) return sum;
  const { type, source } = value as { type?: unknown; source?: { type?: unknown; data?: unknown } };
  if (isImageType(type)) sum.images += 1;
  else if (typeof type === 'string' && file.test(type)) {
    // Anthropic's documents may be plain text.
    if (source?.type === 'text') sum.characters += measure(source.data);
    else sum.files += 1;
  } else {
    for (const [key, member] of Object.entries(value)) {
      if (key === 'tool_calls') sum.characters += measure(member);
      else if (key !== 'role' && key !== 'type') survey(member, sum, depth + 1);
    }
  }
  return sum;
}

const maxDepth = 99;

/** Roughly the length of a value as JSON. */
function measure(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > maxDepth) return 0;
  let sum = 0;
  const keyLength = Array.isArray(value) ? 0 : 1;
  for (const [key, member] of Object.entries(value)) {
    sum += 3 + keyLength * (key.length + 1) + measure(member, depth + 1);
  }
  return sum;
}
