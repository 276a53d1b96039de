import type { ChatMessage, ChatRequest, Prompt } from '../../llm/chat.js';
import { isImageType } from '../../llm/content-parts.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';

/**
 * A prompt taken apart. The fields are counted apart, so that a long system prompt or a heap of
 * tool descriptions, equal in every request, cannot drown what is asked.
 */
export interface PromptFields {
  /** What the user asks: all user turns, oldest first. */
  readonly userText: string;
  /** The user turns, oldest first. */
  readonly userTurns: readonly string[];
  /** System and developer messages. */
  readonly system: string;
  /** Names and descriptions of the tools on offer, and what tools have returned. */
  readonly tools: string;
  readonly turns: number;
  readonly toolCount: number;
  readonly imageCount: number;
}

/** Takes a prompt apart. Never throws: what does not have the expected form is not counted. */
export function splitPromptFields(prompt: Prompt | readonly ChatMessage[]): PromptFields {
  const userTurns: string[] = [];
  const system: string[] = [];
  const tools: string[] = [];
  let turns = 0;
  let imageCount = 0;
  const request = toRequest(prompt);
  const messages: readonly ChatMessage[] = Array.isArray(request?.messages) ? request.messages : [];
  for (const message of messages) {
    if (typeof message !== 'object' || message === null) continue;
    const text = readText(message);
    if (message.role === 'user') {
      turns += 1;
      userTurns.push(text);
      imageCount += countImages(message);
    } else if (message.role === 'system' || message.role === 'developer') {
      system.push(text);
    } else if (message.role === 'tool') {
      tools.push(text);
    }
  }
  const definitions: readonly unknown[] = Array.isArray(request?.tools) ? request.tools : [];
  for (const definition of definitions) tools.push(describeTool(definition));
  return {
    userText: userTurns.join('\n'),
    userTurns,
    system: system.join('\n'),
    tools: tools.join('\n'),
    turns,
    toolCount: definitions.length,
    imageCount,
  };
}

function toRequest(prompt: Prompt | readonly ChatMessage[]): ChatRequest {
  if (typeof prompt === 'string') return { messages: [{ role: 'user', content: prompt }] };
  return Array.isArray(prompt) ? { messages: prompt } : (prompt as ChatRequest);
}

/** As `messageText`, of a message that may have any form. */
function readText({ content }: { readonly content?: unknown }): string {
  if (typeof content === 'string') return content;
  return readParts(content)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

function countImages({ content }: { readonly content?: unknown }): number {
  return readParts(content).filter(({ type }) => isImageType(type)).length;
}

function readParts(content: unknown): readonly JsonObject[] {
  return Array.isArray(content) ? (content as readonly unknown[]).filter(isJsonObject) : [];
}

/** The words of a tool definition that say what it is for: names and descriptions. */
function describeTool(definition: unknown, depth = 0): string {
  if (typeof definition !== 'object' || definition === null || depth > 6) return '';
  const words: string[] = [];
  for (const [key, value] of Object.entries(definition)) {
    if (typeof value === 'string') {
      if (key === 'name' || key === 'description') words.push(value);
    } else if (typeof value === 'object' && value !== null) {
      if (depth > 0 && !Array.isArray(value)) words.push(key);
      words.push(describeTool(value, depth + 1));
    }
  }
  return words.filter((word) => word !== '').join(' ');
}
