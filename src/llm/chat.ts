import type { JsonObject } from '../util/json.js';
import { isImageType } from './content-parts.js';

/** A type of the SDKs, whose interfaces have no index signature, or the same with other members. */
type Open<T> = T | (T & { readonly [member: string]: unknown });

/** One part of a message, such as `text` with a `text`, or `image_url`. Others pass through. */
export type ContentPart = Open<{
  readonly type: string;
  readonly text?: unknown;
  readonly image_url?: unknown;
}>;

/** A chat message in OpenAI's form, as its SDK types it; other members pass through. */
export type ChatMessage = Open<{
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function';
  readonly content?: string | readonly ContentPart[] | null | undefined;
  readonly name?: string | undefined;
  readonly tool_calls?: readonly object[] | undefined;
  readonly tool_call_id?: string | undefined;
}>;

/** What is asked of a model: plain text, or a conversation with the tools it may call. */
export type Prompt = string | ChatRequest;

/** A conversation. Other members of a request, such as `max_tokens`, stand beside these. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Tool definitions in OpenAI's form (`{ type: 'function', function: {...} }`). */
  readonly tools?: readonly object[] | undefined;
}

/** The prompt of an example: as it is in a data set, where other members of the request are apart. */
export type PromptWithMembers = string | RequestWithMembers;

/** A conversation, with what else of the request its answer depends on. */
export interface RequestWithMembers extends ChatRequest {
  /**
   * Other members of the request that its answer depends on, such as `response_format` or
   * `max_tokens`, in OpenAI's words. @default none
   */
  readonly members?: JsonObject | undefined;
}

/** The text of one message; parts that are not text are left out. */
export function messageText(message: ChatMessage): string {
  if (message.content === null || message.content === undefined) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content
    .map((part) => (part.type === 'text' && typeof part.text === 'string' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

/** Tokens that an image or a file is taken for, whatever its size, where nobody has counted them. */
export const tokensPerAttachment = 1000;

/** How many images a prompt holds, in OpenAI's form or in Anthropic's. */
export function countImages(prompt: Prompt): number {
  return promptMessages(prompt).reduce((count, { content }) => {
    if (!Array.isArray(content)) return count;
    const images = (content as readonly ContentPart[]).filter(({ type }) => isImageType(type));
    return count + images.length;
  }, 0);
}

/** The prompt as messages: a string becomes one user message. */
export function promptMessages(prompt: Prompt): readonly ChatMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt.messages;
}

/**
 * The prompt as the request that carries it, with its other members beside the messages: what a router
 * decides on. Text stays text.
 */
export function promptRequest(prompt: PromptWithMembers): Prompt {
  if (typeof prompt === 'string' || prompt.members === undefined) return prompt;
  const { members, ...request } = prompt;
  return { ...members, ...request };
}

/** All of the prompt as one text, for length estimates and duplicate detection. */
export function promptText(prompt: Prompt): string {
  if (typeof prompt === 'string') return prompt;
  const tools = prompt.tools === undefined ? [] : [JSON.stringify(prompt.tools)];
  return [...prompt.messages.map(messageText), ...tools].join('\n');
}
