import type { PromptFields } from '../features/prompt-fields.js';
import { isJsonObject } from '../../util/json.js';
import type { Capabilities } from '../../llm/price.js';

export type Capability = keyof Capabilities;

/** What a model has to be able to do to take a request at all. */
export interface RequestNeeds {
  readonly capabilities: readonly Capability[];
  /** Of all that is sent: every turn, and the tools as they stand. */
  readonly characters: number;
  /** Those before the last message: what a provider may have cached. */
  readonly earlierCharacters: number;
  readonly imageCount: number;
  /** The longest answer that the request allows, in tokens; undefined where it does not say. */
  readonly maxOutputTokens: number | undefined;
}

/** Reads a request; never throws. `prompt` is what `fields` was split from. */
export function findNeeds(prompt: unknown, fields: PromptFields): RequestNeeds {
  const { imageCount, toolCount } = fields;
  const request = isJsonObject(prompt) ? prompt : {};
  const format = request['response_format'];
  const type = isJsonObject(format) ? format['type'] : undefined;
  const limit = request['max_completion_tokens'] ?? request['max_tokens'];
  const capabilities: Capability[] = [];
  if (imageCount > 0) capabilities.push('vision');
  if (toolCount > 0) capabilities.push('tools');
  if (type === 'json_object' || type === 'json_schema') capabilities.push('json');
  const messages = Array.isArray(prompt) ? prompt : request['messages'];
  const last = Array.isArray(messages) ? messages.at(-1) : prompt;
  const characters =
    typeof prompt === 'string' ? prompt.length : measure(messages) + measure(request['tools']);
  return {
    capabilities,
    characters,
    earlierCharacters: characters - measure(last),
    imageCount,
    maxOutputTokens: typeof limit === 'number' && limit >= 0 ? limit : undefined,
  };
}

/** Roughly the length of a value as JSON; of an image, only what stands around it. */
function measure(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > 9) return 0;
  let sum = 0;
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'image_url' && key !== 'data') sum += 4 + measure(member, depth + 1);
  }
  return sum;
}
