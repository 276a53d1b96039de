import type { PromptWithMembers } from '../../llm/chat.js';
import { promptMessages } from '../../llm/chat.js';
import type { Example } from '../../measure/tasks/example.js';
import type { DecisionRecord } from '../../serve/log/record.js';
import { findNeeds } from '../../policy/decide/request-needs.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { success, type Result } from '../../util/result.js';
import { decodeRequest } from '../estimates/decode-request.js';

/**
 * Members that shape no answer: those of the prompt itself, and those that say how an answer is delivered,
 * counted and stored. With a seed, repeated answers would be alike.
 */
const leftOutMembers: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'prompt',
  'tools',
  'n',
  'seed',
  'stream',
  'stream_options',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_retention',
]);

/**
 * What a logged request asked: prompt, tools, and the members that shape the answer, so that other
 * models are asked the same.
 *
 * @param prompts by the id of the request, in place of those of the log
 * @returns undefined where the prompt is not known
 */
export function readLoggedPrompt(
  { id, request }: Pick<DecisionRecord, 'id' | 'request'>,
  prompts: ReadonlyMap<string, Pick<Example, 'prompt'>> | undefined,
): Result<PromptWithMembers> | undefined {
  const own = prompts?.get(id);
  if (own === undefined && request === undefined) return undefined;
  const prompt = own === undefined ? decodeRequest(request) : success(own.prompt);
  const members = pickMembers(request);
  if (!prompt.ok || Object.keys(members).length === 0) return prompt;
  const chat = typeof prompt.value === 'string' ? {} : prompt.value;
  return success({ ...chat, messages: promptMessages(prompt.value), members });
}

/**
 * Whether a text that `--prompts` gives can be what was logged, by the size of the request, which logs of
 * all levels keep. Tools and the schema of an answer count as text there, but may be given in another form,
 * or not at all: with them, it may only not be larger. A file may add or lose a line break at the end, and
 * has no marks of a cache, of which a request has at most four.
 */
export function canBeLogged(
  prompt: Example['prompt'],
  { capabilities, characters, attachmentTokens }: DecisionRecord['needs'],
): boolean {
  const text = findNeeds(typeof prompt === 'string' ? prompt : { ...prompt, tools: undefined });
  const missing = characters - text.characters;
  const hasMore = capabilities.includes('tools') || capabilities.includes('json');
  return (
    text.attachmentTokens === attachmentTokens &&
    missing >= -lineBreakCharacters &&
    (hasMore || missing <= cacheMarkCharacters)
  );
}

const lineBreakCharacters = 1;
/** Of the lifetimes in Anthropic's four marks: `5m` or `1h`. */
const cacheMarkCharacters = 8;

function pickMembers(request: JsonValue | undefined): JsonObject {
  if (!isJsonObject(request)) return {};
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => value !== null && !leftOutMembers.has(name)),
  );
}
