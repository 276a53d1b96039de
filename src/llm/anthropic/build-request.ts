import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { mapCallIds, toToolUseId } from '../call-ids.js';
import type { LlmRequest } from '../types.js';
import {
  convertConversation,
  convertStop,
  convertTools,
  InexpressibleError,
} from './convert-messages.js';
import { stopUnbegunThinking } from './strip-thinking.js';

/** Members of a request that have a counterpart in Anthropic's Messages. */
const expressible: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'user',
  'stream_options',
]);

/** Values that say what is so anyway: they exclude no model. */
const defaultValues: Readonly<Record<string, JsonValue>> = {
  n: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logprobs: false,
  store: false,
  top_logprobs: 0,
  service_tier: 'auto',
};

/**
 * What of a request in OpenAI's form Anthropic's Messages cannot express, as a sentence, or
 * undefined. An endpoint that cannot take all of a request is not called.
 */
export function findInexpressible({
  messages,
  tools,
  members,
}: Pick<LlmRequest, 'messages' | 'tools' | 'members'>): string | undefined {
  const lost = Object.entries(members).find(
    ([name, value]) => !expressible.has(name) && !isDefault(name, value),
  );
  if (lost !== undefined) return `Anthropic Messages have no "${lost[0].slice(0, 60)}"`;
  const temperature = members['temperature'];
  if (typeof temperature === 'number' && temperature > 1) {
    return 'Anthropic Messages take no temperature above 1';
  }
  try {
    convertConversation(messages);
    convertTools(tools);
    convertToolChoice(members);
    convertStop(members['stop']);
    return undefined;
  } catch (error) {
    if (error instanceof InexpressibleError) return error.message;
    throw error;
  }
}

function isDefault(name: string, value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || defaultValues[name] === value) return true;
  if (Array.isArray(value) && value.length === 0) return true;
  if (name === 'response_format') return isJsonObject(value) && value['type'] === 'text';
  if (name === 'logit_bias' || name === 'metadata') {
    return isJsonObject(value) && Object.keys(value).length === 0;
  }
  if (name === 'modalities') return JSON.stringify(value) === '["text"]';
  return false;
}

/**
 * The body for Anthropic's Messages; `members.max_tokens` or `defaults.max_tokens` must be set.
 *
 * @throws InexpressibleError where `findInexpressible` finds something
 */
export function buildAnthropicRequest(request: LlmRequest): JsonObject {
  const { form, model, stream } = request;
  const given = request.native ?? convertRequest(request);
  const defaults = Object.entries(request.defaults ?? {}).filter(
    ([name]) => !isReplaced(name, given),
  );
  const merged: JsonObject = { ...Object.fromEntries(defaults), ...given };
  const body: Record<string, JsonValue> = { ...stopUnbegunThinking(merged) };
  // Null takes a default away, such as thinking that could not go on.
  for (const name of Object.keys(body)) if (body[name] === null) delete body[name];
  if (isThinking(body)) {
    for (const name of sampling) if ((given[name] ?? null) === null) delete body[name];
  }
  for (const name of form.omit ?? []) delete body[name];
  const fitted = form.plainCallIds === true ? mapCallIds(body, toToolUseId) : body;
  return { ...fitted, model, stream };
}

/** The body in Anthropic's words; what the request does not set is left out. */
function convertRequest({ messages: said, tools: offered, members }: LlmRequest): JsonObject {
  const { system, messages } = convertConversation(said);
  const tools = convertTools(offered);
  const user = members['user'];
  const own: Record<string, unknown> = {
    system,
    messages,
    max_tokens: members['max_completion_tokens'] ?? members['max_tokens'],
    temperature: members['temperature'],
    top_p: members['top_p'],
    stop_sequences: convertStop(members['stop']),
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: convertToolChoice(members),
    metadata: typeof user === 'string' ? { user_id: user } : undefined,
  };
  const set = Object.entries(own).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(set) as JsonObject;
}

/** Members that Anthropic refuses together with thinking (docs.anthropic.com, extended thinking). */
const sampling: ReadonlySet<string> = new Set(['temperature', 'top_k', 'top_p']);

/** Members that Claude from Opus 4.1 on refuses together (docs.claude.com, migrating to Claude 4.5). */
const alternatives: ReadonlyMap<string, string> = new Map([
  ['temperature', 'top_p'],
  ['top_p', 'temperature'],
]);

/** Whether the request sets what a default of this name would be refused with. */
function isReplaced(name: string, given: LlmRequest['members']): boolean {
  const other = alternatives.get(name);
  return other !== undefined && (given[other] ?? null) !== null;
}

function isThinking({ thinking }: JsonObject): boolean {
  return isJsonObject(thinking) && thinking['type'] !== 'disabled';
}

function convertToolChoice(members: LlmRequest['members']): JsonObject | undefined {
  const { tool_choice: choice, parallel_tool_calls: isParallel } = members;
  const oneAtATime = isParallel === false ? { disable_parallel_tool_use: true } : {};
  if (choice === undefined || choice === null) {
    return isParallel === false ? { type: 'auto', ...oneAtATime } : undefined;
  }
  if (choice === 'none') return { type: 'none' };
  if (choice === 'auto') return { type: 'auto', ...oneAtATime };
  if (choice === 'required') return { type: 'any', ...oneAtATime };
  const named = isJsonObject(choice) ? choice['function'] : undefined;
  if (isJsonObject(named) && typeof named['name'] === 'string') {
    return { type: 'tool', name: named['name'], ...oneAtATime };
  }
  throw new InexpressibleError('Anthropic Messages have no such choice of a tool');
}
