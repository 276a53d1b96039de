import type { PromptWithMembers } from '../../llm/chat.js';
import { promptMessages } from '../../llm/chat.js';
import type { Example } from '../../measure/tasks/example.js';
import type { DecisionRecord } from '../../serve/log/record.js';
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

function pickMembers(request: JsonValue | undefined): JsonObject {
  if (!isJsonObject(request)) return {};
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => value !== null && !leftOutMembers.has(name)),
  );
}
