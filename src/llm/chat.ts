import type { JsonObject, JsonValue } from '../util/json.js';

/** One part of a message: text, or an image by URL (OpenAI's form). Other parts pass through. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** A chat message in OpenAI's form. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly ContentPart[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly JsonValue[];
  readonly tool_call_id?: string;
}

/** What is asked of a model: plain text, or a conversation with the tools it may call. */
export type Prompt = string | ChatRequest;

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Tool definitions in OpenAI's form (`{ type: 'function', function: {...} }`). */
  readonly tools?: readonly JsonObject[];
}

/** The text of one message; parts that are not text are left out. */
export function messageText(message: ChatMessage): string {
  if (message.content === null || message.content === undefined) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content
    .map((part) => (part.type === 'text' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

/** The prompt as messages: a string becomes one user message. */
export function promptMessages(prompt: Prompt): readonly ChatMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt.messages;
}

/** All of the prompt as one text, for length estimates and duplicate detection. */
export function promptText(prompt: Prompt): string {
  if (typeof prompt === 'string') return prompt;
  const tools = prompt.tools === undefined ? [] : [JSON.stringify(prompt.tools)];
  return [...prompt.messages.map(messageText), ...tools].join('\n');
}
