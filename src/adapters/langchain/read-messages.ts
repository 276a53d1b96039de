import type {
  BaseChatModelCallOptions,
  BindToolsInput,
} from '@langchain/core/language_models/chat_models';
import type { AIMessage, BaseMessage, ToolMessage } from '@langchain/core/messages';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import type { CallerRequest } from '../../llm/caller-request.js';
import type { ChatMessage, ContentPart } from '../../llm/chat.js';
import { buildCallerRequest } from '../../serve/router/router-request.js';
import { getMember, isJsonObject, type JsonValue } from '../../util/json.js';
import { readEffort } from '../calls/read-effort.js';
import type { RouteControls } from '../calls/route-controls.js';

/** The options of a call; the model that answers gets those that are not Routesmith's. */
export interface RoutesmithCallOptions extends BaseChatModelCallOptions {
  /** Tools that the model may call, as for `bindTools`. */
  readonly tools?: BindToolsInput[];
  /** How this call is routed. */
  readonly routesmith?: RouteControls;
}

/**
 * A call in the words of chat completions, for decisions: the same conversation is decided on alike
 * whether it comes through LangChain or the router.
 */
export function readMessages(
  messages: readonly BaseMessage[],
  options: RoutesmithCallOptions,
): CallerRequest {
  const { max_tokens, response_format } = options as Readonly<Record<string, unknown>>;
  const reasoning_effort = readEffort(options);
  return buildCallerRequest({
    messages: messages.map(readMessage),
    tools: options.tools?.map(readTool),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(response_format !== undefined && { response_format }),
    ...(reasoning_effort !== undefined && { reasoning_effort }),
  });
}

const roles: Readonly<Record<string, ChatMessage['role']>> = {
  human: 'user',
  ai: 'assistant',
  system: 'system',
  developer: 'developer',
  tool: 'tool',
  function: 'function',
};

function readMessage(message: BaseMessage): ChatMessage {
  const type = message.getType();
  // A generic message names its role itself.
  const role = roles[type] ?? (message as { role?: ChatMessage['role'] }).role ?? 'user';
  const content = message.content as string | readonly ContentPart[];
  if (type === 'tool')
    return { role, content, tool_call_id: (message as ToolMessage).tool_call_id };
  const calls = type === 'ai' ? ((message as AIMessage).tool_calls ?? []) : [];
  if (calls.length === 0) return { role, content };
  const tool_calls = calls.map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  return { role, content: dropBlocks(content, toolBlock), tool_calls };
}

/** Kept by tool, because each needs its schema converted. */
const readTools = new WeakMap<object, object>();

function readTool(tool: BindToolsInput): object {
  const known = readTools.get(tool);
  if (known !== undefined) return known;
  // Tools of providers, such as a search, are written in their own words.
  const read: object = 'name' in tool || 'lc_id' in tool ? convertTool(tool) : tool;
  readTools.set(tool, read);
  return read;
}

function convertTool(tool: BindToolsInput): object {
  try {
    return convertToOpenAITool(tool as Parameters<typeof convertToOpenAITool>[0]);
  } catch {
    return { type: 'function', function: { name: (tool as { name?: unknown }).name } };
  }
}

/** Blocks of content that repeat the calls of a message, as Anthropic's packages write them. */
export const toolBlock = /^(?:tool_use|tool_call(?:_chunk)?|function_call|input_json_delta)$/;

/** Content without the blocks of some types. */
export function dropBlocks<Content>(content: Content, types: RegExp): Content {
  if (!Array.isArray(content)) return content;
  return content.filter(
    (block) => !(isJsonObject(block) && types.test(String(block['type']))),
  ) as Content;
}

const reasoningBlock = /^(?:redacted_)?(?:thinking|reasoning)$/;

/** What packages keep of an answer's reasoning, and ids that are only valid together with it. */
const reasoningKwargs = new Set([
  'reasoning_content',
  // Of OpenAI's Responses API: the item itself, the ids of calls that follow from it, and the calls of
  // tools that its server runs.
  'reasoning',
  '__openai_function_call_ids__',
  '__openai_custom_tool_call_ids__',
  'tool_outputs',
]);

/**
 * Messages as a model may see them: without the reasoning in answers that another model wrote, which
 * is signed for that one or kept by its server. Answers that do not say who wrote them are kept as
 * they are.
 */
export function stripForeignReasoning(
  messages: readonly BaseMessage[],
  model: string,
): BaseMessage[] {
  return messages.map((message) => {
    const routing = getMember(message.response_metadata as JsonValue, 'routesmith');
    const author = getMember(routing, 'model');
    if (author === undefined || author === model) return message;
    return copyMessage(message, {
      // The server that wrote the message knows it by this id; another one refuses it.
      id: undefined,
      content: dropBlocks(message.content, reasoningBlock),
      additional_kwargs: omit(message.additional_kwargs, (name) => reasoningKwargs.has(name)),
      // All items of an answer of the Responses API as they were, in place of the message.
      response_metadata: omit(message.response_metadata, (name) => name === 'output'),
    });
  });
}

/** A message with some members replaced. Messages of others are never changed. */
export function copyMessage<M extends BaseMessage>(message: M, changes: object): M {
  const copy = Object.create(Object.getPrototypeOf(message) as object) as M;
  return Object.assign(copy, message, changes);
}

function omit(
  members: Readonly<Record<string, unknown>>,
  isLeftOut: (name: string) => boolean,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !isLeftOut(name)));
}
