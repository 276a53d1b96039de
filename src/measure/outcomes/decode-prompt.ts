import { parseExampleFields } from '../tasks/example-schema.js';
import type { Prompt } from '../../llm/chat.js';
import { decoded, undecodable, type Decoded } from '../../util/decoded.js';

/** The members a prompt is made of, not yet looked at. */
export interface PromptMembers {
  readonly prompt?: unknown;
  readonly messages?: unknown;
  readonly tools?: unknown;
}

/**
 * Decodes a prompt: a text, or messages in OpenAI's form, by the rules of task sets. With tools, a
 * text becomes one user message. Members that are null count as absent, and so does an empty list
 * of tools.
 */
export function decodePrompt({ prompt, messages, tools }: PromptMembers): Decoded<Prompt> {
  const someTools = Array.isArray(tools) && tools.length === 0 ? null : (tools ?? null);
  // Most prompts are plain texts, and need no schema.
  if (typeof prompt === 'string' && (messages ?? null) === null && someTools === null) {
    return /\S/.test(prompt) ? decoded(prompt) : undecodable('the prompt is empty');
  }
  const members = { prompt: prompt ?? null, messages: messages ?? null, tools: someTools };
  const parsed = parseExampleFields(members);
  if (parsed.kind === 'problem') return undecodable(parsed.what);
  const { fields } = parsed;
  const request = {
    messages: fields.messages ?? [{ role: 'user' as const, content: fields.prompt ?? '' }],
  };
  return decoded(fields.tools === undefined ? request : { ...request, tools: fields.tools });
}
